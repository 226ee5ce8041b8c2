// One request followed from the browser to the media worker: by its id in the log, by its spans at a collector.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { test } from 'node:test'
import { listLibraries } from '../../shared/api/library.ts'
import { createTestApp, type Client } from '../support/app.ts'
import { lookAround, party, watch } from '../support/busy-server.ts'
import { makeFilms, NO_FFMPEG } from '../support/films.ts'
import { untilScanned } from '../support/scanned.ts'

type Line = Record<string, unknown> & { msg?: string; requestId?: string; jobId?: string; traceId?: string }

async function scanAs(owner: Client, headers: Record<string, string>): Promise<void> {
  const [library] = (await owner.call(listLibraries, {})).items
  const asked = await owner.request(`/api/libraries/${library?.id}/scan`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: '{}',
  })
  assert.equal(asked.status, 200)
}

async function until(what: () => boolean): Promise<void> {
  while (!what()) await new Promise((go) => setTimeout(go, 20))
}

test(
  'a request’s id is in every line that it caused, down to the media worker',
  { skip: NO_FFMPEG },
  async () => {
    using films = makeFilms()
    const lines: Line[] = []
    await using at = await createTestApp({ folders: [films.films], onLog: (line) => lines.push(line) })
    const owner = await at.owner()
    await untilScanned(owner)
    assert.ok(
      lines.every(({ requestId, jobId }) => requestId === undefined || jobId === undefined),
      'what nobody asked for is nobody’s',
    )

    films.add('Asked For (2020).mp4')
    await scanAs(owner, { 'x-request-id': 'ask-1' })
    const asked = (test: (line: Line) => boolean) => lines.filter((l) => l.requestId === 'ask-1').some(test)
    await until(() => asked(({ msg, kind }) => msg === 'media work' && kind === 'describe'))
    assert.ok(asked(({ msg, route }) => msg === 'request' && route === '/api/libraries/:id/scan'))
    // What the scan put in carries it on: the file's title is looked at in a job of its own.
    await until(() => new Set(lines.filter((l) => l.requestId === 'ask-1').map((l) => l.jobId)).size >= 2)

    const titleId = await lookAround(owner, 'Asked For')
    const before = lines.length
    await watch(owner, titleId)
    await until(() => lines.slice(before).some(({ msg }) => msg === 'media head ended'))
    const heads = lines.slice(before).filter(({ msg }) => msg?.startsWith('media head'))
    const requests = new Map(
      lines.slice(before).flatMap((l) => (l.msg === 'request' ? [[l.requestId, l['route']]] : [])),
    )
    for (const head of heads) assert.match(String(requests.get(head.requestId)), /playback|^\/v\//)
    await party(owner, at.url, titleId)
    for (const line of lines) assert.equal(JSON.stringify(line).match(/"requestId"/g)?.length ?? 1, 1)
  },
)

type OtlpSpan = {
  traceId: string
  spanId: string
  parentSpanId?: string
  name: string
  kind: number
  startTimeUnixNano: string
  endTimeUnixNano: string
  attributes: { key: string; value: Record<string, unknown> }[]
  status: { code?: number }
}

/** A collector of this test: OTLP over HTTP as JSON. */
async function openCollector() {
  const spans: OtlpSpan[] = []
  let status = 200
  const server = createServer((request, response) => {
    void (async () => {
      const parts: Buffer[] = []
      for await (const part of request) parts.push(part as Buffer)
      const body = JSON.parse(Buffer.concat(parts).toString()) as {
        resourceSpans: { scopeSpans: { spans: OtlpSpan[] }[] }[]
      }
      if (status === 200 && request.url === '/v1/traces')
        spans.push(...body.resourceSpans.flatMap((r) => r.scopeSpans.flatMap((s) => s.spans)))
      response.writeHead(status, { 'content-type': 'application/json' }).end('{}')
    })()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  return {
    spans,
    url: `http://127.0.0.1:${port}/v1/traces`,
    break: () => (status = 503),
    [Symbol.dispose]: () => void server.close(),
  }
}

const CALLER = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' }

test('spans of a request, its job and its media work reach a collector', { skip: NO_FFMPEG }, async () => {
  using films = makeFilms()
  using collector = await openCollector()
  const lines: Line[] = []
  {
    await using at = await createTestApp({
      folders: [films.films],
      env: { MEDIASERVER_TRACES_URL: collector.url },
      onLog: (line) => lines.push(line),
    })
    const owner = await at.owner()
    await untilScanned(owner)
    films.add('Asked For (2020).mp4')
    await scanAs(owner, { traceparent: `00-${CALLER.traceId}-${CALLER.spanId}-01` })
    await until(() => lines.some((l) => l.msg === 'media work' && l.traceId === CALLER.traceId))
    // Not sampled by whoever called: not by us either.
    await scanAs(owner, { traceparent: `00-${'1'.repeat(32)}-${CALLER.spanId}-00` })
    await untilScanned(owner)
  }
  // What is left is sent at the end.
  const mine = collector.spans.filter(({ traceId }) => traceId === CALLER.traceId)
  const http = mine.find(({ name }) => name === 'POST /api/libraries/:id/scan')
  const job = mine.find(({ name }) => name === 'job library.scan')
  const media = mine.find(({ name }) => name === 'media describe')
  assert.ok(http && job && media, mine.map(({ name }) => name).join(', '))
  assert.deepEqual([http.parentSpanId, http.kind], [CALLER.spanId, 2])
  assert.deepEqual([job.parentSpanId, job.kind], [http.spanId, 5])
  assert.equal(media.parentSpanId, job.spanId)
  assert.ok(BigInt(job.startTimeUnixNano) <= BigInt(media.startTimeUnixNano))
  assert.ok(BigInt(media.endTimeUnixNano) > BigInt(media.startTimeUnixNano))
  const status = http.attributes.find(({ key }) => key === 'http.response.status_code')
  assert.deepEqual(status?.value, { intValue: '200' })
  assert.deepEqual(
    collector.spans.filter(({ traceId }) => traceId === '1'.repeat(32)),
    [],
  )
  assert.ok(
    collector.spans.some(
      ({ name, parentSpanId }) => name.startsWith('GET /api/') && parentSpanId === undefined,
    ),
    'a request without a trace begins one',
  )
})

test('a collector that refuses costs nothing but its spans', async () => {
  using collector = await openCollector()
  collector.break()
  const lines: Line[] = []
  await using at = await createTestApp({
    env: { MEDIASERVER_TRACES_URL: collector.url },
    onLog: (line) => lines.push(line),
  })
  const reply = await at.client().request('/api/session')
  assert.match(reply.headers.get('traceresponse') ?? '', /^00-[\da-f]{32}-[\da-f]{16}-01$/)
  await until(() => lines.some(({ msg }) => msg === 'traces cannot be sent'))
  assert.match(
    await (await fetch(`${at.url}/metrics`)).text(),
    /mediaserver_trace_spans_total\{outcome="dropped"\} [1-9]/,
  )
})
