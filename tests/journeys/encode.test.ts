// Encoded video of odd files: every slot of the grid exactly once, the right picture in it, the same bytes from any start.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { createMediaEngine } from '../../server/media/engine.ts'
import { shuffled } from '../support/hls-viewer.ts'
import {
  ffmpeg,
  greyPictures,
  needsFfmpeg,
  numbered,
  numberOf,
  packetsOf,
  pictureTimes,
  runHead,
  temporaryFolder,
  videoRendition,
} from '../support/media.ts'

const engine = createMediaEngine({ maxHeads: 2, readers: 1 })
after(() => engine[Symbol.asyncDispose]())

const x264 = (...more: string[]) => [
  '-c:v',
  'libx264',
  '-preset',
  'ultrafast',
  '-pix_fmt',
  'yuv420p',
  ...more,
]
const B_FRAMES = ['-bf', '3', '-b_strategy', '0', '-refs', '3']

const CLIPS: Record<string, { file: string; make: string[] }> = {
  '23.976 in Matroska with B-frames and millisecond times': {
    file: 'film.mkv',
    make: [...numbered('320x180', '24000/1001', 9), ...x264(...B_FRAMES, '-g', '50')],
  },
  'one keyframe a minute': {
    file: 'long.mp4',
    make: [...numbered('320x180', '25', 14), ...x264(...B_FRAMES, '-g', '1500', '-sc_threshold', '0')],
  },
  'a start far from zero in a transport stream': {
    file: 'start.ts',
    make: [...numbered('320x180', '25', 7), ...x264(...B_FRAMES, '-g', '40'), '-output_ts_offset', '3600'],
  },
  'variable frame rate': {
    file: 'variable.mkv',
    make: [
      ...numbered('320x180', '30', 8),
      '-vf',
      "select='not(mod(n\\,3))+between(n\\,60\\,120)-between(n\\,150\\,190)'",
      '-vsync',
      'vfr',
      ...x264('-g', '30'),
    ],
  },
  'HEVC with ten bits': {
    file: 'ten.mkv',
    make: [
      ...numbered('320x180', '24', 6),
      ...['-c:v', 'libx265', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p10le'],
      ...['-x265-params', 'log-level=error:keyint=48:bframes=3:open-gop=1'],
    ],
  },
  'MPEG-4 in AVI': {
    file: 'old.avi',
    make: [...numbered('320x240', '25', 6), '-c:v', 'mpeg4', '-q:v', '3', '-bf', '2', '-g', '60'],
  },
  'odd sides and open groups': {
    file: 'odd.mkv',
    make: [
      ...numbered('321x181', '30000/1001', 7),
      ...['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv444p'],
      ...[...B_FRAMES, '-x264-params', 'open-gop=1:keyint=45'],
    ],
  },
  'interlaced MPEG-2': {
    file: 'tv.ts',
    make: [
      ...numbered('320x240', '25', 6),
      ...['-c:v', 'mpeg2video', '-q:v', '2', '-flags', '+ildct+ilme', '-top', '1', '-g', '15', '-bf', '2'],
    ],
  },
  'sixty frames a second': {
    file: 'fast.mp4',
    make: [...numbered('320x180', '60', 6), ...x264(...B_FRAMES, '-g', '120')],
  },
}

for (const [title, { file, make }] of Object.entries(CLIPS))
  test(title, { skip: needsFfmpeg }, async () => {
    using folder = temporaryFolder()
    const path = folder.file(file)
    ffmpeg([...make, '-y', path])
    const rendition = await videoRendition(engine, path, 160, 90)
    const { frameRate, frames } = rendition.boundaries
    const count = frames.length - 1
    const end = frames[count]!

    const whole = await runHead(engine, rendition, 0)
    assert.equal(whole.length, count)
    const segments: Buffer[] = []
    for (const n of shuffled(count)) segments[n] = (await runHead(engine, rendition, n, 1))[0]!
    segments.forEach((segment, n) =>
      assert.ok(segment.equals(whole[n]!), `segment ${n} depends on its start`),
    )

    const init = await engine.init(rendition)
    const joined = folder.write('joined.mp4', Buffer.concat([init, ...segments]))
    const packets = packetsOf(joined)
    assert.deepEqual(
      packets.map(({ pts, dts, duration }) => [pts, dts, duration]),
      Array.from({ length: end }, (_, n) => [n * frameRate.den, n * frameRate.den, frameRate.den]),
    )
    assert.deepEqual(
      packets.flatMap(({ isKey }, n) => (isKey ? [n] : [])),
      frames.slice(0, -1),
    )
    segments.forEach((segment, n) => {
      const alone = folder.write('alone.mp4', Buffer.concat([init, segment]))
      assert.equal(greyPictures(alone, 10, 1).length, frames[n + 1]! - frames[n]!, `segment ${n} alone`)
    })

    const shown = greyPictures(joined, 10, 1).map(numberOf)
    const source = greyPictures(path, 10, 1).map(numberOf)
    const times = pictureTimes(path).map((seconds) => seconds - rendition.startSeconds)
    const expected = Array.from({ length: end }, (_, slot) => {
      // The latest picture that is due by the middle of the slot; before the first one, the first.
      const due = ((slot + 0.5) * frameRate.den) / frameRate.num + 1e-4
      return source[Math.max(0, times.filter((time) => time <= due).length - 1)]
    })
    assert.deepEqual(shown, expected)
  })
