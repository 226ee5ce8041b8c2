// Makes one demo film from a JSON description given as argument. Runs as a child process of the demo command.
import { renameSync } from 'node:fs'
import {
  AV_CHANNEL_LAYOUT_STEREO,
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AV_CODEC_ID_ASS,
  AV_CODEC_ID_SUBRIP,
  AV_DISPOSITION_DEFAULT,
  AV_LOG_FATAL,
  AV_PIX_FMT_YUV420P,
  AV_PKT_FLAG_KEY,
  AV_SAMPLE_FMT_FLTP,
  AVMEDIA_TYPE_SUBTITLE,
  type FFEncoderCodec,
} from 'node-av/constants'
import {
  Codec,
  CodecContext,
  Dictionary,
  FFmpegError,
  FormatContext,
  Frame,
  Log,
  Packet,
  Rational,
  type Stream,
} from 'node-av/lib'
import { type DemoChapter, addChapters } from './demo-chapters.ts'
import { type Planes, planesOf } from './demo-artwork.ts'
import { canvasSize, createPainter, type Look } from './demo-picture.ts'

export type DemoFilm = {
  path: string
  look: Look
  width: number
  height: number
  seconds: number
  /** Every frame drawn and counted; else a loop repeated, without a clock. */
  counts: boolean
  codec: 'libx264' | 'libx265' | 'libvpx-vp9'
  languages: string[]
  /** MP4 only. */
  chapters?: DemoChapter[]
  subtitles: {
    kind: 'srt' | 'ass'
    language: string
    cues: { startSeconds: number; endSeconds: number; text: string }[]
  }[]
}

const FPS = 24
const RATE_HZ = 48_000
/** 16 s are a whole number of AAC frames and of pictures. */
const LOOP_SECONDS = 16
const AAC_FRAME = 1024

type Sample = { data: Buffer; pts: number; dts: number; key: boolean }
type Encoded = { context: CodecContext; samples: Sample[] }

const check = (code: number, what: string) => FFmpegError.throwIfError(code, what)

function drain(context: CodecContext, into: Sample[]) {
  for (;;) {
    const packet = new Packet()
    packet.alloc()
    if (context.receivePacketSync(packet) < 0) return packet.free()
    const key = ((packet.flags as number) & AV_PKT_FLAG_KEY) !== 0
    if (packet.data)
      into.push({ data: Buffer.from(packet.data), pts: Number(packet.pts), dts: Number(packet.dts), key })
    packet.free()
  }
}

function openEncoder(
  name: string,
  set: (context: CodecContext) => void,
  options: Record<string, string>,
): CodecContext {
  const codec = Codec.findEncoderByName(name as FFEncoderCodec)
  if (!codec) throw new Error(`This build has no encoder ${name}.`)
  const context = new CodecContext()
  context.allocContext3(codec)
  set(context)
  context.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER)
  check(context.open2Sync(codec, Dictionary.fromObject(options)), name)
  return context
}

const VIDEO_OPTIONS: Record<DemoFilm['codec'], Record<string, string>> = {
  libx264: { preset: 'veryfast', crf: '27', bf: '0' },
  libx265: {
    preset: 'ultrafast',
    crf: '28',
    'x265-params': 'log-level=error:keyint=48:min-keyint=48:bframes=0',
  },
  'libvpx-vp9': { deadline: 'realtime', 'cpu-used': '9', 'row-mt': '1', crf: '34', b: '0' },
}

function encodeVideo(film: DemoFilm, canvas: Planes): Encoded {
  const { width, height } = film
  const frames = (film.counts ? film.seconds : LOOP_SECONDS) * FPS
  const context = openEncoder(
    film.codec,
    (c) => {
      c.width = width
      c.height = height
      c.pixelFormat = AV_PIX_FMT_YUV420P
      c.timeBase = new Rational(1, FPS)
      c.framerate = new Rational(FPS, 1)
      c.gopSize = FPS * 2
    },
    VIDEO_OPTIONS[film.codec],
  )
  const samples: Sample[] = []
  const paint = createPainter(film, film.look, canvas, film.counts)
  for (let n = 0; n < frames; n++) {
    const frame = Frame.fromVideoBuffer(paint(n, FPS, LOOP_SECONDS * FPS), {
      width,
      height,
      format: AV_PIX_FMT_YUV420P,
      pts: BigInt(n),
      timeBase: { num: 1, den: FPS },
    })
    check(context.sendFrameSync(frame), 'encode')
    frame.free()
    drain(context, samples)
  }
  context.sendFrameSync(null)
  drain(context, samples)
  return { context, samples }
}

/** A beep of 80 ms on each whole second; each language has its own pitch, over a quiet hum. */
function encodeAudio(pitchHz: number): Encoded {
  const layout = AV_CHANNEL_LAYOUT_STEREO
  const context = openEncoder(
    'aac',
    (c) => {
      c.sampleRate = RATE_HZ
      c.sampleFormat = AV_SAMPLE_FMT_FLTP
      c.channelLayout = layout
      c.timeBase = new Rational(1, RATE_HZ)
      c.bitRate = 128_000n
    },
    {},
  )
  const samples: Sample[] = []
  for (let at = 0; at < LOOP_SECONDS * RATE_HZ; at += AAC_FRAME) {
    const plane = new Float32Array(AAC_FRAME * 2)
    for (let i = 0; i < AAC_FRAME; i++) {
      const t = (at + i) / RATE_HZ
      const inSecond = t % 1
      const beep = inSecond < 0.08 ? 0.35 * Math.sin(2 * Math.PI * pitchHz * t) : 0
      plane[i] = beep + 0.02 * Math.sin(2 * Math.PI * 110 * t)
      plane[AAC_FRAME + i] = plane[i] ?? 0
    }
    const frame = Frame.fromAudioBuffer(Buffer.from(plane.buffer), {
      nbSamples: AAC_FRAME,
      format: AV_SAMPLE_FMT_FLTP,
      sampleRate: RATE_HZ,
      channelLayout: layout,
      pts: BigInt(at),
      timeBase: { num: 1, den: RATE_HZ },
    })
    check(context.sendFrameSync(frame), 'encode sound')
    frame.free()
    drain(context, samples)
  }
  // The encoder's delayed last frame is left out: the loop then has exactly its 750 frames.
  return { context, samples: samples.slice(0, (LOOP_SECONDS * RATE_HZ) / AAC_FRAME) }
}

type Line = {
  stream: Stream
  base: Rational
  unit: number
  samples: readonly Sample[]
  loopUnits: number
  durationUnits: number
}

const ASS_HEADER = `[Script Info]
ScriptType: v4.00+
PlayResX: 1280
PlayResY: 720

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding
Style: Default,Arial,52,&H0000E6FF,&H000000FF,&H00201008,&H80000000,-1,0,0,0,100,100,0,0,1,3,1,2,60,60,50,1

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
`

function mux(film: DemoFilm, video: Encoded, sounds: readonly Encoded[], partPath: string) {
  const output = new FormatContext()
  check(
    output.allocOutputContext2(null, film.path.endsWith('.mkv') ? 'matroska' : 'mp4', partPath),
    'open output',
  )
  check(output.openOutputSync(), 'open output')
  const lines: Line[] = []
  const add = (
    encoded: Encoded,
    base: Rational,
    loopUnits: number,
    durationUnits: number,
    language: string | null,
    first: boolean,
  ) => {
    const stream = output.newStream(null)
    check(stream.codecpar.fromContext(encoded.context), 'copy parameters')
    stream.timeBase = base
    if (language) stream.metadata = Dictionary.fromObject({ language })
    if (first) stream.disposition = AV_DISPOSITION_DEFAULT
    lines.push({
      stream,
      base,
      unit: base.num / base.den,
      samples: encoded.samples,
      loopUnits,
      durationUnits,
    })
  }
  add(video, new Rational(1, FPS), video.samples.length, 1, null, true)
  for (const [i, sound] of sounds.entries())
    add(
      sound,
      new Rational(1, RATE_HZ),
      LOOP_SECONDS * RATE_HZ,
      AAC_FRAME,
      film.languages[i] ?? null,
      i === 0,
    )

  const millis = new Rational(1, 1000)
  const texts = film.subtitles.map(({ kind, language, cues }) => {
    const stream = output.newStream(null)
    stream.codecpar.codecType = AVMEDIA_TYPE_SUBTITLE
    stream.codecpar.codecId = kind === 'ass' ? AV_CODEC_ID_ASS : AV_CODEC_ID_SUBRIP
    if (kind === 'ass') stream.codecpar.extradata = Buffer.from(ASS_HEADER)
    stream.timeBase = millis
    stream.metadata = Dictionary.fromObject({ language })
    return { stream, kind, cues }
  })

  check(output.writeHeaderSync(Dictionary.fromObject({})), 'write header')
  type Write = { atSeconds: number; run(): void }
  const writes: Write[] = []
  const write = (
    stream: Stream,
    data: Buffer,
    base: Rational,
    pts: number,
    dts: number,
    duration: number,
    key: boolean,
  ) => {
    const packet = new Packet()
    packet.alloc()
    packet.data = data
    packet.streamIndex = stream.index
    packet.pts = BigInt(pts)
    packet.dts = BigInt(dts)
    packet.duration = BigInt(duration)
    if (key) packet.flags = AV_PKT_FLAG_KEY
    packet.rescaleTs(base, stream.timeBase)
    check(output.interleavedWriteFrameSync(packet), 'write')
    packet.free()
  }
  for (const { stream, base, unit, samples, loopUnits, durationUnits } of lines) {
    const first = samples[0]?.pts ?? 0
    for (let loop = 0; loop * loopUnits * unit < film.seconds - 0.01; loop++)
      for (const sample of samples) {
        const pts = sample.pts - first + loop * loopUnits
        const dts = sample.dts - first + loop * loopUnits
        if (pts * unit >= film.seconds) continue
        writes.push({
          atSeconds: dts * unit,
          run: () => write(stream, sample.data, base, pts, dts, durationUnits, sample.key),
        })
      }
  }
  for (const { stream, kind, cues } of texts)
    for (const [i, cue] of cues.entries()) {
      const text = kind === 'ass' ? `${i},0,Default,,0,0,0,,{\\fad(200,200)}${cue.text}` : cue.text
      const start = Math.round(cue.startSeconds * 1000)
      const length = Math.round((cue.endSeconds - cue.startSeconds) * 1000)
      writes.push({
        atSeconds: cue.startSeconds,
        run: () => write(stream, Buffer.from(text), millis, start, start, length, true),
      })
    }
  writes.sort((a, b) => a.atSeconds - b.atSeconds)
  for (const { run } of writes) run()
  check(output.writeTrailerSync(), 'write trailer')
  output.closeOutputSync()
  output.freeContext()
}

export async function makeDemoFilm(film: DemoFilm): Promise<void> {
  Log.setLevel(AV_LOG_FATAL)
  const partPath = `${film.path}.part`
  const { width, height } = canvasSize(film)
  const video = encodeVideo(film, await planesOf(film.look.scene, width, height))
  const sounds = film.languages.map((_, i) => encodeAudio(i === 0 ? 880 : 587))
  mux(film, video, sounds, partPath)
  for (const { context } of [video, ...sounds]) context.freeContext()
  if (film.chapters) addChapters(partPath, film.chapters)
  renameSync(partPath, film.path)
}

const description = process.argv[2]
if (import.meta.main && description) await makeDemoFilm(JSON.parse(description) as DemoFilm)
