// Encoded video of odd files: every slot of the grid exactly once, the right picture in it, the same bytes from any start.
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, statSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { createMediaEngine } from '../../server/media/engine.ts'
import { silentLog } from '../../server/platform/log.ts'
import { displaySize } from '../../server/playback/ladder.ts'
import { createPictureFilter } from '../../server/media/worker/picture-filter.ts'
import { toneMapping } from '../../server/media/worker/tone-map.ts'
import { openVideoSource } from '../../server/media/worker/video-source.ts'
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

const said: string[] = []
const log = Object.assign(silentLog(), {
  isLevelEnabled: () => true,
  debug: (_fields: object, text: string) => void said.push(text),
})
const engine = createMediaEngine({ maxHeads: 2, readers: 1, log })
after(() => engine[Symbol.asyncDispose]())

const words = (line: string): string[] => line.split(' ')
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

const CLIPS: Record<string, { file: string; make: string[]; keptShare?: number }> = {
  '23.976 in Matroska with B-frames and millisecond times': {
    file: 'film.mkv',
    make: [...numbered('320x180', '24000/1001', 6), ...x264(...B_FRAMES, '-g', '50')],
  },
  'one keyframe a minute': {
    file: 'long.mp4',
    make: [...numbered('320x180', '25', 10), ...x264(...B_FRAMES, '-g', '1500', '-sc_threshold', '0')],
  },
  'a start far from zero in a transport stream': {
    file: 'start.ts',
    make: [...numbered('320x180', '25', 5), ...x264(...B_FRAMES, '-g', '40'), '-output_ts_offset', '3600'],
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
      ...words('-c:v libx265 -preset ultrafast -pix_fmt yuv420p10le'),
      ...words('-x265-params log-level=error:keyint=48:bframes=3:open-gop=1'),
    ],
  },
  'sound that goes on after the picture': {
    file: 'longer.mp4',
    make: [
      ...numbered('320x180', '25', 3),
      ...words('-f lavfi -i sine=duration=5'),
      ...x264(...B_FRAMES, '-g', '50'),
    ],
  },
  'cut off in the middle, with the index behind the cut': {
    file: 'cut.mkv',
    make: [...numbered('320x180', '25', 5), ...x264(...B_FRAMES, '-g', '50')],
    keptShare: 0.6,
  },
  'MPEG-4 in AVI': {
    file: 'old.avi',
    make: [...numbered('320x240', '25', 6), '-c:v', 'mpeg4', '-q:v', '3', '-bf', '2', '-g', '60'],
  },
  'odd sides and open groups': {
    file: 'odd.mkv',
    make: [
      ...numbered('321x181', '30000/1001', 7),
      ...words('-c:v libx264 -preset ultrafast -pix_fmt yuv444p'),
      ...B_FRAMES,
      ...words('-x264-params open-gop=1:keyint=45'),
    ],
  },
  'interlaced MPEG-2': {
    file: 'tv.ts',
    make: [
      ...numbered('320x240', '25', 6),
      ...words('-c:v mpeg2video -q:v 2 -flags +ildct+ilme -top 1 -g 15 -bf 2'),
    ],
  },
  'sixty frames a second': {
    file: 'fast.mp4',
    make: [...numbered('320x180', '60', 6), ...x264(...B_FRAMES, '-g', '120')],
  },
}

for (const [title, { file, make, keptShare = 1 }] of Object.entries(CLIPS))
  test(title, { skip: needsFfmpeg }, async () => {
    using folder = temporaryFolder()
    const path = folder.file(file)
    ffmpeg([...make, '-y', path])
    truncateSync(path, Math.round(statSync(path).size * keptShare))
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

test(
  'a paused head makes nothing and goes on where it was; a stopped one tells nothing more',
  {
    skip: needsFfmpeg,
  },
  async () => {
    using folder = temporaryFolder()
    const path = folder.file('long.mkv')
    ffmpeg([...numbered('160x90', '25', 40), ...x264('-g', '50'), '-y', path])
    const rendition = await videoRendition(engine, path, 160, 90)
    const whole = await runHead(engine, rendition, 0)

    const segments: Uint8Array[][] = []
    const ended = Promise.withResolvers<Error | null>()
    let isPaused = false
    let afterPause = 0
    const head = engine.startHead(rendition, 0, {
      fragment(segment, bytes) {
        ;(segments[segment] ??= []).push(bytes)
        if (isPaused) afterPause++
      },
      segmentEnd(segment) {
        if (segment !== 1) return
        isPaused = true
        head.pause()
      },
      ended: ended.resolve,
    })
    // A second head runs to its end meanwhile: time enough for the paused one to show that it waits.
    await runHead(engine, rendition, 0)
    assert.ok(afterPause <= 8, `${afterPause} fragments came after the pause`)
    isPaused = false
    head.resume()
    assert.equal(await ended.promise, null)
    assert.deepEqual(
      segments.map((parts) => Buffer.concat(parts)),
      whole,
    )

    let told = 0
    const stopped = engine.startHead(rendition, 0, {
      fragment: () => void told++,
      segmentEnd: () => void told++,
      ended: () => void told++,
    })
    await stopped.stop()
    assert.equal(told, 0)
  },
)

test(
  'turned, interlaced and anamorphic pictures look like what another decoder makes of them',
  {
    skip: needsFfmpeg,
  },
  async () => {
    using folder = temporaryFolder()
    const upright = folder.file('upright.mp4')
    const turned = folder.file('turned.mp4')
    ffmpeg(['-f', 'lavfi', '-i', 'testsrc=s=320x180:r=25:d=2', ...x264(), '-y', upright])
    ffmpeg(['-i', upright, '-c', 'copy', '-metadata:s:v:0', 'rotate=90', '-y', turned])
    const tv = folder.file('tv.ts')
    ffmpeg([
      ...words('-f lavfi -i testsrc2=s=320x240:r=50:d=2 -vf tinterlace=interleave_top'),
      ...x264(...words('-qp 4 -flags +ildct+ilme -top 1')),
      '-y',
      tv,
    ])
    const squeezed = folder.file('squeezed.mkv')
    ffmpeg([
      ...words('-f lavfi -i testsrc=s=320x180:r=25:d=2 -vf scale=160:180,setsar=2/1'),
      ...x264('-qp', '4', '-y'),
      squeezed,
    ])
    // Small pictures that do not say so are BT.601.
    const TO_BT709 = 'scale=in_color_matrix=bt601:out_color_matrix=bt709'
    const cases = [
      { path: turned, width: 180, height: 320, filters: TO_BT709, rotation: 90, interlaced: false },
      { path: tv, width: 320, height: 240, filters: `bwdif=0,${TO_BT709}`, rotation: 0, interlaced: true },
      {
        path: squeezed,
        width: 320,
        height: 180,
        filters: `scale=320:180,setsar=1,${TO_BT709}`,
        rotation: 0,
        interlaced: false,
      },
    ]
    for (const { path, width, height, filters, rotation, interlaced } of cases) {
      const rendition = await videoRendition(engine, path, width, height)
      assert.deepEqual(displaySize(rendition.media.video[0]!), { width, height })
      assert.equal(rendition.rotationDegrees % 180, rotation)
      assert.equal(rendition.deinterlace, interlaced)
      const bytes = [await engine.init(rendition), ...(await runHead(engine, rendition, 0))]
      const ours = folder.write('ours.mp4', Buffer.concat(bytes))
      const graph = `[0:v]setparams=range=tv,settb=1/25,setpts=N,format=gray[a];[1:v]${filters},setparams=range=tv,settb=1/25,setpts=N,format=gray[b];[a][b]blend=all_mode=difference`
      const grey = ['-frames:v', '40', '-f', 'rawvideo', '-pix_fmt', 'gray', '-']
      const difference = ffmpeg(['-i', ours, '-i', path, '-filter_complex', graph, ...grey])
      const mean = difference.reduce((sum, value) => sum + value, 0) / difference.length
      assert.ok(mean < 1.6, `${path} differs by ${mean} of 255`)
    }
  },
)

test(
  'HDR is tone-mapped: black stays black, a bright lamp becomes white, grey stays grey',
  { skip: needsFfmpeg },
  async () => {
    using folder = temporaryFolder()
    const path = folder.file('hdr.mkv')
    // SMPTE ST 2084 in ten bits: nothing, 100 and 1000 cd/m².
    const bars =
      "color=black:s=192x96:r=25:d=1,format=yuv420p10le,geq=lum='if(lt(X,64),64,if(lt(X,128),509,722))':cb=512:cr=512"
    const signal = words('-color_primaries bt2020 -color_trc smpte2084 -colorspace bt2020nc -color_range tv')
    ffmpeg([
      '-f',
      'lavfi',
      '-i',
      bars,
      ...words('-c:v libx264 -pix_fmt yuv420p10le -qp 4'),
      ...signal,
      '-y',
      path,
    ])
    const rendition = await videoRendition(engine, path, 192, 96)
    assert.ok(rendition.toneMap)
    const bytes = [await engine.init(rendition), ...(await runHead(engine, rendition, 0))]
    const ours = folder.write('ours.mp4', Buffer.concat(bytes))
    const pixels = ffmpeg([
      '-i',
      ours,
      ...words('-frames:v 1 -vf scale=6:2:flags=area,format=yuv444p -f rawvideo -'),
    ])
    const [black = 0, , grey = 0, , , lamp = 0] = [...pixels.subarray(0, 6)]
    assert.ok(black <= 18 && lamp >= 200 && lamp <= 240, `black ${black}, lamp ${lamp}`)
    // As it lay in the file, 100 cd/m² would be 127 of 255, too dark by far.
    assert.ok(grey > 140 && grey < lamp, `grey ${grey}`)
    assert.ok(
      [...pixels.subarray(12)].every((chroma) => Math.abs(chroma - 128) <= 3),
      'a colour came up',
    )

    // The same where FFmpeg lacks the quick filter; where it lacks all, a sentence.
    const source = await openVideoSource(path, 0, 0)
    const filter = createPictureFilter(
      () => `${toneMapping((name) => name !== 'tonemapx')},scale=6:2:flags=area,format=gray`,
    )
    for await (const { frame } of source.decode()) {
      const [small] = await filter.push(frame)
      frame.free()
      if (!small) continue
      const [dark = 255, , middle = 0, , , bright = 0] = small.toBuffer().subarray(0, 6)
      small.free()
      assert.ok(dark <= 2 && middle > 140 && bright > middle, `${dark}, ${middle}, ${bright}`)
      break
    }
    filter.close()
    await source.close()
    assert.throws(() => toneMapping(() => false), /HDR.+no filter/)
  },
)

/** What the largest process that this one started holds, in bytes (proc(5)). */
function largestChild(): number {
  const sizes = readdirSync('/proc').map((pid) => {
    if (!/^\d+$/.test(pid)) return 0
    try {
      const status = readFileSync(`/proc/${pid}/status`, 'utf8')
      const parent = Number(/^PPid:\s*(\d+)/m.exec(status)?.[1])
      return parent === process.pid ? Number(/^VmRSS:\s*(\d+)/m.exec(status)?.[1] ?? 0) * 1024 : 0
    } catch {
      // It ended in between.
      return 0
    }
  })
  return Math.max(...sizes)
}

test(
  'a worker holds no more at the end of a film of two hours than near its beginning',
  { skip: needsFfmpeg || (existsSync('/proc/self/status') ? false : 'needs /proc') },
  async () => {
    using folder = temporaryFolder()
    const path = folder.file('long.mkv')
    // A picture every four seconds, fifteen to a segment: quick, and what is taken for each shows all the same.
    ffmpeg([
      ...words('-f lavfi -i testsrc2=size=64x48:rate=1/4:duration=7200'),
      ...x264('-g', '5', '-sc_threshold', '0'),
      '-y',
      path,
    ])
    const count = 7200 / 60
    const frames = Array.from({ length: count + 1 }, (_, n) => n * 15)
    const rendition = await videoRendition(engine, path, 64, 48)
    rendition.boundaries = { frameRate: { num: 1, den: 4 }, frames }
    const bytes: number[] = []
    const over = Promise.withResolvers<void>()
    const head = engine.startHead(rendition, 0, {
      fragment: () => {},
      segmentEnd: (segment) => {
        if (segment === Math.round(count / 10) || segment === count - 1) bytes.push(largestChild())
      },
      ended: (error) => (error ? over.reject(error) : over.resolve()),
    })
    await over.promise
    await head.stop()
    assert.ok(!said.some((line) => line.includes('x264 - core')), 'encoders tell of themselves')
    const [early = 0, late = 0] = bytes
    // Room for what the garbage collector has not taken yet; an encoder that is kept for each segment would be twice that.
    assert.ok(early > 0 && late - early < 16 * 1024 ** 2, `${early} bytes early, ${late} late`)
  },
)

const vobSub = join(
  import.meta.dirname,
  '../../../shared/corpora/media/files/androidx__sample_with_vobsub.mkv',
)

test(
  'picture subtitles are drawn in while they are shown',
  {
    skip: needsFfmpeg || (existsSync(vobSub) ? false : 'the media corpus is not here'),
  },
  async () => {
    using folder = temporaryFolder()
    const plain = await videoRendition(engine, vobSub, 540, 360)
    const encoded = async (name: string, burnSubtitleIndex: number | null) => {
      const rendition = { ...plain, burnSubtitleIndex }
      const bytes = [await engine.init(rendition), ...(await runHead(engine, rendition, 0))]
      return greyPictures(folder.write(name, Buffer.concat(bytes)), 54, 36)
    }
    const [without, burned] = [await encoded('plain.mp4', null), await encoded('burned.mp4', 2)]
    const changed = burned.map((picture, n) =>
      picture.some((light, at) => Math.abs(light - without[n]![at]!) > 40),
    )
    // The file's one subtitle is shown from 0 to 1.24 s.
    const { num, den } = plain.boundaries.frameRate
    assert.deepEqual(
      changed,
      changed.map((_, slot) => (slot * den) / num < 1.24),
    )
  },
)
