// One hardware encoder: pictures in, H.264 samples out that carry their own parameter sets. Any failure is `HardwareFailed`.
import {
  AV_HWDEVICE_TYPE_VAAPI,
  AV_PICTURE_TYPE_I,
  AV_PICTURE_TYPE_NONE,
  AV_PIX_FMT_NV12,
  AV_PIX_FMT_VAAPI,
  AV_PIX_FMT_YUV420P,
  AV_PKT_FLAG_KEY,
  type FFEncoderCodec,
} from 'node-av/constants'
import {
  Codec,
  CodecContext,
  Dictionary,
  FFmpegError,
  Frame,
  HardwareDeviceContext,
  HardwareFramesContext,
  Packet,
} from 'node-av/lib'
import { annexBUnits, lengthPrefixed, parameterSets, selfContained } from '../avc.ts'
import { HardwareFailed, hardwarePlan, type HardwareEncoder } from '../hardware-plan.ts'
import type { EncodedVideo } from '../media-engine.ts'
import { createPictureFilter } from './picture-filter.ts'
import { describePicture, type EncodedPicture, type VideoEncoder } from './encoder-context.ts'

/** A driver that answers nothing for so long hangs. Its first call may load firmware. */
const HANG_MS = 5000
/** Pictures on the device at once: what an encoder refers to, and some on their way. */
const DEVICE_PICTURES = 16

/** Copies pictures into the device's memory. */
function createUploads({ width, height }: EncodedVideo) {
  const device = new HardwareDeviceContext()
  FFmpegError.throwIfError(device.create(AV_HWDEVICE_TYPE_VAAPI), 'Opening the device')
  const frames = new HardwareFramesContext()
  frames.alloc(device)
  frames.format = AV_PIX_FMT_VAAPI
  frames.swFormat = AV_PIX_FMT_NV12
  frames.width = width
  frames.height = height
  frames.initialPoolSize = DEVICE_PICTURES
  FFmpegError.throwIfError(frames.init(), 'Taking memory of the device')
  return {
    frames,
    async upload(picture: Frame): Promise<Frame> {
      const there = new Frame()
      there.alloc()
      FFmpegError.throwIfError(frames.getBuffer(there), 'Taking memory of the device')
      FFmpegError.throwIfError(await frames.transferData(there, picture), 'Copying to the device')
      return there
    },
    close(): void {
      frames.free()
      device.free()
    },
  }
}

export async function openHardwareEncoder(
  name: HardwareEncoder,
  rendition: EncodedVideo,
): Promise<VideoEncoder> {
  const plan = hardwarePlan(name, rendition)
  const context = new CodecContext()
  const packet = new Packet()
  packet.alloc()
  const filter = createPictureFilter(() => `format=${plan.format}`)
  let uploads: ReturnType<typeof createUploads> | null = null
  let isBroken = false

  async function guarded<T>(what: string, work: Promise<T>): Promise<T> {
    const { promise, reject } = Promise.withResolvers<never>()
    const timer = setTimeout(
      () => reject(new Error(`no answer for ${HANG_MS / 1000} s while ${what}`)),
      HANG_MS,
    )
    try {
      return await Promise.race([work, promise])
    } catch (error) {
      isBroken = true
      throw new HardwareFailed(error instanceof Error ? error.message : String(error), { cause: error })
    } finally {
      clearTimeout(timer)
    }
  }

  async function open(): Promise<void> {
    const codec = Codec.findEncoderByName(name as FFEncoderCodec)
    if (!codec) throw new Error(`The media library was built without ${name}`)
    if (plan.isUploaded) uploads = createUploads(rendition)
    context.allocContext3(codec)
    describePicture(context, rendition)
    context.pixelFormat = plan.format === 'nv12' ? AV_PIX_FMT_NV12 : AV_PIX_FMT_YUV420P
    if (uploads) {
      context.pixelFormat = AV_PIX_FMT_VAAPI
      context.hwFramesCtx = uploads.frames
    }
    const options = Dictionary.fromObject(
      Object.fromEntries(Object.entries(plan.options).map(([key, value]) => [key, String(value)])),
    )
    FFmpegError.throwIfError(await context.open2(codec, options), `Opening ${name}`)
    options.free()
  }

  async function take(): Promise<EncodedPicture[]> {
    const into: EncodedPicture[] = []
    while ((await context.receivePacket(packet)) >= 0) {
      const isKey = ((packet.flags as number) & AV_PKT_FLAG_KEY) !== 0
      const sets = context.extraData ? parameterSets(context.extraData) : []
      if (packet.data)
        into.push({ isKey, data: lengthPrefixed(selfContained(annexBUnits(packet.data), isKey, sets)) })
      packet.unref()
    }
    return into
  }

  async function send(frame: Frame, at: number): Promise<EncodedPicture[]> {
    const [picture] = await filter.push(frame)
    if (!picture) throw new Error('The picture could not be converted')
    const given = uploads ? await uploads.upload(picture) : picture
    try {
      given.pts = BigInt(at)
      given.pictType = at === 0 ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE
      FFmpegError.throwIfError(await context.sendFrame(given), 'Encoding a picture')
      return await take()
    } finally {
      given.free()
      if (given !== picture) picture.free()
    }
  }

  function close(): void {
    // A thread may still be inside the driver: this process ends anyway, and freeing could wait for ever too.
    if (isBroken) return
    packet.free()
    context.freeContext()
    filter.close()
    uploads?.close()
  }

  await guarded('it was opened', open())
  return {
    encode: (frame, at) => guarded('a picture was encoded', send(frame, at)),
    drain: () => guarded('its last pictures were taken', context.sendFrame(null).then(take)),
    close,
  }
}
