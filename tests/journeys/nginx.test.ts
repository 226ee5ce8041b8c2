// Behind a real nginx with the settings of docs/nginx.conf: it sends films and finished segments itself, never without a ticket.
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { startPlayback } from '../../shared/api/playback.ts'
import type { ClientCapabilities } from '../../shared/media.ts'
import { onDisk } from '../../server/platform/path-text.ts'
import { createClient } from '../support/app.ts'
import { createFakeEngine, fakeSegment } from '../support/fake-engine.ts'
import { FILM } from '../support/film.ts'
import { createHlsViewer } from '../support/hls-viewer.ts'
import { nginxSettings } from '../support/nginx.ts'
import { createLonePlayback } from '../support/playback.ts'
import { freePort, lacking, startNginx } from '../support/servers.ts'

const skip = lacking('nginx')
const cannot: ClientCapabilities = { mse: [], direct: [], maxWidth: 1920, maxHeight: 1080 }
const can = { ...cannot, direct: ['video/mp4; codecs="avc1.64001f"'] }
/** What file systems allow and addresses do not; the last one stands for a byte that is no UTF-8. */
const ODD = 'Ödd & 100% "so"? #1;\n\uf7e9.mp4'
const WORDS = Buffer.from(Array.from({ length: 1000 }, (_, n) => n % 256))

async function setUp(t: TestContext, manual = false, deps: { cacheBytes?: () => number } = {}) {
  const home = mkdtempSync(join(tmpdir(), 'nginx-'))
  const path = join(home, 'Films', ODD)
  mkdirSync(join(home, 'Films'))
  writeFileSync(onDisk(path), WORDS)
  const fake = createFakeEngine({ manual })
  const lone = await createLonePlayback({
    engine: fake.engine,
    path,
    media: FILM,
    keyframes: [0, 2, 4, 6],
    blobsPath: home,
    accelPrefix: '/_mediaserver',
    deps,
  })
  t.after(async () => {
    await lone[Symbol.asyncDispose]()
    rmSync(home, { recursive: true })
  })
  const direct = createClient(lone.url)
  const start = (capabilities = cannot) =>
    direct.call(startPlayback, { body: { titleId: 't1', capabilities } })
  const port = await freePort()
  const places = { port, home, films: join(home, 'Films'), blobs: join(home, 'blobs') }
  const nginx = await startNginx(port, nginxSettings({ ...places, upstreams: [new URL(lone.url).host] }))
  t.after(() => nginx[Symbol.asyncDispose]())
  const proxied = createClient(nginx.url)
  return { ...fake, ...lone, home, start, direct, proxied, hls: createHlsViewer((p) => proxied.request(p)) }
}

/** The headers alone, as the proxy gets them. */
const rawHeaders = (url: string, headers: Record<string, string>) =>
  new Promise<Record<string, unknown>>((resolve, reject) => {
    request(url, { headers }, (reply) => {
      reply.resume()
      resolve(reply.headers)
    })
      .once('error', reject)
      .end()
  })

test(
  'nginx sends the film itself, whatever its name; nobody else is told where it is',
  { skip },
  async (t) => {
    const { start, proxied, direct, home, url } = await setUp(t)
    const directUrl = (await start(can)).directUrl ?? ''
    const whole = await proxied.request(directUrl)
    assert.deepEqual([whole.status, Buffer.from(await whole.arrayBuffer())], [200, WORDS])
    // The header of this server has no such form: nginx answered.
    assert.match(whole.headers.get('etag') ?? '', /^"[0-9a-f]+-3e8"$/)
    assert.equal(whole.headers.get('content-type'), 'video/mp4')
    assert.equal(whole.headers.get('cache-control'), 'private, no-cache')
    const part = await proxied.request(directUrl, { headers: { range: 'bytes=990-' } })
    assert.deepEqual([part.status, Buffer.from(await part.arrayBuffer())], [206, WORDS.subarray(990)])
    for (const reply of [whole, part]) {
      assert.equal(reply.headers.get('x-accel-redirect'), null)
      assert.ok(!JSON.stringify([...reply.headers]).includes('Films'))
    }
    // Past the proxy: bytes, no path.
    const bare = await direct.request(directUrl)
    assert.deepEqual(
      [bare.headers.get('x-accel-redirect'), (await bare.arrayBuffer()).byteLength],
      [null, 1000],
    )
    const told = await rawHeaders(new URL(directUrl, url).href, { 'x-forwarded-for': '192.0.2.1' })
    assert.match(String(told['x-accel-redirect']), /^\/_mediaserver\/files\/[\w.%!'()~*/-]+\.mp4$/)
    assert.equal((await proxied.request(String(told['x-accel-redirect']))).status, 404)
    // No ticket, no byte; a film that is gone is said so, with a problem.
    assert.equal((await proxied.request(directUrl.replace('/v/', '/v/x'))).status, 403)
    rmSync(onDisk(join(home, 'Films', ODD)))
    const gone = await proxied.request(directUrl)
    assert.deepEqual(
      [gone.status, ((await gone.json()) as { type: string }).type],
      [409, '/problems/file-offline'],
    )
  },
)

test('finished segments come from the folder of blobs, with their headers', { skip }, async (t) => {
  const { start, hls, proxied, url } = await setUp(t)
  const { segments } = await hls.media((await hls.master((await start()).hlsUrl ?? '')).video[0] ?? '')
  const uri = segments[2]?.uri ?? ''
  assert.equal((await hls.bytes(uri)).toString(), fakeSegment(2))
  const told = async () => rawHeaders(new URL(uri, url).href, { 'x-forwarded-for': '192.0.2.1' })
  // Written behind the reply.
  while (!String((await told())['x-accel-redirect']).endsWith('/2.m4s')) continue
  assert.match(
    String((await told())['x-accel-redirect']),
    /^\/_mediaserver\/blobs\/segments\/[\w-]+\/2\.m4s$/,
  )
  const again = await proxied.request(uri)
  assert.equal(await again.text(), fakeSegment(2))
  assert.match(again.headers.get('cache-control') ?? '', /immutable/)
  assert.equal(again.headers.get('content-type'), 'video/mp4')
})

test(
  'a segment passes nginx while it is made, and stays there without the ticket that it was asked with',
  { skip },
  async (t) => {
    const { start, hls, proxied, playback, heads, http } = await setUp(t, true)
    const [one, two] = [await start(), await start()]
    const uriOf = async ({ hlsUrl }: { hlsUrl: string | null }) => {
      const { segments } = await hls.media((await hls.master(hlsUrl ?? '')).video[0] ?? '')
      return segments[3]?.uri ?? ''
    }
    const uri = await uriOf(one)
    const asked = proxied.request(uri)
    const head = async () => {
      for (;;) {
        const found = heads.find(({ rendition, from }) => rendition.kind === 'encoded-video' && from === 3)
        if (found) return found
        await new Promise((go) => setImmediate(go))
      }
    }
    const { sink } = await head()
    // As large as a fragment of pictures.
    const pair = Buffer.alloc(20_000, 'pair ')
    sink.fragment(3, pair)
    const reply = await asked
    const reader = reply.body!.getReader()
    let got = 0
    while (got < 16_000) got += (await reader.read()).value?.length ?? assert.fail('ended early')
    sink.fragment(3, pair)
    sink.segmentEnd(3)
    for (let part = await reader.read(); !part.done; part = await reader.read()) got += part.value.length
    assert.equal(got, 40_000)

    // Finished, it costs one request more, and then nginx has it for everybody, whatever their ticket.
    const other = await uriOf(two)
    assert.notEqual(other, uri)
    assert.equal((await (await proxied.request(uri)).arrayBuffer()).byteLength, 40_000)
    await playback[Symbol.asyncDispose]()
    assert.equal((await (await proxied.request(other)).arrayBuffer()).byteLength, 40_000)
    await playback.stopAny(two.id)
    assert.equal((await proxied.request(other)).status, 403)
    // Who can be asked about no ticket sends nothing, and players ask again.
    http.server.close()
    http.server.closeAllConnections()
    assert.equal((await proxied.request(uri)).status, 503)
  },
)

test(
  'a thousand viewers of a segment, each with a ticket of their own, cost one or two requests',
  { skip },
  async (t) => {
    // In no folder that nginx could send them from, as with S3.
    const { start, hls, proxied, playback, http } = await setUp(t, false, { cacheBytes: () => 0 })
    const { segments } = await hls.media((await hls.master((await start()).hlsUrl ?? '')).video[0] ?? '')
    const path = segments[4]?.uri ?? ''
    assert.equal((await hls.bytes(path)).toString(), fakeSegment(4))
    while (playback.status().cache.segments < 6) await new Promise((go) => setTimeout(go, 10))
    // Another name of the same bytes, so that nginx has not seen it yet: the one asked for above may be kept already.
    const next = path.replace(/4\.m4s$/, '5.m4s')
    let fetches = 0
    http.server.on('request', ({ url }: { url?: string }) => (fetches += url?.endsWith('/5.m4s') ? 1 : 0))
    const tickets = await Promise.all(
      Array.from({ length: 20 }, async () => (await start()).hlsUrl?.split('/')[2] ?? ''),
    )
    const all = await Promise.all(
      Array.from({ length: 1000 }, async (_, n) => {
        const reply = await proxied.request(next.replace(/^\/v\/[^/]+/, `/v/${tickets[n % 20]}`))
        return [reply.status, await reply.text()].join(' ')
      }),
    )
    assert.deepEqual([...new Set(all)], [`200 ${fakeSegment(5)}`])
    assert.ok(fetches <= 2, `${fetches} fetches`)
  },
)
