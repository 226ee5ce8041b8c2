// Tries one encoder with real pictures, as films are encoded, and decodes what came of it: `{ "fault": … }`, null when it works.
import { AV_LOG_FATAL, AV_PIX_FMT_YUV420P, FF_DECODER_H264 } from 'node-av/constants'
import { Codec, CodecContext, FFmpegError, Frame, Log, Packet } from 'node-av/lib'
import { HARDWARE_ENCODERS } from '../hardware-plan.ts'
import type { EncodedVideo } from '../media-engine.ts'
import type { EncodedPicture } from './encoder-context.ts'
import { openVideoEncoder } from './video-encoder.ts'

/** Smaller ones are refused by some hardware that works; no multiple of 16, as films are not. */
const [WIDTH, HEIGHT] = [640, 514]
const PICTURES = 12

const TRIAL: EncodedVideo = {
  kind: 'encoded-video',
  path: '',
  trackIndex: 0,
  startSeconds: 0,
  boundaries: { frameRate: { num: 25, den: 1 }, frames: [0, PICTURES] },
  width: WIDTH,
  height: HEIGHT,
  bitrateBps: 2_000_000,
  encoder: 'any',
  deinterlace: false,
  rotationDegrees: 0,
  toneMap: false,
  burnSubtitleIndex: null,
}

/** Something that moves. */
function picture(at: number): Frame {
  const bytes = Buffer.alloc((WIDTH * HEIGHT * 3) / 2, 128)
  for (let y = 0; y < HEIGHT; y++)
    for (let x = 0; x < WIDTH; x++) bytes[y * WIDTH + x] = 16 + ((x + y + at * 8) % 200)
  return Frame.fromVideoBuffer(bytes, {
    width: WIDTH,
    height: HEIGHT,
    format: AV_PIX_FMT_YUV420P,
    pts: 0n,
    timeBase: { num: 1, den: 25 },
  })
}

async function encoded(name: string): Promise<EncodedPicture[]> {
  const encoder = await openVideoEncoder(TRIAL, HARDWARE_ENCODERS.find((one) => one === name) ?? null)
  const made: EncodedPicture[] = []
  for (let at = 0; at < PICTURES; at++) made.push(...(await encoder.encode(picture(at), at)))
  made.push(...(await encoder.drain()))
  encoder.close()
  return made
}

/** Pictures as start codes divide them, decoded without anything else known of them. */
function decoded(pictures: readonly EncodedPicture[]): number {
  const codec = Codec.findDecoderByName(FF_DECODER_H264)
  if (!codec) throw new Error('this build decodes no H.264')
  const context = new CodecContext()
  context.allocContext3(codec)
  FFmpegError.throwIfError(context.open2Sync(codec), 'Opening the decoder')
  const frame = new Frame()
  frame.alloc()
  let count = 0
  const take = (): void => {
    while (context.receiveFrameSync(frame) >= 0) {
      if (frame.width === WIDTH && frame.height === HEIGHT) count++
      frame.unref()
    }
  }
  for (const { data } of pictures) {
    const packet = new Packet()
    packet.alloc()
    packet.data = withStartCodes(data)
    FFmpegError.throwIfError(context.sendPacketSync(packet), 'Decoding what was encoded')
    take()
    packet.free()
  }
  context.sendPacketSync(null)
  take()
  return count
}

function withStartCodes(data: Uint8Array): Buffer {
  const bytes = Buffer.from(data)
  for (let at = 0; at + 4 < bytes.byteLength;) {
    const length = bytes.readUInt32BE(at)
    bytes.writeUInt32BE(1, at)
    at += 4 + length
  }
  return bytes
}

async function faultOf(name: string): Promise<string | null> {
  const pictures = await encoded(name)
  if (pictures.length !== PICTURES) return `${pictures.length} of ${PICTURES} pictures were encoded`
  if (pictures.some(({ isKey }, at) => isKey !== (at === 0))) return 'key pictures lie where none belong'
  const count = decoded(pictures)
  return count === PICTURES ? null : `${count} of ${PICTURES} encoded pictures can be decoded`
}

Log.setLevel(AV_LOG_FATAL)
const fault = await faultOf(process.argv[2] ?? '').catch((error: unknown) =>
  error instanceof Error ? error.message : String(error),
)
process.stdout.write(`${JSON.stringify({ fault })}\n`)
// A driver that hangs holds threads of its own.
process.exitCode = 0
setTimeout(() => process.exit(), 100).unref()
