// A decoded picture to a JPEG: upright, square pixels, ordinary colours, within a box.
import {
  AV_CODEC_FLAG_QSCALE,
  AV_FRAME_FLAG_INTERLACED,
  AV_PIX_FMT_YUVJ420P,
  AV_PKT_DATA_DISPLAYMATRIX,
  AV_PKT_DATA_DOVI_CONF,
  AVCOL_TRC_ARIB_STD_B67,
  AVCOL_TRC_SMPTE2084,
  type FFEncoderCodec,
} from 'node-av/constants'
import { Codec, CodecContext, FFmpegError, Packet, Rational, type Frame, type Stream } from 'node-av/lib'
import { pictureChain } from './picture-chain.ts'
import { createPictureFilter } from './picture-filter.ts'
import { rotationOf } from './tracks.ts'

export type Box = { width: number; height: number }

/** FFmpeg's quantiser scale: 2 is the best; 4 shows no difference at the size of a poster. */
const QUALITY = 4
/** FF_QP2LAMBDA */
const LAMBDA = 118
/** JFIF knows one matrix and the full range. */
const TO_JFIF =
  'scale=in_color_matrix=bt709:in_range=tv:out_color_matrix=smpte170m:out_range=pc,format=yuvj420p'

/** The largest even size within the box that keeps the shape and enlarges nothing (pure). */
export function fitted(shown: Box, box: Box): Box {
  const scale = Math.min(1, box.width / shown.width, box.height / shown.height)
  const even = (length: number) => Math.max(2, Math.round((length * scale) / 2) * 2)
  return { width: even(shown.width), height: even(shown.height) }
}

/** Size of the whole picture with square pixels, upright. */
function shownSize(frame: Frame, rotationDegrees: number): Box {
  const { num, den } = frame.sampleAspectRatio
  const width = num > 0 && den > 0 ? (frame.width * num) / den : frame.width
  return rotationDegrees % 180 === 0
    ? { width, height: frame.height }
    : { width: frame.height, height: width }
}

/** The picture scaled and in JFIF's colours; the taker frees it. */
export async function jpegPicture(frame: Frame, stream: Stream, box: Box): Promise<Frame> {
  const rotationDegrees = rotationOf(stream.codecpar.getCodedSideData(AV_PKT_DATA_DISPLAYMATRIX))
  const isHdr =
    frame.colorTrc === AVCOL_TRC_SMPTE2084 ||
    frame.colorTrc === AVCOL_TRC_ARIB_STD_B67 ||
    stream.codecpar.getCodedSideData(AV_PKT_DATA_DOVI_CONF) !== null
  const size = fitted(shownSize(frame, rotationDegrees), box)
  const calm = (frame.flags & AV_FRAME_FLAG_INTERLACED) !== 0 ? 'yadif,' : ''
  const chain = pictureChain({ ...size, rotationDegrees, toneMap: isHdr }, frame)
  const filter = createPictureFilter(() => `${calm}${chain},${TO_JFIF}`)
  try {
    const [first, ...rest] = [...(await filter.push(frame)), ...(await filter.drain())]
    for (const one of rest) one.free()
    if (!first) throw new Error('The filters gave no picture')
    return first
  } finally {
    filter.close()
  }
}

export async function encodeJpeg(picture: Frame): Promise<Buffer> {
  const codec = Codec.findEncoderByName('mjpeg' as FFEncoderCodec)
  if (!codec) throw new Error('The media library was built without a JPEG encoder')
  const context = new CodecContext()
  const packet = new Packet()
  packet.alloc()
  try {
    context.allocContext3(codec)
    context.width = picture.width
    context.height = picture.height
    context.pixelFormat = AV_PIX_FMT_YUVJ420P
    context.timeBase = new Rational(1, 25)
    context.setFlags(AV_CODEC_FLAG_QSCALE)
    context.globalQuality = QUALITY * LAMBDA
    FFmpegError.throwIfError(await context.open2(codec, null), 'Opening the JPEG encoder')
    picture.pts = 0n
    picture.quality = QUALITY * LAMBDA
    FFmpegError.throwIfError(await context.sendFrame(picture), 'Encoding a JPEG')
    await context.sendFrame(null)
    FFmpegError.throwIfError(await context.receivePacket(packet), 'Encoding a JPEG')
    return Buffer.from(packet.data ?? [])
  } finally {
    packet.free()
    context.freeContext()
  }
}
