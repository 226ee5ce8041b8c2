// What stands beside the film: pictures for the seek bar and fonts of styled subtitles, made once, behind the ticket.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { test, type TestContext } from 'node:test'
import { startPlayback } from '../../shared/api/playback.ts'
import type { MediaInfo } from '../../shared/media.ts'
import { type MediaEngine, MediaRefused } from '../../server/media/media-engine.ts'
import { createClient } from '../support/app.ts'
import { createFakeEngine } from '../support/fake-engine.ts'
import { FILM } from '../support/film.ts'
import { createLonePlayback } from '../support/playback.ts'

const CAPABILITIES = { mse: [], direct: [], maxWidth: 1920, maxHeight: 1080 }
const FONT = Buffer.from('00010000feedbeef', 'hex')

async function setUp(t: TestContext, engine: Partial<MediaEngine>, media: MediaInfo = FILM) {
  const blobsPath = mkdtempSync(`${tmpdir()}/extras-`)
  const ordered: string[] = []
  const lone = await createLonePlayback({
    engine: { ...createFakeEngine({ manual: true }).engine, ...engine },
    path: '/films/film.mkv',
    media,
    keyframes: [0, 2, 4],
    blobsPath,
    deps: { enqueuePreviews: async (fileId) => void ordered.push(fileId) },
  })
  t.after(async () => {
    await lone[Symbol.asyncDispose]()
    rmSync(blobsPath, { recursive: true })
  })
  const client = createClient(lone.url)
  const start = () => client.call(startPlayback, { body: { titleId: 't1', capabilities: CAPABILITIES } })
  /** As the queue does, until nobody watches. */
  const runJob = () =>
    lone.playback.makePreviews({ payload: { fileId: 'f1' }, signal: AbortSignal.timeout(10_000) } as never)
  return { lone, client, start, ordered, runJob }
}

test('pictures are ordered at the first play and served at the next', async (t) => {
  let made = 0
  const { client, start, ordered, runJob, lone } = await setUp(t, {
    previews: async () => {
      made++
      const at = { sheet: 0, x: 0, y: 0 }
      const pictures = [
        { ...at, startSeconds: 0, endSeconds: 10 },
        { ...at, startSeconds: 10, endSeconds: 20, sheet: 1 },
      ]
      return { sheets: [Buffer.from('sheet 0'), Buffer.from('sheet 1')], width: 240, height: 134, pictures }
    },
  })
  const first = await start()
  assert.equal(first.previewsUrl, null)
  assert.deepEqual(ordered, ['f1'])
  await assert.rejects(runJob(), { name: 'Error', message: /watches/ }, 'it makes way for who watches')
  await lone.playback.stopAny(first.id)
  lone.playback.sweep()
  await runJob()
  await runJob()
  assert.equal(made, 1)

  const { previewsUrl } = await start()
  assert.ok(previewsUrl)
  assert.deepEqual(ordered, ['f1'], 'nothing is ordered twice')
  const list = await client.request(previewsUrl)
  assert.equal(list.headers.get('content-type'), 'text/vtt; charset=utf-8')
  const cues = await list.text()
  assert.match(cues, /00:00:10\.000 --> 00:00:20\.000\npreviews\/1\.jpg#xywh=0,0,240,134/)
  const sheet = await client.request(previewsUrl.replace('previews.vtt', 'previews/1.jpg'))
  assert.equal(sheet.headers.get('content-type'), 'image/jpeg')
  assert.equal(await sheet.text(), 'sheet 1')
  assert.equal((await client.request(previewsUrl.replace('previews.vtt', 'previews/2.jpg'))).status, 404)
  const forged = previewsUrl.replace('/v/', '/v/x')
  assert.equal((await client.request(forged)).status, 403)
})

test('a file without a picture that can be decoded is left alone from then on', async (t) => {
  let asked = 0
  const { start, ordered, runJob, lone } = await setUp(t, {
    previews: async () => {
      asked++
      throw new MediaRefused('No picture of the video could be decoded.')
    },
  })
  await lone.playback.stopAny((await start()).id)
  lone.playback.sweep()
  await runJob()
  await runJob()
  assert.equal((await start()).previewsUrl, null)
  assert.deepEqual([asked, ordered], [1, ['f1']])
})

test('fonts that a file carries are handed out, and nothing else that it carries', async (t) => {
  const font = { kind: 'font', mimeType: 'font/ttf', sizeBytes: 8 } as const
  const attachments = [
    { ...font, index: 3, fileName: 'Serif.ttf' },
    { ...font, index: 4, fileName: 'page.ttf' },
    { ...font, index: 5, fileName: 'huge.ttf', sizeBytes: 1e9 },
    { index: 6, kind: 'other' as const, fileName: 'notes.html', mimeType: 'text/html', sizeBytes: 8 },
  ]
  let taken = 0
  const { client, start } = await setUp(
    t,
    {
      attachment: async (_path, index) => {
        taken++
        return index === 3 ? FONT : Buffer.from('<script>')
      },
    },
    { ...FILM, attachments },
  )
  const { fonts } = await start()
  assert.deepEqual(
    fonts.map(({ name }) => name),
    ['Serif.ttf', 'page.ttf'],
  )
  const [serif, page] = fonts.map(({ url }) => url)
  for (let time = 0; time < 2; time++) {
    const reply = await client.request(serif ?? '')
    assert.deepEqual(Buffer.from(await reply.arrayBuffer()), FONT)
  }
  assert.equal(taken, 1, 'kept from then on')
  assert.equal((await client.request(page ?? '')).status, 404, 'what is no font by its bytes')
  assert.equal((await client.request((serif ?? '').replace(/3$/, '6'))).status, 404)
})
