// Renditions from heads in any order, judged by an independent decoder: no gap, no overlap, sound and picture together.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { audioStarts, boundaryTable, copyStarts, gridRate } from '../../server/media/boundaries.ts'
import { createAsset } from '../../server/playback/asset.ts'
import { createMediaEngine } from '../../server/media/engine.ts'
import type { MediaInfo } from '#shared/media.ts'
import type { BoundaryTable, MediaEngine, Rendition } from '../../server/media/media-engine.ts'
import { beeps, ffmpeg, ffprobe, hasFfmpeg, samplesOf, segmentsOf } from '../support/media-oracle.ts'

const skip = hasFfmpeg ? false : 'no ffmpeg is installed to judge by'
const FLASH = "color=white:s=160x90:r=24000/1001:d=9,drawbox=c=black:t=fill:enable='gt(mod(t,1),0.09)'"
const BEEP = 'if(lt(mod(t,1),0.05),0.8*sin(2*PI*1000*t),0)'
const MONO = `'${BEEP}'`
const X264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '48']
const OPEN_GOP = [
  '-c:v',
  'libx264',
  '-preset',
  'veryfast',
  '-x264-params',
  'open-gop=1:keyint=48:bframes=3:scenecut=0',
]
const OPEN_HEVC = [
  '-c:v',
  'libx265',
  '-preset',
  'ultrafast',
  '-x265-params',
  'log-level=error:open-gop=1:keyint=48',
]

let folder = ''
let engine: MediaEngine
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'renditions-'))
  engine = createMediaEngine()
})
after(async () => {
  await engine[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true, force: true })
})

/** A clip that flashes and beeps on each second. */
function clip(name: string, codecs: readonly string[], sound = MONO, input: readonly string[] = []): string {
  const path = join(folder, name)
  ffmpeg([
    '-f',
    'lavfi',
    '-i',
    FLASH,
    ...input,
    '-f',
    'lavfi',
    '-i',
    `aevalsrc=${sound}:s=48000:d=9`,
    ...codecs,
    path,
  ])
  return path
}

type Renditions = Record<'encodedVideo' | 'encodedAudio' | 'copiedVideo' | 'copiedAudio', Rendition> & {
  info: MediaInfo
  boundaries: BoundaryTable
}

async function renditionsOf(path: string): Promise<Renditions> {
  const info = await engine.probe(path)
  const [video] = info.video
  const [audio] = info.audio
  assert.ok(video && audio && info.durationSeconds)
  const keyframes = await engine.keyframes(path, info, video.index, { scan: true })
  assert.ok(keyframes)
  const boundaries = boundaryTable(keyframes, info.durationSeconds, gridRate(video.frameRate))
  const { num, den } = boundaries.frameRate
  const source = (trackIndex: number) => ({ path, trackIndex, startSeconds: info.startSeconds })
  return {
    info,
    boundaries,
    encodedVideo: {
      kind: 'encoded-video',
      ...source(video.index),
      boundaries,
      width: 160,
      height: 90,
      bitrateBps: 400_000,
      encoder: 'exact',
      deinterlace: false,
      rotationDegrees: 0,
      toneMap: false,
      burnSubtitleIndex: null,
    },
    encodedAudio: {
      kind: 'encoded-audio',
      ...source(audio.index),
      boundaries,
      codec: 'aac',
      channels: 2,
      sampleRateHz: 48_000,
      bitrateBps: 160_000,
    },
    copiedVideo: {
      kind: 'copied-video',
      ...source(video.index),
      startsSeconds: copyStarts(keyframes, info.durationSeconds),
    },
    copiedAudio: {
      kind: 'copied-audio',
      ...source(audio.index),
      startsSeconds: boundaries.frames.map((frame) => (frame * den) / num),
    },
  }
}

/** Each segment by the head that came to it first, and whether others made other bytes. */
async function shuffled(rendition: Rendition, heads: readonly number[], name: string) {
  const segments = new Map<number, Buffer>()
  let differing = 0
  for (const from of heads)
    for (const [segment, bytes] of await segmentsOf(engine, rendition, from)) {
      const had = segments.get(segment)
      if (had && !had.equals(bytes)) differing++
      if (!had) segments.set(segment, bytes)
    }
  const media = Buffer.concat(
    [...segments.keys()].toSorted((a, b) => a - b).map((k) => segments.get(k) ?? Buffer.alloc(0)),
  )
  const path = join(folder, name)
  writeFileSync(path, Buffer.concat([await engine.init(rendition), media]))
  return { path, differing, count: segments.size, samples: samplesOf(media) }
}

function assertSeamless(samples: ReturnType<typeof samplesOf>): void {
  samples.forEach((sample, index) => {
    const next = samples[index + 1]
    assert.ok(sample.duration > 0)
    if (next) assert.equal(next.dts, sample.dts + sample.duration, `sample ${index + 1}`)
  })
}

/** Against the source itself; a codec's start-up swallows a part of the beep at 0, the others tell. */
function assertInTime(made: string, source: string, startSeconds: number): void {
  const late = (times: readonly number[]) => times.filter((time) => time > 0.5)
  const wanted = late(beeps(source).map((time) => time - startSeconds))
  const heard = late(beeps(made))
  assert.equal(heard.length, wanted.length)
  wanted.forEach((time, index) => {
    const off = (heard[index] ?? Infinity) - time
    assert.ok(Math.abs(off) < 0.005, `the beep at ${time} is off by ${off} s`)
  })
}

const CLIPS = [
  ['h264-aac.mp4', [...X264, '-bf', '3', '-c:a', 'aac']],
  ['open-gop-mp3.mkv', [...OPEN_GOP, '-c:a', 'libmp3lame']],
  ['h264-aac.ts', [...X264, '-bf', '2', '-c:a', 'aac']],
  ['open-hevc-opus.mkv', [...OPEN_HEVC, '-c:a', 'libopus']],
  ['hevc-ac3.ts', [...OPEN_HEVC, '-c:a', 'ac3']],
  [
    'vp9-flac.mkv',
    ['-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-cpu-used', '8', '-g', '48', '-c:a', 'flac'],
  ],
] as const

for (const [name, codecs] of CLIPS) {
  test(`${name}: encoded and copied, from heads in any order`, { skip }, async () => {
    const path = clip(name, codecs)
    const all = await renditionsOf(path)
    const { copiedVideo, copiedAudio, encodedAudio, boundaries, info } = all as typeof all &
      Record<string, never>

    const sound = await shuffled(encodedAudio, [2, 1, 0], `${name}.a.mp4`)
    assertSeamless(sound.samples)
    assert.equal(sound.samples[0]?.pts, 0)
    const last = sound.samples.at(-1)
    assert.equal((last?.pts ?? 0) + 1024, audioStarts(boundaries, 48_000).at(-1))
    assertInTime(sound.path, path, info.startSeconds)

    const copied = await shuffled(copiedAudio, [2, 1, 0], `${name}.ca.mp4`)
    assert.equal(copied.differing, 0)
    assertSeamless(copied.samples)
    assertInTime(copied.path, path, info.startSeconds)

    const video = await shuffled(copiedVideo, [2, 1, 0], `${name}.cv.mp4`)
    assert.equal(video.differing, 0)
    assertSeamless(video.samples)
    const decoded = (file: string) =>
      ffmpeg(['-i', file, '-map', '0:v', '-fps_mode', 'passthrough', '-f', 'framemd5', '-'])
        .toString()
        .split('\n')
        .filter((line) => !line.startsWith('#'))
        .map((line) => line.split(',').at(-1))
    assert.deepEqual(decoded(video.path), decoded(path))
    const [scale] = ffprobe(['-select_streams', 'v', '-show_entries', 'stream=time_base', video.path])
    const ticks = Number(scale?.split('/')[1])
    const source = ffprobe(['-select_streams', 'v', '-show_entries', 'packet=pts_time', path])
      .map((line) => Number.parseFloat(line) - info.startSeconds)
      .toSorted((a, b) => a - b)
    const ours = video.samples.map(({ pts }) => pts / ticks).toSorted((a, b) => a - b)
    const unique = new Set(source.map((time) => time.toFixed(4)))
    assert.equal(ours.length, unique.size)
    source
      .filter((time, index) => time !== source[index - 1])
      .forEach((time, index) => {
        assert.ok(Math.abs(time - (ours[index] ?? -1)) < 0.001, `picture ${index} at ${time}`)
      })
  })
}

test(
  'pictures that need more than the rate allows become the same bytes each time, however busy the machine',
  {
    skip,
  },
  async () => {
    const path = join(folder, 'rich.mp4')
    ffmpeg([
      '-f',
      'lavfi',
      '-i',
      'testsrc2=s=1280x720:r=24:d=6',
      '-f',
      'lavfi',
      '-i',
      'sine=d=6',
      ...X264,
      path,
    ])
    const { encodedVideo } = await renditionsOf(path)
    assert.equal(encodedVideo.kind, 'encoded-video')
    const rendition = { ...encodedVideo, width: 854, height: 480, bitrateBps: 600_000 }
    // Four at once on whatever cores there are: each is interrupted at other places.
    const made = await Promise.all([0, 0, 1, 1].map((from) => segmentsOf(engine, rendition, from)))
    for (const segment of [1, 2]) {
      const [first, ...others] = made.map((segments) => segments.get(segment))
      assert.ok(first)
      for (const other of others) assert.ok(other?.equals(first), `segment ${segment}`)
    }
  },
)

test('flash and beep come together in the encodes', { skip }, async () => {
  const path = clip('flash.mkv', [...X264, '-bf', '3', '-c:a', 'flac'])
  const all = await renditionsOf(path)
  const video = await shuffled(all.encodedVideo, [2, 0], 'flash.v.mp4')
  const sound = await shuffled(all.encodedAudio, [2, 0], 'flash.a.mp4')
  const lights = ffmpeg([
    '-i',
    video.path,
    '-vf',
    'scale=1:1,format=gray',
    '-f',
    'rawvideo',
    '-fps_mode',
    'passthrough',
    '-',
  ])
  const flashes = [...lights].flatMap((light, n) =>
    light > 128 && (lights[n - 1] ?? 255) < 128 ? [(n * 1001) / 24_000] : [],
  )
  assert.equal(flashes.length, 8)
  const heard = beeps(sound.path)
  flashes.forEach((time, index) => {
    const second = index + 1
    // The picture is the first one of that second; what is measured is the sound against the source's own second.
    assert.ok(time >= second - 1e-3 && time < second + 0.0427, `flash at ${time}`)
    assert.ok(
      heard.some((beep) => Math.abs(beep - second) < 0.005),
      `beep near ${second}`,
    )
  })
})

/** Seconds at which the picture becomes bright, by decoding; with the file's own times. */
function flashes(path: string): number[] {
  const bright = "scale=1:1,format=gray,lutyuv=y='if(gt(val,128),255,0)'"
  const lines = ffmpeg(
    ['-copyts', '-i', path, '-map', '0:v', '-vf', bright, '-fps_mode', 'passthrough'].concat([
      '-enc_time_base',
      '1:90000',
      '-c:v',
      'rawvideo',
      '-f',
      'framecrc',
      '-',
    ]),
  )
    .toString()
    .split('\n')
    .filter((line) => /^\d/.test(line))
    .map((line) => line.split(',').map((word) => word.trim()))
  // Dark is what most pictures are.
  const sums = lines.map((fields) => fields[5] ?? '')
  const dark = sums.toSorted((a, b) => a.localeCompare(b))[sums.length >> 1]
  return lines.flatMap(([, , pts], n) =>
    n > 0 && sums[n] !== dark && sums[n - 1] === dark ? [Number(pts) / 90_000] : [],
  )
}

/** How much later than each flash its beep comes. */
function offsets(picture: readonly number[], sound: readonly number[]): number[] {
  return picture.flatMap((flash) => {
    const near = sound.filter((beep) => Math.abs(beep - flash) < 0.45)
    return near.map((beep) => beep - flash)
  })
}

const copied = (name: string, args: readonly string[], more: readonly string[] = []) => {
  const at25 = (codecs: readonly string[]) => {
    const path = join(folder, 'offset.mp4')
    const picture = "color=white:s=160x90:r=25:d=7,drawbox=c=black:t=fill:enable='gt(mod(t,1),0.09)'"
    const inputs = ['-f', 'lavfi', '-i', picture, '-f', 'lavfi', '-i', `aevalsrc=${MONO}:s=48000:d=7`]
    ffmpeg([...inputs, ...codecs, path])
    return path
  }
  const base = at25([...X264, '-bf', '2', '-c:a', 'aac'])
  const path = join(folder, name)
  ffmpeg([...more, '-i', base, ...args.map((arg) => (arg === 'BASE' ? base : arg)), '-c', 'copy', path])
  return path
}

const OFFSETS: readonly (readonly [what: string, name: string, args: string[], before?: string[]])[] = [
  ['an edit list that begins within a group of pictures', 'edited.mp4', [], ['-ss', '1.2']],
  [
    'a picture that begins later than the sound',
    'later.mkv',
    ['-itsoffset', '0.4', '-i', 'BASE', '-map', '1:v', '-map', '0:a'],
  ],
  [
    'sound that begins later than the picture',
    'behind.mp4',
    ['-itsoffset', '0.36', '-i', 'BASE', '-map', '0:v', '-map', '1:a'],
  ],
  ['a start far from zero', 'far.ts', ['-output_ts_offset', '3600']],
  ['a start before zero', 'before.mp4', ['-output_ts_offset', '-0.6', '-avoid_negative_ts', 'disabled']],
]

for (const [what, name, args, before] of OFFSETS)
  test(`${what}: sound and picture are as far apart as in the file`, { skip }, async () => {
    const path = copied(name, args, before)
    const info = await engine.probe(path)
    const keyframes = await engine.keyframes(path, info, info.video[0]?.index ?? 0, { scan: true })
    const source = { id: 'f1', path, identity: name, media: info }
    const asset = createAsset(source, keyframes, info.durationSeconds ?? 0)
    const made = async (rendition: string, file: string) => {
      const found = asset.rendition(rendition) ?? assert.fail(`there is no ${rendition}`)
      return shuffled(found.rendition, [1, 0], file)
    }
    const audio = info.audio[0]?.index ?? 1
    const video = await made('v-360p', `${name}.v.mp4`)
    const sound = await made(`a${audio}-2`, `${name}.a.mp4`)
    const copy = await made(`a${audio}-original`, `${name}.ca.mp4`)
    const wanted = offsets(flashes(path), beeps(path))
    assert.ok(wanted.length >= 4, `${wanted.length} flashes with their beeps`)
    const middle = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN
    // The times of copied pictures are compared sample by sample above.
    for (const [how, heard] of Object.entries({ encoded: sound, copied: copy })) {
      const apart = middle(offsets(flashes(video.path), beeps(heard.path)))
      const off = Math.abs(apart - middle(wanted))
      assert.ok(off < 0.005, `${how}: ${apart} s instead of ${middle(wanted)} s`)
    }
  })

test('sound that begins late and ends early becomes silence, without moving', { skip }, async () => {
  const path = clip('late.mkv', [...X264, '-c:a', 'aac', '-af', 'atrim=end=5'], MONO, ['-itsoffset', '1.5'])
  const { encodedAudio, boundaries } = await renditionsOf(path)
  const { path: made, samples } = await shuffled(encodedAudio, [3, 1, 0], 'late.a.mp4')
  assertSeamless(samples)
  assert.equal((samples.at(-1)?.pts ?? 0) + 1024, audioStarts(boundaries, 48_000).at(-1))
  const times = beeps(made)
  assert.deepEqual(
    times.map((time) => Math.round(time * 100) / 100),
    [1.5, 2.5, 3.5, 4.5],
  )
})

test('a voice in the centre is heard in the down-mix, in time', { skip }, async () => {
  const path = clip('centre.mkv', [...X264, '-c:a', 'flac'], `'0|0|${BEEP}|0|0|0':c=5.1`)
  const { encodedAudio, info } = await renditionsOf(path)
  const { path: made } = await shuffled(encodedAudio, [1, 0], 'centre.a.mp4')
  assertInTime(made, path, info.startSeconds)
})

/** How strong a tone is in one channel of interleaved stereo at 48 kHz, over one second from the second on. */
function strengthOf(sound: Float32Array, channel: 0 | 1, hz: number): number {
  let [sine, cosine] = [0, 0]
  for (let n = 0; n < 48_000; n++) {
    const value = sound[(48_000 + n) * 2 + channel] ?? 0
    sine += value * Math.sin((2 * Math.PI * hz * n) / 48_000)
    cosine += value * Math.cos((2 * Math.PI * hz * n) / 48_000)
  }
  return Math.hypot(sine, cosine) / 24_000
}

test('voices in the centre stay as loud as left and right, the surround half as loud', { skip }, async () => {
  const tone = (hz: number) => `0.2*sin(2*PI*${hz}*t)`
  const channels = [tone(500), tone(700), tone(1000), tone(60), tone(2000), 0].join('|')
  const path = clip('levels.mkv', [...X264, '-c:a', 'flac'], `'${channels}':c=5.1`)
  const { encodedAudio } = await renditionsOf(path)
  const { path: made } = await shuffled(encodedAudio, [0], 'levels.a.mp4')
  const raw = ffmpeg(['-i', made, '-t', '3', '-ac', '2', '-ar', '48000', '-f', 'f32le', '-'])
  const sound = new Float32Array(raw.buffer.slice(raw.byteOffset, raw.byteOffset + (raw.byteLength & ~3)))
  const left = strengthOf(sound, 0, 500)
  const right = strengthOf(sound, 1, 700)
  assert.ok(Math.abs(left - right) < 0.01 && left > 0.12, `left ${left}, right ${right} of 0.2`)
  for (const channel of [0, 1] as const) {
    const centre = strengthOf(sound, channel, 1000)
    assert.ok(Math.abs(centre / left - 1) < 0.1, `the centre is ${centre} beside ${left}`)
  }
  const surround = strengthOf(sound, 0, 2000)
  assert.ok(Math.abs(surround / left - 0.5) < 0.08, `the surround is ${surround} beside ${left}`)
  assert.ok(strengthOf(sound, 1, 2000) < 0.01, 'the left surround is not heard on the right')
  assert.ok(strengthOf(sound, 0, 60) < 0.01, 'the bass channel is left out')
})
