// Real faults while a film plays: media workers killed at work, a disk that is full, a file that is gone.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, renameSync } from 'node:fs'
import { after, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { startPlayback } from '../../shared/api/playback.ts'
import { createMediaEngine } from '../../server/media/engine.ts'
import type { MediaEngine } from '../../server/media/media-engine.ts'
import type { PlaybackDeps } from '../../server/playback/playback.ts'
import { createClient } from '../support/app.ts'
import { createHlsViewer } from '../support/hls-viewer.ts'
import { ffmpeg, greyPictures, needsFfmpeg, temporaryFolder } from '../support/media.ts'
import { createLonePlayback } from '../support/playback.ts'

const folder = temporaryFolder()
const full = folder.file('full')
after(() => {
  spawnSync('umount', [full])
  folder[Symbol.dispose]()
})
const path = folder.file('film.mkv')
const SECONDS = 10
const skip = needsFfmpeg
const CODING = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-g', '50', '-y']
if (!skip) ffmpeg(['-f', 'lavfi', '-i', `testsrc2=size=320x180:rate=25:duration=${SECONDS}`, ...CODING, path])

const own = (name: string) => JSON.stringify(import.meta.resolve(`../../server/media/worker/${name}.ts`))

/** The n-th encoder that a media worker opens takes it down at its m-th picture. */
function mortalEngine(killedAt: Record<number, number>): MediaEngine {
  const entry = folder.write(
    'worker.mjs',
    Buffer.from(
      `import { failingEncoder } from ${own('failing-encoder.fixture')}\n` +
        `failingEncoder('crash', ${JSON.stringify(killedAt)}, 'libx264')\nawait import(${own('main')})\n`,
    ),
  )
  return createMediaEngine({ readers: 1, entry: pathToFileURL(entry) })
}

const engine = createMediaEngine({ readers: 1 })
after(() => engine[Symbol.asyncDispose]())

/** Somebody watches the film from the start. */
async function served(
  its: MediaEngine,
  how: { blobsPath?: string; deps?: Partial<PlaybackDeps> } = {},
  film = path,
) {
  const media = await its.probe(film)
  const keyframes = await its.keyframes(film, media, 0)
  const lone = await createLonePlayback({ engine: its, path: film, media, keyframes, ...how })
  const client = createClient(lone.url)
  const hls = createHlsViewer((uri) => client.request(uri))
  const { hlsUrl } = await client.call(startPlayback, {
    body: { titleId: 't1', capabilities: { mse: [], direct: [], maxWidth: 1920, maxHeight: 1080 } },
  })
  const [video = ''] = (await hls.master(hlsUrl ?? '')).video
  const playlist = await hls.media(video)
  return {
    count: playlist.segments.length,
    init: () => hls.bytes(playlist.map),
    ask: (n: number) => client.request(playlist.segments[n]?.uri ?? ''),
    segment: (n: number) => hls.bytes(playlist.segments[n]?.uri ?? ''),
    [Symbol.asyncDispose]: () => lone[Symbol.asyncDispose](),
  }
}

function picturesOf(init: Buffer, segments: readonly Buffer[]): number {
  return greyPictures(folder.write('joined.mp4', Buffer.concat([init, ...segments])), 10, 1).length
}

test(
  'a media worker killed in mid-segment: its viewer has the whole segment, without a byte twice',
  { skip },
  async () => {
    const segments = async (its: MediaEngine) => {
      await using server = await served(its)
      const got: Buffer[] = []
      for (let n = 0; n < server.count; n++) got.push(await server.segment(n))
      return { init: await server.init(), got }
    }
    const untroubled = await segments(engine)
    // After the first pieces of the second segment of each worker.
    await using mortal = mortalEngine({ 1: 17 })
    const troubled = await segments(mortal)
    assert.deepEqual(troubled, untroubled)
    assert.equal(picturesOf(troubled.init, troubled.got), SECONDS * 25)
  },
)

test(
  'workers that are killed again and again: a broken connection, never a hang or half a segment',
  { skip },
  async () => {
    await using mortal = mortalEngine({ 0: 17 })
    await using server = await served(mortal)
    await assert.rejects(async () => (await server.ask(0)).arrayBuffer())
  },
)

/** A disk of a quarter of a megabyte, where this user may make one. */
function smallDisk(): string | false {
  mkdirSync(full)
  return spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'none', full]).status === 0
    ? false
    : 'may not mount'
}

test(
  'a disk that fills up while segments are written keeps nobody from watching',
  { skip: skip || smallDisk() },
  async () => {
    // Nothing stays in memory, so that everything has to go to the disk.
    await using server = await served(engine, { blobsPath: full, deps: { cacheRamBytes: () => 1 } })
    const segments: Buffer[] = []
    for (let n = 0; n < server.count; n++) segments[n] = await server.segment(n)
    const bytes = segments.reduce((sum, one) => sum + one.byteLength, 0)
    assert.ok(bytes > 300_000, `${bytes} bytes would not fill the disk`)
    assert.equal(picturesOf(await server.init(), segments), SECONDS * 25)
    // Once more, from whatever could be kept and from new encodes.
    for (const n of [3, 0, 1]) assert.deepEqual(await server.segment(n), segments[n])
  },
)

test(
  'a file that vanishes while it plays is called unreachable; back again, it goes on',
  { skip },
  async () => {
    const [long, away] = [folder.file('long.mkv'), folder.file('away.mkv')]
    ffmpeg(['-f', 'lavfi', '-i', `testsrc2=size=320x180:rate=5:duration=90`, ...CODING, long])
    await using server = await served(engine, {}, long)
    const last = server.count - 1
    assert.ok((await server.segment(0)).byteLength > 0)
    await server.init()
    renameSync(long, away)
    const reply = await server.ask(last)
    assert.equal(reply.status, 409)
    assert.match(((await reply.json()) as { type: string }).type, /file-offline/)
    // What is there stays there.
    assert.ok((await server.segment(0)).byteLength > 0)
    renameSync(away, long)
    assert.ok((await server.segment(last)).byteLength > 0)
  },
)
