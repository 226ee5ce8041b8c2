// Several processes serve one film: one of them encodes it for the viewers of all, and when it dies another goes on.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { reportPlayback, startPlayback, stopPlayback } from '../../shared/api/playback.ts'
import type { Coordination } from '../../server/platform/coordination/coordination.ts'
import { createInProcessCoordination } from '../../server/platform/coordination/in-process.ts'
import { silentLog } from '../../server/platform/log.ts'
import { createClient } from '../support/app.ts'
import { createFakeEngine, fakeSegment } from '../support/fake-engine.ts'
import { FILM } from '../support/film.ts'
import { createHlsViewer } from '../support/hls-viewer.ts'
import { createLonePlayback } from '../support/playback.ts'
import { freePort } from '../support/servers.ts'

const SECRET = 'of this installation'

/** What a process sees of the others until it is cut off, as by `kill -9`. */
function cuttable(coordination: Coordination) {
  let isCut = false
  const asked: string[] = []
  const refuse = (name: string) => () => {
    asked.push(name)
    return Promise.reject(new Error('cut off'))
  }
  return {
    cut: () => (isCut = true),
    /** In vain. */
    asked,
    coordination: new Proxy(coordination, {
      get: (of, name: keyof Coordination) => (isCut ? refuse(String(name)) : Reflect.get(of, name)),
    }),
  }
}

async function setUp(t: TestContext, { manual = false } = {}) {
  const home = mkdtempSync(join(tmpdir(), 'shared-'))
  const all = new AsyncDisposableStack()
  t.after(async () => {
    await all.disposeAsync()
    rmSync(home, { recursive: true })
  })
  const shared = createInProcessCoordination({ nowMs: () => performance.now(), log: silentLog() })

  async function member(isEncoder: boolean) {
    const fake = createFakeEngine({ manual })
    const { coordination, cut, asked } = cuttable(shared)
    const lone = all.use(
      await createLonePlayback({
        engine: fake.engine,
        path: join(home, 'film.mp4'),
        media: FILM,
        keyframes: [0, 2, 4, 6],
        blobsPath: home,
        cluster: { coordination, ownUrl: `http://127.0.0.1:${await freePort()}`, secret: SECRET, isEncoder },
      }),
    )
    const heads = () =>
      fake.heads.filter(({ rendition }) => rendition.kind === 'encoded-video' && rendition.height === 720)
    const crash = async (): Promise<void> => {
      cut()
      await lone.http.close()
    }
    return { ...lone, heads, crash, cut, asked }
  }
  const workers = [await member(true), await member(true)] as const
  const webs = [await member(false), await member(false)] as const

  /** Somebody who watches through this web process: the addresses of the largest rung's segments. */
  async function viewer({ url }: { url: string }) {
    const client = createClient(url)
    const capabilities = { mse: [], direct: [], maxWidth: 1920, maxHeight: 1080 }
    const { id, hlsUrl } = await client.call(startPlayback, { body: { titleId: 't1', capabilities } })
    const hls = createHlsViewer((path) => client.request(path))
    const { segments } = await hls.media((await hls.master(hlsUrl ?? '')).video[0] ?? '')
    return { id, client, hls, uris: segments.map(({ uri }) => uri) }
  }
  const heads = () => workers.flatMap((worker) => worker.heads())
  async function headAt(segment: number) {
    for (;;) {
      const found = heads().find((head) => head.from === segment && !head.isStopped)
      if (found) return found
      await sleep(5)
    }
  }
  return { home, shared, workers, webs, viewer, heads, headAt }
}

test('viewers on two web processes cost one encode, and none when it is in the store', async (t) => {
  const { workers, webs, viewer, heads } = await setUp(t)
  const viewers = await Promise.all([webs[0], webs[0], webs[1], webs[1]].map(viewer))
  for (const segment of [0, 1, 2])
    for (const text of await Promise.all(
      viewers.map(async ({ hls, uris }) => (await hls.bytes(uris[segment] ?? '')).toString()),
    ))
      assert.equal(text, fakeSegment(segment))
  assert.equal(heads().length, 1)
  for (const web of webs) assert.equal(web.heads().length, 0)
  // The administrator sees it from any process.
  await sleep(600)
  assert.ok(webs[1].playback.status().encodes.some(({ rendition }) => rendition === 'v-720p'))

  // Cut off from the others, as when Redis is away, it goes on with whom it knew, and does not ask for each segment.
  webs[0].cut()
  for (const segment of [3, 4, 5])
    assert.equal(
      (await viewers[0]!.hls.bytes(viewers[0]!.uris[segment] ?? '')).toString(),
      fakeSegment(segment),
    )
  assert.ok(webs[0].asked.filter((name) => name === 'holder').length <= 1, webs[0].asked.join(' '))

  // Both workers gone, what is done is still served by who never had it.
  const { hls, uris } = await viewer(webs[1])
  const kept = () => workers.reduce((sum, { playback }) => sum + playback.status().cache.segments, 0)
  while (kept() < 5) await sleep(10)
  for (const worker of workers) await worker.crash()
  assert.equal((await hls.bytes(uris[1] ?? '')).toString(), fakeSegment(1))
})

test('a segment passes through while it is made; its worker killed, another goes on in the same reply', async (t) => {
  const { workers, webs, viewer, headAt } = await setUp(t, { manual: true })
  const { client, uris } = await viewer(webs[0])
  const asked = client.request(uris[2] ?? '')
  const first = await headAt(2)
  first.sink.fragment(2, Buffer.from('<2 begin>'))
  const reader = (await asked).body!.getReader()
  assert.equal(Buffer.from((await reader.read()).value ?? []).toString(), '<2 begin>')

  const dying = workers.find((worker) => worker.heads().includes(first))
  await dying?.crash()
  first.isStopped = true
  const second = await headAt(2)
  assert.notEqual(second, first)
  // It begins the segment anew: what the viewer has does not come twice.
  second.sink.fragment(2, Buffer.from('<2 begin>'))
  second.sink.fragment(2, Buffer.from('<2 end>'))
  second.sink.segmentEnd(2)
  let rest = ''
  for (let part = await reader.read(); !part.done; part = await reader.read())
    rest += Buffer.from(part.value).toString()
  assert.equal(rest, '<2 end>')
})

test('bytes that differ from those already sent end the reply with a reset, never cleanly', async (t) => {
  const { workers, webs, viewer, headAt } = await setUp(t, { manual: true })
  const { client, uris } = await viewer(webs[0])
  const asked = client.request(uris[2] ?? '')
  const first = await headAt(2)
  first.sink.fragment(2, Buffer.from('<2 begin>'))
  const reader = (await asked).body!.getReader()
  await reader.read()
  await workers.find((worker) => worker.heads().includes(first))?.crash()
  first.isStopped = true
  const second = await headAt(2)
  second.sink.fragment(2, Buffer.from('<2 other>'))
  await assert.rejects(async () => {
    for (let part = await reader.read(); !part.done;) part = await reader.read()
  })
})

test('who is not of the installation gets no segment from a worker', async (t) => {
  const { workers } = await setUp(t)
  for (const authorization of ['', 'Bearer wrong', `Bearer ${'x'.repeat(SECRET.length)}`]) {
    const headers = { authorization, 'content-type': 'application/json' }
    const reply = await fetch(`${workers[0].url}/internal/segments`, { method: 'POST', headers, body: '{}' })
    assert.equal(reply.status, 403)
  }
})

test('a playback is known to every process, also when what was shared is lost, and stopped in all', async (t) => {
  const { shared, webs, viewer } = await setUp(t)
  const { id, client } = await viewer(webs[0])
  const other = createClient(webs[1].url)
  await shared.remove(`playback/${id}`)
  const report = { params: { id }, body: { positionSeconds: 1, paused: false } }
  for (const one of [other, client]) assert.ok((await one.call(reportPlayback, report)).hlsUrl)
  await other.call(stopPlayback, { params: { id } })
  for (const one of [client, other]) assert.equal((await one.refused(reportPlayback, report)).status, 404)
})
