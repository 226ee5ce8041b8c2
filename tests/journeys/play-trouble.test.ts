// Trouble while playing: a restart, a full disk, a file that vanishes, sign-ins that end, a queue that is full.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import {
  getPlaybackLimits,
  setPlaybackLimits,
  startPlayback,
  stopPlayback,
} from '../../shared/api/playback.ts'
import type { PlaybackDeps } from '../../server/playback/playback.ts'
import { openDiskBlobs } from '../../server/platform/blobs/disk.ts'
import { Problem } from '../../server/platform/problem.ts'
import { createClient } from '../support/app.ts'
import { createFakeEngine, fakeSegment } from '../support/fake-engine.ts'
import { createHlsViewer } from '../support/hls-viewer.ts'
import { createLonePlayback } from '../support/playback.ts'
import { FILM } from '../support/film.ts'

const cannot = { mse: [], direct: [], maxWidth: 1920, maxHeight: 1080 }
type Options = { manual?: boolean; deps?: Partial<PlaybackDeps> }

function createPlace(t: TestContext) {
  const home = mkdtempSync(join(tmpdir(), 'trouble-'))
  const servers = new AsyncDisposableStack()
  servers.defer(() => rmSync(home, { recursive: true }))
  t.after(() => servers.disposeAsync())
  const path = join(home, 'film.mp4')
  writeFileSync(path, 'a film')
  return {
    home,
    path,
    /** A server on this place's data. */
    async open({ deps, ...how }: Options = {}) {
      const fake = createFakeEngine(how)
      const lone = await createLonePlayback({
        engine: fake.engine,
        path,
        media: FILM,
        keyframes: [0, 2, 4, 6],
        blobsPath: home,
        ...(deps && { deps }),
      })
      servers.use(lone)
      const client = createClient(lone.url)
      const hls = createHlsViewer((p) => client.request(p))
      const start = async () => {
        const { id, hlsUrl } = await client.call(startPlayback, {
          body: { titleId: 't1', capabilities: cannot },
        })
        const master = await hls.master(hlsUrl ?? '')
        return { id, master, playlist: await hls.media(master.video[0] ?? '') }
      }
      const ask = async (uri = '') => {
        const reply = await client.request(uri)
        const text = await reply.text()
        return {
          status: reply.status,
          text,
          type: reply.ok ? '' : (JSON.parse(text) as { type: string }).type,
        }
      }
      return { ...fake, ...lone, close: () => lone[Symbol.asyncDispose](), client, hls, start, ask }
    },
  }
}

test('after a restart the same address goes on, and what was encoded is not encoded again', async (t) => {
  const place = createPlace(t)
  const before = await place.open()
  const { playlist } = await before.start()
  const path = (n: number) => playlist.segments[n]?.uri ?? ''
  for (const n of [0, 1, 2]) assert.equal((await before.ask(path(n))).text, fakeSegment(n))
  await before.close()
  const after = await place.open({ manual: true })
  for (const n of [2, 0, 1]) assert.equal((await after.ask(path(n))).text, fakeSegment(n))
  assert.deepEqual(after.heads, [])
})

test('a full disk keeps nobody from watching', async (t) => {
  const place = createPlace(t)
  const blobs = await openDiskBlobs(join(place.home, 'blobs'))
  const full = { ...blobs, put: () => Promise.reject(new Problem('disk-full')), freeBytes: async () => 0 }
  const server = await place.open({
    deps: { blobs: Object.assign(Object.create(blobs) as typeof blobs, full) },
  })
  const { playlist } = await server.start()
  for (const n of [0, 1, 2, 0])
    assert.equal((await server.ask(playlist.segments[n]?.uri)).text, fakeSegment(n))
  assert.equal(server.playback.status().cache.bytes, 0)
})

test('a file that vanishes is called unreachable, not damaged', async (t) => {
  const place = createPlace(t)
  const server = await place.open({ manual: true })
  const { playlist } = await server.start()
  const asked = server.ask(playlist.segments[9]?.uri)
  rmSync(place.path)
  for (let n = 0; n < 2; n++) {
    const head = () => server.heads.findLast((h) => h.from === 9)
    const known = server.heads.length
    while (!head() || (n > 0 && server.heads.length === known && head()?.isStopped))
      await new Promise((go) => setImmediate(go))
    head()?.sink.ended(new Error('no such file'))
    await new Promise((go) => setImmediate(go))
  }
  assert.deepEqual([(await asked).status, (await asked).type], [409, '/problems/file-offline'])
})

test('a file is looked up once a second, not for each segment; one that has changed is noticed then', async (t) => {
  const place = createPlace(t)
  const clock = { nowMs: 1_000_000 }
  let [lookups, identity] = [0, 'one']
  const file = async (id: string) => {
    lookups++
    return { id, path: place.path, identity, media: FILM, reason: null, offline: false }
  }
  const server = await place.open({ deps: { file, nowMs: () => clock.nowMs } })
  const { playlist } = await server.start()
  const before = lookups
  for (const n of [0, 1, 2, 0, 1, 2])
    assert.equal((await server.ask(playlist.segments[n]?.uri)).text, fakeSegment(n))
  assert.ok(lookups - before <= 1)
  identity = 'another'
  clock.nowMs += 1001
  assert.equal((await server.ask(playlist.segments[0]?.uri)).type, '/problems/file-not-found')
})

test('of encoders whose bytes differ, two never make one segment', async (t) => {
  const server = await createPlace(t).open({ manual: true, deps: { encoder: 'any' } })
  const { playlist } = await server.start()
  const headAt = async (segment: number) => {
    for (;;) {
      const found = server.heads.find(
        ({ from, rendition }) =>
          from === segment && rendition.kind === 'encoded-video' && rendition.height === 720,
      )
      if (found) return found
      await new Promise((go) => setImmediate(go))
    }
  }
  const later = server.ask(playlist.segments[4]?.uri)
  const ahead = await headAt(4)
  ahead.sink.fragment(4, Buffer.from('<ahead 1>'))
  const first = server.ask(playlist.segments[0]?.uri)
  const behind = await headAt(0)
  for (const n of [0, 1, 2, 3]) {
    behind.sink.fragment(n, Buffer.from(`<behind ${n}>`))
    behind.sink.segmentEnd(n)
  }
  assert.deepEqual([behind.isStopped, ahead.isStopped], [true, false])
  ahead.sink.fragment(4, Buffer.from('<ahead 2>'))
  ahead.sink.segmentEnd(4)
  assert.equal((await first).text, '<behind 0>')
  assert.equal((await later).text, '<ahead 1><ahead 2>')

  // Whoever has half of what a head made that stopped must not get another's end of it.
  const asked = server.client.request(playlist.segments[9]?.uri ?? '')
  const stopping = await headAt(9)
  stopping.sink.fragment(9, Buffer.from('<half>'))
  const reply = await asked
  stopping.sink.ended(new Error('a fault'))
  await assert.rejects(reply.text())
})

test('a sign-in that has ended opens nothing, also where a restart forgot it; nor does a stopped playback', async (t) => {
  const place = createPlace(t)
  let isSignedIn = true
  const clock = { nowMs: 1_000_000 }
  const deps = { mayWatch: async () => isSignedIn, nowMs: () => clock.nowMs }
  const before = await place.open({ deps })
  const [one, two] = [await before.start(), await before.start()]
  const uri = one.playlist.segments[0]?.uri
  assert.equal((await before.ask(uri)).status, 200)
  await before.client.call(stopPlayback, { params: { id: two.id } })
  assert.equal((await before.ask(two.playlist.segments[0]?.uri)).type, '/problems/ticket-expired')
  isSignedIn = false
  clock.nowMs += 1001
  assert.equal((await before.ask(uri)).type, '/problems/ticket-expired')
  await before.close()
  const after = await place.open({ deps })
  assert.equal((await after.ask(uri)).type, '/problems/ticket-expired')
})

test('a viewer with several requests open gets all of them', async (t) => {
  const server = await createPlace(t).open()
  const { playlist } = await server.start()
  const wanted = [20, 0, 11, 5]
  const got = await Promise.all(wanted.map((n) => server.ask(playlist.segments[n]?.uri)))
  assert.deepEqual(
    got.map(({ text }) => text),
    wanted.map(fakeSegment),
  )
})

test('a limit of bits takes the rungs above it away', async (t) => {
  const server = await createPlace(t).open()
  const rungs = async () => (await server.start()).master.video.length
  assert.equal(await rungs(), 3)
  const limits = { remoteBps: null, viewersBps: { ada: 1_500_000 } }
  await server.client.call(setPlaybackLimits, { body: limits })
  assert.deepEqual(await server.client.call(getPlaybackLimits, {}), limits)
  assert.equal(await rungs(), 2)
})
