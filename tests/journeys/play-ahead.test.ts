// Before and beside the play button: first seconds ahead, whole titles as a job, subtitles taken out once, limits.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { test, type TestContext } from 'node:test'
import {
  dropPrepared,
  getPlaybackLimits,
  listPrepared,
  preparePlayback,
  prepareTitle,
  setPlaybackLimits,
  startPlayback,
} from '../../shared/api/playback.ts'
import type { MediaInfo } from '../../shared/media.ts'
import type { MediaEngine } from '../../server/media/media-engine.ts'
import { createClient } from '../support/app.ts'
import { createFakeEngine } from '../support/fake-engine.ts'
import { FILM } from '../support/film.ts'
import { createHlsViewer } from '../support/hls-viewer.ts'
import { createLonePlayback } from '../support/playback.ts'

const CAPABILITIES = { mse: [], direct: [], maxWidth: 1920, maxHeight: 1080 }
const BODY = { titleId: 't1', capabilities: CAPABILITIES }
type Order = { fileId: string; titleId: string; rungs: string[] }

async function setUp(t: TestContext, media: MediaInfo = FILM, over: Partial<MediaEngine> = {}) {
  const blobsPath = mkdtempSync(`${tmpdir()}/ahead-`)
  const ordered: Order[] = []
  const servers = new AsyncDisposableStack()
  servers.defer(() => rmSync(blobsPath, { recursive: true }))
  t.after(() => servers.disposeAsync())
  async function serverWith(fake = createFakeEngine()) {
    const lone = await createLonePlayback({
      engine: { ...fake.engine, ...over },
      path: '/films/film.mkv',
      media,
      keyframes: [0, 2, 4, 6],
      blobsPath,
      deps: { enqueuePrepare: async (wanted) => void ordered.push(wanted) },
    })
    servers.use(lone)
    const client = createClient(lone.url)
    return { lone, client, ...fake, hls: createHlsViewer((p) => client.request(p)) }
  }
  return { serverWith, ordered }
}

/** Until what the server does by itself has happened. */
async function until(isDone: () => boolean): Promise<void> {
  for (let tries = 0; tries < 500 && !isDone(); tries++) await new Promise((go) => setTimeout(go, 10))
  assert.ok(isDone())
}

test('what is prepared ahead is there when somebody presses play', async (t) => {
  const { serverWith } = await setUp(t)
  const { lone, client, heads } = await serverWith()
  await client.call(preparePlayback, { body: { ...BODY, positionSeconds: 30 } })
  await until(() => lone.playback.status().cache.segments > 0)
  const [head] = heads
  assert.ok(head?.from !== undefined && head.from > 0, 'at the place that was asked for')
  assert.equal(heads.length, 1, 'a film without sound needs one')
})

test('a title is encoded whole by a job, stays through evictions and restarts, and is given up', async (t) => {
  const { serverWith, ordered } = await setUp(t)
  const first = await serverWith()
  const made = await first.client.call(prepareTitle, { body: { titleId: 't1', rungs: ['480p'] } })
  assert.deepEqual([made.renditions, made.isComplete], [['v-480p'], false])
  assert.deepEqual(ordered, [{ fileId: 'f1', titleId: 't1', rungs: ['480p'] }])
  const unknown = await first.client.request(prepareTitle.path, {
    method: 'POST',
    body: JSON.stringify({ titleId: 't1', rungs: ['9999p'] }),
    headers: { 'content-type': 'application/json' },
  })
  assert.equal(unknown.status, 400, 'a quality that there is not')

  const [order] = ordered
  assert.ok(order)
  const steps: [number, number | null][] = []
  const job = {
    payload: order,
    signal: AbortSignal.timeout(20_000),
    progress: ({ done, total }: { done: number; total: number | null }) => void steps.push([done, total]),
  }
  await first.lone.playback.prepared.run(job as never)
  const [count, total] = steps.at(-1) ?? []
  assert.ok(count !== undefined && count > 1)
  assert.equal(count, total)
  assert.equal(steps.length, total)
  await first.lone[Symbol.asyncDispose]()

  const second = await serverWith()
  const { items } = await second.client.call(listPrepared, {})
  assert.deepEqual(
    items.map(({ titleName, isComplete }) => [titleName, isComplete]),
    [['Film', true]],
  )
  await second.lone.playback.evictAll()
  assert.equal(second.lone.playback.status().cache.segments, total)
  await second.lone.playback.prepared.run(job as never)
  assert.equal(second.heads.length, 0, 'nothing is encoded twice')
  await second.client.call(dropPrepared, { params: { id: 'f1' } })
  await second.lone.playback.evictAll()
  assert.equal(second.lone.playback.status().cache.segments, 0)
})

test('subtitles are a group of the master playlist; their text is taken out once', async (t) => {
  const track = {
    codec: 'subrip',
    profile: null,
    isDefault: false,
    isForced: false,
    isHearingImpaired: false,
  }
  const subtitles = [
    { ...track, index: 2, kind: 'text' as const, language: 'en', title: 'English "plain"' },
    { ...track, index: 3, kind: 'text' as const, language: 'de', title: null, isForced: true },
    { ...track, index: 4, kind: 'image' as const, language: 'fr', title: null, codec: 'dvd_subtitle' },
  ]
  const taken: number[] = []
  const { serverWith } = await setUp(
    t,
    { ...FILM, subtitles },
    {
      subtitles: async (_path, index) => {
        taken.push(index)
        return Buffer.from(`WEBVTT\n\n00:00:01.000 --> 00:00:02.000\ntrack ${index}\n`)
      },
    },
  )
  const read = async ({ client, hls }: Awaited<ReturnType<typeof serverWith>>) => {
    const { hlsUrl } = await client.call(startPlayback, { body: BODY })
    const master = await hls.master(hlsUrl ?? '')
    const texts = master.subtitles.map(async (uri) => {
      const { segments } = await hls.media(uri)
      assert.equal(segments.length, 1, 'the whole text in one piece')
      return (await hls.bytes(segments[0]?.uri ?? '')).toString()
    })
    return { text: master.text, texts: await Promise.all(texts) }
  }
  const first = await serverWith()
  const { text, texts } = await read(first)
  assert.deepEqual(
    texts.map((one) => /track (\d)/.exec(one)?.[1]),
    ['2', '3'],
    'pictures cannot be text',
  )
  assert.match(text, /#EXT-X-STREAM-INF:[^\n]*SUBTITLES="/)
  assert.match(text, /TYPE=SUBTITLES[^\n]*LANGUAGE="de"[^\n]*FORCED=YES/)
  await first.lone[Symbol.asyncDispose]()
  const second = await serverWith()
  assert.deepEqual((await read(second)).texts, texts)
  assert.deepEqual(
    taken.toSorted((a, b) => a - b),
    [2, 3, 4],
    'each once, kept through a restart',
  )
})

test('limits are kept and hold for playbacks from then on', async (t) => {
  const { serverWith } = await setUp(t)
  const { client } = await serverWith()
  const before = await client.call(startPlayback, { body: BODY })
  const limits = { remoteBps: 2_000_000, viewersBps: { ada: 1_000_000 } }
  assert.deepEqual(await client.call(setPlaybackLimits, { body: limits }), limits)
  assert.deepEqual(await client.call(getPlaybackLimits, {}), limits)
  const after = await client.call(startPlayback, { body: BODY })
  assert.ok(before.rungs.some(({ bitrateBps }) => bitrateBps > 1_000_000))
  assert.ok(after.rungs.every(({ bitrateBps }) => bitrateBps <= 1_000_000))
  assert.match(after.reasons.map(({ text }) => text).join(), /this server allows you 1\.0 Mbit/)
})
