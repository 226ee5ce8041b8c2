// Start, seek, sharing and serving beside what others do, on one machine in one run: `npm run bench -- playback [part…] [--json]`.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { measureServing } from './playback/bytes.ts'
import { measureInChromium } from './playback/chromium.ts'
import { ratio } from './figures.ts'
import { START_RUNS, compareStarts, openSource } from './playback/compare.ts'
import type { StartSource } from './playback/start.ts'
import { sustainedFps } from './playback/sustained.ts'
import { viewersCpu } from './playback/viewers.ts'

type Figures = Record<string, number | string | { p50: number; p95: number }>
type Part = (source: StartSource) => Promise<Figures>

const PARTS: Readonly<Record<string, Part>> = {
  async start(source) {
    const { ours, jellyfin, kyoo } = await compareStarts(source)
    return {
      first_bytes_ms: Math.round(ours),
      first_bytes_vs_jellyfin_rule: ratio(ours / jellyfin),
      first_bytes_vs_kyoo_rule: ratio(ours / kyoo),
    }
  },
  picture: ({ home }) => measureInChromium(home),
  async viewers(source) {
    const [one, eight] = [await viewersCpu(source, 1), await viewersCpu(source, 8)]
    return { cpu_8_viewers_vs_1: ratio(eight / one), encode_cpu_seconds_of_1_viewer: ratio(one) }
  },
  sustained: sustainedFps,
  serving: ({ home }) => measureServing(home),
}

const MEANINGS: Readonly<Record<string, string>> = {
  first_bytes_ms: `1080p to 480p, request to a picture's and a sound's worth of bytes, ms (median of ${START_RUNS})`,
  first_bytes_vs_jellyfin_rule: '… over Jellyfin’s rule',
  first_bytes_vs_kyoo_rule: '… over Kyoo’s rule',
  click_to_first_frame_ms: 'Click to first picture of an encoded 1080p film in Chromium, ms',
  seek_to_frame_ms: 'Random seek to its picture, ms',
  bar_seek_to_frame_ms: 'Random click on the bar of a film of 45 minutes to its picture, ms',
  cpu_8_viewers_vs_1: 'Encode CPU of 8 viewers over 1',
  sustained_fps_vs_ffmpeg: 'Sustained pictures a second, 1080p to 480p, over FFmpeg with the same settings',
  sustained_fps_vs_ffmpeg_1080p: '… 1080p to 1080p',
  bytes_per_cpu_vs_pipe: 'Bytes per CPU second over createReadStream().pipe()',
  bytes_per_s_vs_nginx: 'Bytes per second over nginx with sendfile',
}

export async function run(args: readonly string[]): Promise<void> {
  const wanted = args.filter((arg) => arg in PARTS)
  const unknown = args.filter((arg) => !(arg in PARTS) && arg !== '--json')
  if (unknown.length > 0)
    throw new Error(`Parts are ${Object.keys(PARTS).join(', ')}; not ${unknown.join(', ')}.`)
  const home = mkdtempSync(join(tmpdir(), 'mediaserver-bench-'))
  try {
    await using source = await openSource(home)
    const figures: Figures = {}
    for (const [name, part] of Object.entries(PARTS))
      if (wanted.length === 0 || wanted.includes(name)) Object.assign(figures, await part(source))
    process.stdout.write(args.includes('--json') ? `${JSON.stringify(figures)}\n` : asText(figures))
  } finally {
    rmSync(home, { recursive: true })
  }
}

const asText = (figures: Figures): string =>
  Object.entries(figures)
    .map(([key, value]) => {
      const shown = typeof value === 'object' ? `p50 ${value.p50}, p95 ${value.p95}` : value
      return `${MEANINGS[key] ?? key.replaceAll('_', ' ')}: ${shown}\n`
    })
    .join('')
