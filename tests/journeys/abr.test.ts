// The master playlist against the bytes behind it: rates, codecs, sizes, languages; any rung follows any other without a seam.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { startPlayback } from '../../shared/api/playback.ts'
import { createMediaEngine } from '../../server/media/engine.ts'
import type { MediaEngine } from '../../server/media/media-engine.ts'
import { questionsOf } from '../../server/playback/decide.ts'
import { createClient } from '../support/app.ts'
import { createFakeEngine } from '../support/fake-engine.ts'
import { FILM } from '../support/film.ts'
import { createHlsViewer, type MediaPlaylist } from '../support/hls-viewer.ts'
import { ffmpeg, needsFfmpeg, temporaryFolder } from '../support/media.ts'
import { ffprobe, samplesOf } from '../support/media-oracle.ts'
import { createLonePlayback } from '../support/playback.ts'

const engine = createMediaEngine({ maxHeads: 3, readers: 1 })
after(() => engine[Symbol.asyncDispose]())

const SECONDS = 8
const FPS = 24
const SCREEN = { maxWidth: 1920, maxHeight: 1080 }
const words = (line: string): string[] => line.split(' ')

/** Hard to encode, so that rates are used up; two languages, subtitles, a keyframe every two seconds. */
function makeFilm(folder: ReturnType<typeof temporaryFolder>): string {
  const path = folder.file('film.mkv')
  const text = folder.write('film.srt', Buffer.from('1\n00:00:01,000 --> 00:00:02,000\nHello\n'))
  const picture = `testsrc2=s=848x480:r=${FPS}:d=${SECONDS},noise=alls=30:allf=t`
  const beep = (hz: number) => words(`-f lavfi -i sine=f=${hz}:r=48000:d=${SECONDS}`)
  ffmpeg([
    '-f',
    'lavfi',
    '-i',
    picture,
    ...beep(440),
    ...beep(660),
    '-i',
    text,
    ...words(
      '-map 0 -map 1 -map 2 -map 3 -c:v libx264 -preset ultrafast -pix_fmt yuv420p -bf 2 -b_strategy 0',
    ),
    ...words('-g 48 -sc_threshold 0 -b:v 3M -maxrate 4M -bufsize 4M -c:a aac -c:s srt'),
    ...words('-metadata:s:a:0 language=eng -metadata:s:a:1 language=deu -metadata:s:s:0 language=fra'),
    '-y',
    path,
  ])
  return path
}

/** Of the one track that an init segment describes. */
function timescaleOf(init: Buffer): number {
  const at = init.indexOf('mdhd') + 4
  return init.readUInt32BE(at + (init[at] === 1 ? 20 : 12))
}

/** `KEY=value` and `KEY="value"` of a tag's line. */
const attributesOf = (line: string): Record<string, string> =>
  Object.fromEntries(
    [...line.matchAll(/([A-Z-]+)=(?:"([^"]*)"|([^,]*))/g)].map(([, key, a, b]) => [key, a ?? b ?? '']),
  )

test(
  'the master playlist says what the bytes are, and rungs join at every boundary',
  { skip: needsFfmpeg },
  async () => {
    using folder = temporaryFolder()
    const path = makeFilm(folder)
    const media = await engine.probe(path)
    const keyframes = await engine.keyframes(path, media, 0)
    await using lone = await createLonePlayback({ engine, path, media, keyframes })
    const client = createClient(lone.url)
    const hls = createHlsViewer((p) => client.request(p))
    const capabilities = { ...SCREEN, mse: questionsOf(media).mse, direct: [] }
    const { hlsUrl } = await client.call(startPlayback, { body: { titleId: 't1', capabilities } })
    const master = await hls.master(hlsUrl ?? '')

    const tags = (name: string) =>
      master.text
        .split('\n')
        .filter((line) => line.startsWith(name))
        .map(attributesOf)
    const sounds = tags('#EXT-X-MEDIA:TYPE=AUDIO')
    assert.deepEqual(
      sounds.map(({ LANGUAGE, DEFAULT }) => [LANGUAGE, DEFAULT]),
      [
        ['en', 'YES'],
        ['de', 'NO'],
      ],
    )
    assert.deepEqual(
      tags('#EXT-X-MEDIA:TYPE=SUBTITLES').map(({ LANGUAGE, FORCED }) => [LANGUAGE, FORCED]),
      [['fr', 'NO']],
    )

    const inOrder = async ({ segments }: MediaPlaylist) => {
      const bytes: Buffer[] = []
      for (const { uri } of segments) bytes.push(await hls.bytes(uri))
      return bytes
    }
    const fetched = async (playlist: MediaPlaylist) => ({
      playlist,
      init: await hls.bytes(playlist.map),
      segments: await inOrder(playlist),
    })
    // One rung after the other: encodes at once are few.
    const all = async (uris: readonly string[]) => {
      const found: Awaited<ReturnType<typeof fetched>>[] = []
      for (const uri of uris) found.push(await fetched(await hls.media(uri)))
      return found
    }
    const audio = await all(master.audio)
    const video = await all(master.video)
    const variants = tags('#EXT-X-STREAM-INF')
    assert.equal(variants.length, 3)
    const lengthOf = ({ playlist }: { playlist: MediaPlaylist }) =>
      playlist.segments.reduce((sum, { durationSeconds }) => sum + durationSeconds, 0)
    const averageOf = (one: Awaited<ReturnType<typeof fetched>>) =>
      (one.segments.reduce((sum, { length }) => sum + length, 0) * 8) / lengthOf(one)
    /** The rate of the segment that needs most. */
    const peakOf = ({ segments, playlist }: Awaited<ReturnType<typeof fetched>>) =>
      Math.max(
        ...segments.map(({ length }, n) => (length * 8) / (playlist.segments[n]?.durationSeconds ?? 1)),
      )
    const soundAverage = Math.max(...audio.map(averageOf))

    const shown: number[][][] = []
    for (const [n, rung] of video.entries()) {
      const said = variants[n] ?? {}
      const label = `rung ${n}, ${said['RESOLUTION']}`
      const whole = folder.write(`rung-${n}.mp4`, Buffer.concat([rung.init, ...rung.segments]))
      const [seen = ''] = ffprobe([
        ...words('-select_streams v -show_entries stream=width,height,profile,level,avg_frame_rate'),
        whole,
      ])
      const [profile, width, height, level, rate = ''] = seen.split(',')
      const [num = 0, den = 1] = rate.split('/').map(Number)
      assert.equal(said['RESOLUTION'], `${width}x${height}`)
      assert.ok(
        Math.abs(Number(said['FRAME-RATE']) - num / den) < 0.01,
        `${label}: ${said['FRAME-RATE']} is not ${rate}`,
      )
      const idc = { 'Constrained Baseline': '42c0', Main: '4d40', High: '6400' }[profile ?? '']
      const codec = `avc1.${idc}${Number(level).toString(16)}`
      assert.equal(said['CODECS']?.toLowerCase(), `${codec},mp4a.40.2`, label)

      const average = averageOf(rung) + soundAverage
      const saidAverage = Number(said['AVERAGE-BANDWIDTH'])
      assert.ok(
        average <= saidAverage * 1.02 && average > saidAverage * 0.6,
        `${label}: ${average} of ${saidAverage} on average`,
      )
      const peak = peakOf(rung) + soundAverage
      assert.ok(peak <= Number(said['BANDWIDTH']), `${label}: ${peak} of ${said['BANDWIDTH']} at most`)

      // What each segment shows, by itself behind its init segment: as it is decoded after a switch. Only the number is
      // the other decoder's: FFmpeg 5 reads pictures with negative composition offsets late.
      const timescale = timescaleOf(rung.init)
      shown.push(
        rung.segments.map((segment) => {
          const alone = folder.write('alone.mp4', Buffer.concat([rung.init, segment]))
          const decoded = ffprobe([...words('-select_streams v -show_entries frame=pict_type'), alone])
          const times = samplesOf(segment).map(({ pts }) => pts / timescale)
          assert.equal(decoded.length, times.length, label)
          return times.toSorted((a, b) => a - b)
        }),
      )
    }
    const [original = [], ...encodes] = shown
    for (const encode of encodes) {
      assert.deepEqual(encode, encodes[0], 'every segment shows the same pictures in each encoded quality')
      encode
        .flat()
        .forEach((time, n) => assert.ok(Math.abs(time - n / FPS) < 1e-3, `picture ${n} at ${time}`))
    }
    for (const before of [original, ...encodes])
      for (const after of [original, ...encodes])
        before.slice(0, -1).forEach((pictures, k) => {
          const step = ((after[k + 1]?.[0] ?? 0) - (pictures.at(-1) ?? 0)) * FPS
          // Matroska's times are whole milliseconds.
          assert.ok(step > 0.95 && step < 1.05, `${step} pictures between segments ${k} and ${k + 1}`)
        })
  },
)

test('whoever changes their mind about the quality starts no second encode of it', async (t) => {
  const fake = createFakeEngine()
  const made: string[] = []
  const startHead: MediaEngine['startHead'] = (rendition, from, sink) => {
    const height = 'height' in rendition ? rendition.height : 0
    const running = fake.heads.filter((head) => !head.isStopped && head.rendition === rendition)
    assert.equal(running.length, 0, `a second encode of ${height}p`)
    return fake.engine.startHead(rendition, from, {
      ...sink,
      segmentEnd(segment) {
        made.push(`${height}p ${segment}`)
        sink.segmentEnd(segment)
      },
    })
  }
  const lone = await createLonePlayback({
    engine: { ...fake.engine, startHead },
    path: '/film.mkv',
    media: FILM,
    keyframes: [0, 2, 4, 6],
  })
  t.after(() => lone[Symbol.asyncDispose]())
  const client = createClient(lone.url)
  const hls = createHlsViewer((p) => client.request(p))
  const { hlsUrl } = await client.call(startPlayback, {
    body: { titleId: 't1', capabilities: { ...SCREEN, mse: [], direct: [] } },
  })
  const rungs = await Promise.all((await hls.master(hlsUrl ?? '')).video.map(hls.media))
  for (const [n, rung] of [0, 1, 0, 2, 1, 0].entries()) await hls.bytes(rungs[rung]?.segments[n]?.uri ?? '')
  assert.ok(made.length > 0)
  assert.deepEqual(made, [...new Set(made)], 'no segment is made twice')
})
