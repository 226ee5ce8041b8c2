// A title is played: ranges of the file, playlists, segments in any order, shared encodes, tickets that end.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { reportPlayback, startPlayback } from '../../shared/api/playback.ts'
import type { ClientCapabilities, MediaInfo } from '../../shared/media.ts'
import { createMediaEngine } from '../../server/media/engine.ts'
import { type MediaEngine, MediaRefused } from '../../server/media/media-engine.ts'
import type { PlaybackDeps } from '../../server/playback/playback.ts'
import { TICKET_MS } from '../../server/playback/running.ts'
import { createTickets, type TicketClaims } from '../../server/playback/ticket.ts'
import { createClient } from '../support/app.ts'
import { createFakeEngine, fakeSegment } from '../support/fake-engine.ts'
import { createLonePlayback } from '../support/playback.ts'
import { FILM } from '../support/film.ts'
import { createHlsViewer, decodeTimes, shuffled } from '../support/hls-viewer.ts'

const DIRECT = 'video/mp4; codecs="avc1.64001f"'
const cannot: ClientCapabilities = { mse: [], direct: [], maxWidth: 1920, maxHeight: 1080 }
const can: ClientCapabilities = { ...cannot, direct: [DIRECT] }

type SetUp = {
  manual?: boolean
  deps?: Partial<PlaybackDeps>
  /** A real file behind a real engine instead of the made-up one. */
  real?: { engine: MediaEngine; path: string; media: MediaInfo; keyframes: number[] | null }
}

async function setUp(t: TestContext, options: SetUp = {}) {
  const home = mkdtempSync(join(tmpdir(), 'play-'))
  const path = options.real?.path ?? join(home, 'film.mp4')
  if (!options.real) writeFileSync(path, Buffer.from(Array.from({ length: 1000 }, (_, n) => n % 256)))
  const fake = createFakeEngine(options)
  const clock = { nowMs: 1_000_000 }
  const lone = await createLonePlayback({
    engine: options.real?.engine ?? fake.engine,
    path,
    media: options.real?.media ?? FILM,
    keyframes: options.real ? options.real.keyframes : [0, 2, 4, 6],
    blobsPath: home,
    deps: { nowMs: () => clock.nowMs, ...options.deps },
  })
  t.after(async () => {
    await lone[Symbol.asyncDispose]()
    rmSync(home, { recursive: true })
  })
  const client = createClient(lone.url)
  const start = (capabilities = cannot) =>
    client.call(startPlayback, { body: { titleId: 't1', capabilities } })
  const { playback } = lone
  /** Heads of the largest rung; the server begins a smaller one by itself. */
  const heads = () =>
    fake.heads.filter(({ rendition }) => rendition.kind === 'encoded-video' && rendition.height === 720)
  return { ...fake, heads, playback, client, clock, start, hls: createHlsViewer((p) => client.request(p)) }
}

test('a file that the browser plays is served by ranges, as RFC 9110 says', async (t) => {
  const { start, client } = await setUp(t)
  const { method, directUrl } = await start(can)
  assert.equal(method, 'direct')
  const get = (headers: Record<string, string>, verb = 'GET') =>
    client.request(directUrl ?? '', { method: verb, headers })
  const whole = await get({})
  assert.equal(whole.status, 200)
  assert.equal((await whole.arrayBuffer()).byteLength, 1000)
  const etag = whole.headers.get('etag') ?? ''

  const cases: [range: string, status: number, contentRange: string | null, length: number][] = [
    ['bytes=0-9', 206, 'bytes 0-9/1000', 10],
    ['bytes=990-', 206, 'bytes 990-999/1000', 10],
    ['bytes=-5', 206, 'bytes 995-999/1000', 5],
    ['bytes=-5000', 206, 'bytes 0-999/1000', 1000],
    ['bytes=990-5000', 206, 'bytes 990-999/1000', 10],
    ['bytes=0-1,5-6', 200, null, 1000],
    ['pages=1-2', 200, null, 1000],
    ['bytes=9-2', 200, null, 1000],
  ]
  for (const [range, status, contentRange, length] of cases) {
    const reply = await get({ range })
    assert.equal(reply.status, status, range)
    assert.equal(reply.headers.get('content-range'), contentRange, range)
    assert.equal((await reply.arrayBuffer()).byteLength, length, range)
  }
  const beyond = await get({ range: 'bytes=1000-' })
  assert.equal(beyond.status, 416)
  assert.equal(beyond.headers.get('content-range'), 'bytes */1000')
  assert.equal((await get({ range: 'bytes=0-9', 'if-range': etag })).status, 206)
  assert.equal((await get({ range: 'bytes=0-9', 'if-range': `W/${etag}` })).status, 200)
  assert.equal((await get({ range: 'bytes=0-9', 'if-range': '"other"' })).status, 200)
  const head = await get({ range: 'bytes=0-9' }, 'HEAD')
  assert.deepEqual([head.status, head.headers.get('content-length')], [200, '1000'])
})

test('playlists are there before any encode; segments come in any order and stay the same', async (t) => {
  const { start, hls, heads } = await setUp(t)
  const { hlsUrl, method, reasons } = await start()
  assert.equal(method, 'transcode')
  assert.ok(reasons.length > 0)
  const master = await hls.master(hlsUrl ?? '')
  assert.match(master.text, /CODECS="avc1\.64001f",RESOLUTION=1280x720,FRAME-RATE=25\.000/)
  const playlist = await hls.media(master.video[0] ?? '')
  assert.equal(heads().length, 0)
  const total = playlist.segments.reduce((sum, s) => sum + s.durationSeconds, 0)
  assert.ok(Math.abs(total - 60) < 1e-3)
  for (const n of shuffled(playlist.segments.length))
    assert.equal((await hls.bytes(playlist.segments[n]!.uri)).toString(), fakeSegment(n))
})

test('a segment is sent while it is being made; the next viewer has it whole and for ever', async (t) => {
  const { start, hls, heads, client } = await setUp(t, { manual: true })
  const { hlsUrl } = await start()
  const { segments } = await hls.media((await hls.master(hlsUrl ?? '')).video[0] ?? '')
  const asked = client.request(segments[3]!.uri)
  while (heads().length === 0) await new Promise((go) => setImmediate(go))
  const { sink, from } = heads()[0]!
  assert.equal(from, 3)
  sink.fragment(3, Buffer.from('first '))
  const reply = await asked
  assert.equal(reply.headers.get('content-length'), null)
  assert.match(reply.headers.get('server-timing') ?? '', /enc/)
  const reader = reply.body!.getReader()
  assert.equal(Buffer.from((await reader.read()).value!).toString(), 'first ')
  sink.fragment(3, Buffer.from('second'))
  sink.segmentEnd(3)
  assert.equal(Buffer.from((await reader.read()).value!).toString(), 'second')
  assert.equal((await reader.read()).done, true)
  const again = await client.request(segments[3]!.uri)
  assert.equal(again.headers.get('content-length'), '12')
  assert.match(again.headers.get('cache-control') ?? '', /immutable/)
})

test('an encode that fails is tried once more, one that is refused is not, then told; half a segment is a broken connection', async (t) => {
  const { start, hls, heads, client } = await setUp(t, { manual: true })
  const { hlsUrl } = await start()
  const { segments } = await hls.media((await hls.master(hlsUrl ?? '')).video[0] ?? '')
  const head = async (n: number) => {
    while (heads().length <= n) await new Promise((go) => setImmediate(go))
    return heads()[n]!
  }
  const encrypted = client.request(segments[0]!.uri)
  const { sink } = await head(0)
  sink.ended(new MediaRefused('The file is encrypted.'))
  const { type, detail } = (await (await encrypted).json()) as { type: string; detail: string }
  assert.match(type, /not-playable/, 'nor is another attempt offered')
  assert.equal(detail, 'The file is encrypted.')

  const asked = client.request(segments[0]!.uri)
  ;(await head(1)).sink.ended(new Error('worker died'))
  ;(await head(2)).sink.ended(new Error('worker died again'))
  const refused = await asked
  assert.equal(refused.status, 500)
  assert.match(((await refused.json()) as { type: string }).type, /encode-failed/)

  const torn = client.request(segments[5]!.uri)
  ;(await head(3)).sink.fragment(5, Buffer.from('half'))
  const reply = await torn
  ;(await head(3)).sink.ended(new Error('worker died'))
  await assert.rejects(reply.arrayBuffer())
})

test('two viewers cost one encode; an encode waits for its viewers and ends after they leave', async (t) => {
  const { start, hls, heads, running, clock, playback } = await setUp(t)
  const [one, two] = [await start(), await start()]
  const listed = async (p: typeof one) =>
    (await hls.media((await hls.master(p.hlsUrl ?? '')).video[0] ?? '')).segments
  const [a, b] = [await listed(one), await listed(two)]
  await Promise.all([hls.bytes(a[0]!.uri), hls.bytes(b[0]!.uri)])
  await Promise.all([hls.bytes(a[1]!.uri), hls.bytes(b[1]!.uri)])
  assert.equal(heads().length, 1)
  while (!heads()[0]!.isPaused) await new Promise((go) => setImmediate(go))
  assert.equal(playback.status().encodes.find((e) => e.rendition === 'v-720p')?.viewers, 2)
  clock.nowMs += 31_000
  playback.sweep()
  assert.equal(running().length, 0)
  assert.deepEqual(playback.status().encodes, [])
})

test('before a party seeks, what its members watch is made where they go, and for nobody else', async (t) => {
  const { start, hls, heads, playback } = await setUp(t)
  const { signal } = new AbortController()
  await playback.prepareSeek('f1', 60, signal)
  assert.equal(heads().length, 0, 'nobody watches it as an encode')
  const { hlsUrl } = await start()
  const { segments } = await hls.media((await hls.master(hlsUrl ?? '')).video[0] ?? '')
  await hls.bytes(segments[0]!.uri)
  const before = heads().length
  await playback.prepareSeek('f1', 60, signal)
  const made = heads().at(-1)!
  assert.equal(heads().length, before + 1)
  assert.ok(made.from > 5, `made from segment ${made.from} on`)
  assert.equal(await hls.bytes(segments[made.from]!.uri).then(String), fakeSegment(made.from))
  assert.equal(heads().length, before + 1, 'it was there')
})

test('tickets that are forged, foreign, over or revoked open nothing', async (t) => {
  const { start, client, clock, playback } = await setUp(t)
  const { hlsUrl, directUrl } = await start(can)
  const status = async (path: string) => (await client.request(path)).status
  const [, , ticket = '', asset = ''] = (hlsUrl ?? '').split('/')
  const flipped = `${ticket.slice(0, 20)}${ticket[20] === 'A' ? 'B' : 'A'}${ticket.slice(21)}`
  assert.equal(await status(`/v/${ticket}/${asset}/master.m3u8`), 200)
  assert.equal(await status(`/v/${flipped}/${asset}/master.m3u8`), 403)
  assert.equal(await status(`/v/${ticket}x/${asset}/file`), 403)
  assert.equal(await status(`/v/${ticket}/k${'0'.repeat(32)}/file`), 403)
  assert.equal(await status(`/v/${ticket}/${asset}/v-720p/00.m4s`), 404)
  assert.equal(await status(`/v/${ticket}/${asset}/v-720p/999999.m4s`), 404)
  assert.equal(await status(`/v/${ticket}/${asset}/v-9999p/index.m3u8`), 404)
  const other = await start(can)
  playback.signedOut({ signInId: 'sign-in-1' })
  assert.equal(await status(directUrl ?? ''), 403)
  assert.equal(await status(other.directUrl ?? ''), 403)
  clock.nowMs += 24 * 3_600_000
  const expired = await client.request(directUrl ?? '')
  assert.match(((await expired.json()) as { type: string }).type, /ticket-expired/)
})

test('nothing below /v/ opens without a ticket, and no address tells of a path', async (t) => {
  const { start, client, hls } = await setUp(t)
  const playback = await start(can)
  const master = await hls.master(playback.hlsUrl ?? '')
  const media = await hls.media(master.video[0] ?? '')
  const [, , ticket = '', asset = ''] = (playback.hlsUrl ?? '').split('/')
  const base = `/v/${ticket}/${asset}`
  const known = [playback.hlsUrl, playback.directUrl, master.video[0], media.map, media.segments[0]?.uri]
  const others = [
    'ticket',
    'previews.vtt',
    'previews/0.jpg',
    'fonts/0',
    's0/all.vtt',
    's0/all.ass',
    's0/all.sup',
  ]
  const addresses = [...known.map((address) => address ?? ''), ...others.map((name) => `${base}/${name}`)]
  const [payload = ''] = ticket.split('.')
  // Of another server: its signature is right by another secret.
  const foreign = createTickets({ secret: 'another', nowMs: () => 0 }).issue(
    JSON.parse(Buffer.from(payload, 'base64url').toString()) as TicketClaims,
  )
  for (const address of addresses) {
    assert.ok(address.startsWith(`${base}/`), address)
    for (const instead of [foreign, 'none', `${payload}.`, payload, `.${ticket.split('.')[1]}`]) {
      const reply = await client.request(address.replace(ticket, instead))
      const { type } = (await reply.json()) as { type: string }
      assert.deepEqual([reply.status, type], [403, '/problems/ticket-invalid'], address)
    }
  }
  const told = [
    JSON.stringify(playback),
    master.text,
    media.text,
    Buffer.from(payload, 'base64url').toString(),
  ]
  for (const text of told) assert.doesNotMatch(text, /film\.mp4|\/tmp|play-/)
})

test('a player that reports goes on with another ticket when its first is over; others cannot renew it', async (t) => {
  const { start, client, clock, playback } = await setUp(t)
  const { id, directUrl } = await start(can)
  const statusOf = async (path: string | null) => (await client.request(path ?? '')).status
  clock.nowMs += 4 * 60_000
  const seen = { positionSeconds: 240, paused: false }
  await assert.rejects(
    playback.report({ kind: 'person', id: 'eve', name: 'Eve', role: 'viewer' }, id, seen),
    (error: { code?: string }) => error.code === 'not-found',
  )
  const renewed = await client.call(reportPlayback, { params: { id }, body: seen })
  clock.nowMs += TICKET_MS - 60_000
  assert.deepEqual([await statusOf(directUrl), await statusOf(renewed.directUrl)], [403, 200])
})

const hasFfmpeg = spawnSync('ffmpeg', ['-version']).status === 0
const noFfmpeg = hasFfmpeg ? false : 'ffmpeg is not installed: nobody independent to decode what was encoded'

test(
  'a real clip, fetched in shuffled order, is one continuous film to another decoder',
  { skip: noFfmpeg },
  async (t) => {
    const home = mkdtempSync(join(tmpdir(), 'play-real-'))
    t.after(() => rmSync(home, { recursive: true }))
    const path = join(home, 'clip.mkv')
    const sources = [
      '-f',
      'lavfi',
      '-i',
      'testsrc2=size=640x360:rate=24',
      '-f',
      'lavfi',
      '-i',
      'sine=frequency=440:sample_rate=44100',
    ]
    const codecs = [
      '-c:v',
      'libx264',
      '-preset',
      'ultrafast',
      '-pix_fmt',
      'yuv420p',
      '-g',
      '60',
      '-bf',
      '2',
      '-c:a',
      'aac',
      '-t',
      '11',
    ]
    assert.equal(spawnSync('ffmpeg', ['-v', 'error', ...sources, ...codecs, path]).status, 0)

    const engine = createMediaEngine()
    t.after(() => engine[Symbol.asyncDispose]())
    const info = await engine.probe(path)
    const keyframes = await engine.keyframes(path, info, info.video[0]!.index)
    const { start, hls } = await setUp(t, { real: { engine, path, media: info, keyframes } })
    const { hlsUrl } = await start()
    const master = await hls.master(hlsUrl ?? '')

    const video = await hls.media(master.video[0] ?? '')
    const bytes = await hls.joined(video)
    const timescale = bytes.readUInt32BE(
      bytes.indexOf('mdhd') + (bytes[bytes.indexOf('mdhd') + 4] === 1 ? 24 : 16),
    )
    let at = 0
    for (const { uri, durationSeconds } of video.segments) {
      const [first = -1] = decodeTimes(await hls.bytes(uri))
      assert.ok(
        Math.abs(first / timescale - at) < 1e-4,
        `a segment begins at ${first / timescale}, not at ${at}`,
      )
      at += durationSeconds
    }
    const joined = join(home, 'joined.mp4')
    writeFileSync(joined, bytes)
    const frames = spawnSync('ffprobe', [
      '-v',
      'error',
      '-show_entries',
      'frame=pts_time,pict_type',
      '-of',
      'csv=p=0',
      joined,
    ])
    assert.equal(frames.stderr.toString(), '')
    const rows = frames.stdout
      .toString()
      .trim()
      .split('\n')
      .map((line) => line.split(','))
    // As long as the longest track: the sound's last frame may end after the last picture.
    assert.equal(rows.length, Math.round(at * 24))
    assert.equal(rows[0]?.[1], 'I')
    rows.forEach(([time], n) =>
      assert.ok(Math.abs(Number(time) - n / 24) < 1e-3, `frame ${n} is shown at ${time}`),
    )

    writeFileSync(joined, await hls.joined(await hls.media(master.audio[0] ?? '')))
    const sound = spawnSync('ffprobe', [
      '-v',
      'error',
      '-show_entries',
      'packet=pts',
      '-of',
      'csv=p=0',
      joined,
    ])
    assert.equal(sound.stderr.toString(), '')
    const ticks = sound.stdout
      .toString()
      .trim()
      .split('\n')
      .map((line) => Number.parseInt(line, 10))
    ticks.slice(1).forEach((tick, n) => assert.equal(tick - (ticks[n] ?? 0), 1024))
  },
)
