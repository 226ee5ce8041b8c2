// The Grafana dashboard as a table: each panel's title, unit and questions; `npm run docs` writes it as JSON.
type Question = readonly [expr: string, legend: string]
type Panel = { title: string; unit: string; questions: readonly Question[] }

const rate = (metric: string): string => `rate(${metric}[5m])`
const sumRate = (metric: string, by?: string): string =>
  `sum ${by === undefined ? '' : `by (${by}) `}(${rate(metric)})`
const quantile = (share: number, metric: string, by?: string): string =>
  `histogram_quantile(${share}, sum by (le${by === undefined ? '' : `, ${by}`}) (${rate(`${metric}_bucket`)}))`
const halves = (metric: string): readonly Question[] => [
  [quantile(0.5, metric), 'median'],
  [quantile(0.95, metric), '95 %'],
]

const ROWS: readonly (readonly [title: string, panels: readonly Panel[]])[] = [
  [
    'What viewers see',
    [
      {
        title: 'Session concurrency',
        unit: 'short',
        questions: [['sum by (method) (mediaserver_playback_sessions)', '{{method}}']],
      },
      {
        title: 'Playback errors',
        unit: 'cps',
        questions: [[sumRate('mediaserver_playback_errors_total', 'kind'), '{{kind}}']],
      },
      {
        title: 'Click to first picture',
        unit: 's',
        questions: halves('mediaserver_playback_first_frame_seconds'),
      },
      { title: 'Seek to picture', unit: 's', questions: halves('mediaserver_playback_seek_seconds') },
      {
        title: 'Stalls and dropped pictures',
        unit: 'cps',
        questions: [
          [sumRate('mediaserver_playback_stalls_total'), 'stalls'],
          [sumRate('mediaserver_playback_dropped_frames_total'), 'dropped pictures'],
        ],
      },
      { title: 'Segment wait', unit: 's', questions: halves('mediaserver_segment_wait_seconds') },
    ],
  ],
  [
    'Encoding',
    [
      {
        title: 'Transcode queue depth',
        unit: 'short',
        questions: [
          ['sum(mediaserver_transcode_queue_depth)', 'waiting'],
          ['sum(mediaserver_transcodes_active)', 'at work'],
        ],
      },
      {
        title: 'Encode speed (film seconds a second)',
        unit: 'none',
        questions: [
          [quantile(0.5, 'mediaserver_encode_speed_ratio', 'kind'), '{{kind}} median'],
          [quantile(0.1, 'mediaserver_encode_speed_ratio', 'kind'), '{{kind}} slowest tenth'],
        ],
      },
      {
        title: 'Segment cache',
        unit: 'bytes',
        questions: [['sum by (where) (mediaserver_segment_cache_bytes)', '{{where}}']],
      },
      {
        title: 'Segments found in',
        unit: 'cps',
        questions: [[sumRate('mediaserver_segment_cache_requests_total', 'where'), '{{where}}']],
      },
      {
        title: 'Media work (95 %)',
        unit: 's',
        questions: [[quantile(0.95, 'mediaserver_media_work_seconds', 'kind'), '{{kind}}']],
      },
      {
        title: 'Film encoded (seconds a second)',
        unit: 'none',
        questions: [[sumRate('mediaserver_encoded_media_seconds_total', 'kind'), '{{kind}}']],
      },
    ],
  ],
  [
    'Watch parties',
    [
      {
        title: 'Parties and members',
        unit: 'short',
        questions: [
          ['sum(mediaserver_parties)', 'parties'],
          ['sum(mediaserver_party_members)', 'members'],
          ['sum(mediaserver_sockets)', 'sockets'],
        ],
      },
      { title: 'Drift of members', unit: 's', questions: halves('mediaserver_party_drift_seconds') },
      {
        title: 'Commands',
        unit: 'cps',
        questions: [[sumRate('mediaserver_party_commands_total', 'type, outcome'), '{{type}} {{outcome}}']],
      },
    ],
  ],
  [
    'Library and jobs',
    [
      {
        title: 'Scan throughput',
        unit: 'cps',
        questions: [[sumRate('mediaserver_library_files_total', 'what'), '{{what}}']],
      },
      {
        title: 'Jobs',
        unit: 'short',
        // Every process sees the whole queue.
        questions: [
          ['max by (kind, state) (mediaserver_jobs{state=~"waiting|active|buried"})', '{{kind}} {{state}}'],
        ],
      },
      {
        title: 'Job wait (95 %)',
        unit: 's',
        questions: [[quantile(0.95, 'mediaserver_job_wait_seconds', 'kind'), '{{kind}}']],
      },
      {
        title: 'Job run (95 %)',
        unit: 's',
        questions: [[quantile(0.95, 'mediaserver_job_run_seconds', 'kind'), '{{kind}}']],
      },
    ],
  ],
  [
    'The server',
    [
      {
        title: 'HTTP by route (95 %)',
        unit: 's',
        questions: [[quantile(0.95, 'mediaserver_http_request_seconds', 'route'), '{{route}}']],
      },
      {
        title: 'HTTP requests',
        unit: 'reqps',
        questions: [[sumRate('mediaserver_http_request_seconds_count', 'status'), '{{status}}']],
      },
      {
        title: 'Event-loop delay (99 %)',
        unit: 's',
        questions: [['mediaserver_nodejs_eventloop_lag_p99_seconds', '{{instance}}']],
      },
      {
        title: 'CPU of the server processes',
        unit: 'percentunit',
        questions: [[rate('mediaserver_process_cpu_seconds_total'), '{{instance}}']],
      },
      {
        title: 'Memory',
        unit: 'bytes',
        questions: [['mediaserver_process_resident_memory_bytes', '{{instance}}']],
      },
    ],
  ],
]

const SOURCE = { type: 'prometheus', uid: '${source}' }
const [WIDTH, HEIGHT, PER_ROW] = [8, 8, 3]

function panelsOf(): object[] {
  const panels: object[] = []
  let y = 0
  for (const [title, contents] of ROWS) {
    panels.push({
      id: panels.length + 1,
      type: 'row',
      title,
      collapsed: false,
      gridPos: { h: 1, w: 24, x: 0, y },
    })
    y++
    for (const [n, { title: name, unit, questions }] of contents.entries())
      panels.push({
        id: panels.length + 1,
        type: 'timeseries',
        title: name,
        datasource: SOURCE,
        gridPos: {
          h: HEIGHT,
          w: WIDTH,
          x: (n % PER_ROW) * WIDTH,
          y: y + Math.floor(n / PER_ROW) * HEIGHT,
        },
        fieldConfig: { defaults: { unit, min: 0 }, overrides: [] },
        targets: questions.map(([expr, legendFormat], at) => ({
          refId: String.fromCodePoint(65 + at),
          expr,
          legendFormat,
        })),
      })
    y += Math.ceil(contents.length / PER_ROW) * HEIGHT
  }
  return panels
}

export function renderDashboard(): string {
  const dashboard = {
    title: 'MediaServer',
    uid: 'mediaserver',
    schemaVersion: 39,
    time: { from: 'now-6h', to: 'now' },
    refresh: '30s',
    templating: { list: [{ name: 'source', type: 'datasource', query: 'prometheus' }] },
    panels: panelsOf(),
  }
  return `${JSON.stringify(dashboard, null, 2)}\n`
}
