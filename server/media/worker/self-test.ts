// Encodes one black picture with each encoder of this build and prints what came out, one JSON line each: `mediaserver doctor`.
import { AV_LOG_FATAL, AV_PIX_FMT_YUV420P, type FFEncoderCodec } from 'node-av/constants'
import { Codec, CodecContext, Dictionary, FFmpegError, Frame, Log, Packet, Rational } from 'node-av/lib'

/** The last says so after all others: a driver may take the process down. */
const ENCODERS = ['libx264', 'h264_nvenc', 'h264_qsv', 'h264_vaapi', 'h264_videotoolbox', 'h264_v4l2m2m']
/** Smaller ones are refused by some hardware that works. */
const [WIDTH, HEIGHT] = [640, 512]

/** Bytes of one encoded picture; null when this build has no such encoder. */
function encodeOne(name: string): number | null {
  const codec = Codec.findEncoderByName(name as FFEncoderCodec)
  if (!codec) return null
  const context = new CodecContext()
  context.allocContext3(codec)
  context.width = WIDTH
  context.height = HEIGHT
  context.pixelFormat = AV_PIX_FMT_YUV420P
  context.timeBase = new Rational(1, 25)
  context.framerate = new Rational(25, 1)
  FFmpegError.throwIfError(context.open2Sync(codec, Dictionary.fromObject({})), 'open')
  const frame = Frame.fromVideoBuffer(Buffer.alloc((WIDTH * HEIGHT * 3) / 2), {
    width: WIDTH,
    height: HEIGHT,
    format: AV_PIX_FMT_YUV420P,
    pts: 0n,
    timeBase: { num: 1, den: 25 },
  })
  FFmpegError.throwIfError(context.sendFrameSync(frame), 'send')
  context.sendFrameSync(null)
  const packet = new Packet()
  packet.alloc()
  FFmpegError.throwIfError(context.receivePacketSync(packet), 'receive')
  return packet.data?.length ?? 0
}

Log.setLevel(AV_LOG_FATAL)
for (const name of ENCODERS) {
  let result: { name: string; bytes: number | null; reason?: string }
  try {
    result = { name, bytes: encodeOne(name) }
  } catch (error) {
    result = { name, bytes: null, reason: error instanceof Error ? error.message : String(error) }
  }
  process.stdout.write(`${JSON.stringify(result)}\n`)
}
