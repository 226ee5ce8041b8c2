// Behind a real nginx with the settings of docs/nginx.conf: it sends films and finished segments itself, never without a ticket.
import assert from 'node:assert/strict'
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { startPlayback } from '../../shared/api/playback.ts'
import type { ClientCapabilities } from '../../shared/media.ts'
import { createClient } from '../support/app.ts'
import { createFakeEngine, fakeSegment } from '../support/fake-engine.ts'
import { FILM } from '../support/film.ts'
import { createHlsViewer } from '../support/hls-viewer.ts'
import { createLonePlayback } from '../support/playback.ts'

const skip = spawnSync('nginx', ['-v']).error ? 'nginx is not installed' : false
const CONF = readFileSync(new URL('../../docs/nginx.conf', import.meta.url), 'utf8')
const cannot: ClientCapabilities = { mse: [], direct: [], maxWidth: 1920, maxHeight: 1080 }
const can = { ...cannot, direct: ['video/mp4; codecs="avc1.64001f"'] }
/** What file systems allow and addresses do not. */
const ODD = 'Ödd & 100% "so"? #1;\n.mp4'
const WORDS = Buffer.from(Array.from({ length: 1000 }, (_, n) => n % 256))

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((go) => server.once('listening', go))
  const address = server.address()
  await new Promise((go) => server.close(go))
  return typeof address === 'object' && address ? address.port : 0
}

/** The settings as documented, with this machine's folders and ports in the places to change. */
function settings(home: string, serverUrl: string, port: number): string {
  const places: [was: string, is: string][] = [
    ['127.0.0.1:8096', new URL(serverUrl).host],
    ['listen 80;', `listen 127.0.0.1:${port};`],
    ['/var/cache/nginx/mediaserver', join(home, 'cache')],
    ['alias /var/lib/mediaserver/blobs/', `alias ${home}/blobs/`],
    ['files/srv/Films/', `files${home}/Films/`],
    ['alias /srv/Films/', `alias ${home}/Films/`],
  ]
  let text = CONF
  for (const [was, is] of places) {
    assert.ok(text.includes(was), was)
    text = text.replace(was, is)
  }
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${join(home, 'tmp', name)};`)
    .join('\n')
  const user = process.getuid?.() === 0 ? 'user root;' : ''
  return `${user} daemon off; worker_processes 1; pid ${home}/nginx.pid; error_log ${home}/error.log;
events {}
http { access_log off; types { video/mp4 mp4; }
${temporary}
${text}
}`
}

async function startNginx(t: TestContext, home: string, serverUrl: string): Promise<string> {
  const port = await freePort()
  mkdirSync(join(home, 'tmp'))
  writeFileSync(join(home, 'nginx.conf'), settings(home, serverUrl, port))
  const nginx: ChildProcess = spawn(
    'nginx',
    ['-c', join(home, 'nginx.conf'), '-e', join(home, 'error.log')],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  )
  let said = ''
  nginx.stderr?.on('data', (bytes: Buffer) => (said += bytes.toString()))
  const over = new Promise<void>((go) => nginx.once('exit', () => go()))
  t.after(async () => {
    nginx.kill()
    await over
  })
  const url = `http://127.0.0.1:${port}`
  for (;;) {
    const answers = await fetch(url).then(
      (r) => r.arrayBuffer().then(() => true),
      () => false,
    )
    if (answers) return url
    assert.equal(nginx.exitCode, null, said)
    await new Promise((go) => setTimeout(go, 50))
  }
}

async function setUp(t: TestContext, manual = false) {
  const home = mkdtempSync(join(tmpdir(), 'nginx-'))
  const path = join(home, 'Films', ODD)
  mkdirSync(join(home, 'Films'))
  writeFileSync(path, WORDS)
  const fake = createFakeEngine({ manual })
  const lone = await createLonePlayback({
    engine: fake.engine,
    path,
    media: FILM,
    keyframes: [0, 2, 4, 6],
    blobsPath: home,
    accelPrefix: '/_mediaserver',
  })
  t.after(async () => {
    await lone[Symbol.asyncDispose]()
    rmSync(home, { recursive: true })
  })
  const direct = createClient(lone.url)
  const start = (capabilities = cannot) =>
    direct.call(startPlayback, { body: { titleId: 't1', capabilities } })
  const proxied = createClient(await startNginx(t, home, lone.url))
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
    rmSync(join(home, 'Films', ODD))
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
  assert.match(String((await told())['x-accel-redirect']), /^\/_mediaserver\/blobs\/segments\/\w+\/2\.m4s$/)
  const again = await proxied.request(uri)
  assert.equal(await again.text(), fakeSegment(2))
  assert.match(again.headers.get('cache-control') ?? '', /immutable/)
  assert.equal(again.headers.get('content-type'), 'video/mp4')
})

test(
  'a segment passes nginx while it is made, and stays there without the ticket that it was asked with',
  { skip },
  async (t) => {
    const { start, hls, proxied, playback, heads } = await setUp(t, true)
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
    // As large as a fragment of pictures: nginx gathers up to 4 kB.
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

    // Another viewer has it from nginx: nobody asks this server for its bytes any more.
    const other = await uriOf(two)
    assert.notEqual(other, uri)
    await playback[Symbol.asyncDispose]()
    assert.equal((await (await proxied.request(other)).arrayBuffer()).byteLength, 40_000)
    playback.stopAny(two.id)
    assert.equal((await proxied.request(other)).status, 403)
  },
)
