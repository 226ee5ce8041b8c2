// One encoder for the pictures of a segment: x264 with fixed settings, or the machine's hardware where it is given.
import {
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AV_PICTURE_TYPE_I,
  AV_PICTURE_TYPE_NONE,
  AV_PIX_FMT_YUV420P,
  AV_PKT_FLAG_KEY,
  FF_ENCODER_LIBX264,
} from 'node-av/constants'
import { Codec, CodecContext, Dictionary, FFmpegError, Packet, type Frame } from 'node-av/lib'
import { lengthPrefixed, parameterSets } from '../avc.ts'
import { withoutNotes } from '../codecs.ts'
import { videoPlan } from '../encode-plan.ts'
import type { HardwareEncoder } from '../hardware-plan.ts'
import type { EncodedVideo } from '../media-engine.ts'
import { describePicture, type EncodedPicture, type VideoEncoder } from './encoder-context.ts'
import { openHardwareEncoder } from './hardware-encoder.ts'

export async function openVideoEncoder(
  rendition: EncodedVideo,
  hardware: HardwareEncoder | null = null,
): Promise<VideoEncoder> {
  return hardware === null ? openSoftwareEncoder(rendition) : openHardwareEncoder(hardware, rendition)
}

export async function openSoftwareEncoder(rendition: EncodedVideo) {
  const codec = Codec.findEncoderByName(FF_ENCODER_LIBX264)
  if (!codec) throw new Error('The media library was built without x264')
  const plan = videoPlan(rendition)
  const context = new CodecContext()
  context.allocContext3(codec)
  describePicture(context, rendition)
  context.pixelFormat = AV_PIX_FMT_YUV420P
  context.level = plan.level
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
  if (!context.extraData) throw new Error('The video encoder gave no parameter sets')
  const extradata = Buffer.from(context.extraData)
  const inBand = rendition.encoder === 'any' ? lengthPrefixed(parameterSets(extradata)) : Buffer.alloc(0)
  const packet = new Packet()
  packet.alloc()

  /** Encoding happens while a picture is sent; taking what came of it is too short for a trip to a thread. */
  function take(): EncodedPicture[] {
    const into: EncodedPicture[] = []
    while (context.receivePacketSync(packet) >= 0) {
      const isKey = ((packet.flags as number) & AV_PKT_FLAG_KEY) !== 0
      if (packet.data) {
        const data = withoutNotes(packet.data)
        into.push({ isKey, data: isKey ? Buffer.concat([inBand, data]) : data })
      }
      packet.unref()
    }
    return into
  }

  return {
    /** avcC, the same for every encoder of a rendition. */
    extradata,
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
