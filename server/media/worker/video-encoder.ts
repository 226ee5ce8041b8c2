// One x264 encoder with fixed settings: pictures in, H.264 samples with length prefixes out.
import {
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AV_PICTURE_TYPE_I,
  AV_PICTURE_TYPE_NONE,
  AV_PIX_FMT_YUV420P,
  AV_PKT_FLAG_KEY,
  AVCHROMA_LOC_LEFT,
  AVCOL_PRI_BT709,
  AVCOL_RANGE_MPEG,
  AVCOL_SPC_BT709,
  AVCOL_TRC_BT709,
  FF_ENCODER_LIBX264,
} from 'node-av/constants'
import { Codec, CodecContext, Dictionary, FFmpegError, Packet, Rational, type Frame } from 'node-av/lib'
import { withoutNotes } from '../codecs.ts'
import { videoPlan } from '../encode-plan.ts'
import type { EncodedVideo } from '../media-engine.ts'

export type EncodedPicture = { isKey: boolean; data: Uint8Array }

export async function openVideoEncoder(rendition: EncodedVideo) {
  const codec = Codec.findEncoderByName(FF_ENCODER_LIBX264)
  if (!codec) throw new Error('The media library was built without x264')
  const plan = videoPlan(rendition)
  const { num, den } = rendition.boundaries.frameRate
  const context = new CodecContext()
  context.allocContext3(codec)
  context.width = rendition.width
  context.height = rendition.height
  context.pixelFormat = AV_PIX_FMT_YUV420P
  context.sampleAspectRatio = new Rational(1, 1)
  context.timeBase = new Rational(den, num)
  context.framerate = new Rational(num, den)
  context.level = plan.level
  context.colorRange = AVCOL_RANGE_MPEG
  context.colorPrimaries = AVCOL_PRI_BT709
  context.colorTrc = AVCOL_TRC_BT709
  context.colorSpace = AVCOL_SPC_BT709
  context.chromaLocation = AVCHROMA_LOC_LEFT
  context.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER)
  const options = Dictionary.fromObject({
    preset: plan.preset,
    profile: plan.profile,
    'x264-params': Object.entries(plan.x264)
      .map(([name, value]) => `${name}=${value}`)
      .join(':'),
  })
  FFmpegError.throwIfError(await context.open2(codec, options), 'Opening the video encoder')
  options.free()
  const packet = new Packet()
  packet.alloc()

  /** Encoding happens while a picture is sent; taking what came of it is too short for a trip to a thread. */
  function take(): EncodedPicture[] {
    const into: EncodedPicture[] = []
    while (context.receivePacketSync(packet) >= 0) {
      const isKey = ((packet.flags as number) & AV_PKT_FLAG_KEY) !== 0
      if (packet.data) into.push({ isKey, data: withoutNotes(packet.data) })
      packet.unref()
    }
    return into
  }

  return {
    /** avcC, the same for every encoder of a rendition. */
    get extradata(): Uint8Array {
      if (!context.extraData) throw new Error('The video encoder gave no parameter sets')
      return Buffer.from(context.extraData)
    },
    /** Encodes a picture as the `at`-th of this encoder; the first becomes the IDR by itself. */
    async encode(frame: Frame, at: number): Promise<EncodedPicture[]> {
      frame.pts = BigInt(at)
      frame.pictType = at === 0 ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE
      FFmpegError.throwIfError(await context.sendFrame(frame), 'Encoding a picture')
      return take()
    },
    async drain(): Promise<EncodedPicture[]> {
      await context.sendFrame(null)
      return take()
    },
    close(): void {
      packet.free()
      context.freeContext()
    },
  }
}
export type VideoEncoder = Awaited<ReturnType<typeof openVideoEncoder>>
