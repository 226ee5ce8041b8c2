// One AAC encoder: blocks of 1024 samples in, packets with the sample they begin at out.
import {
  AV_CHANNEL_LAYOUT_4POINT0,
  AV_CHANNEL_LAYOUT_5POINT0_BACK,
  AV_CHANNEL_LAYOUT_5POINT1_BACK,
  AV_CHANNEL_LAYOUT_7POINT1,
  AV_CHANNEL_LAYOUT_MONO,
  AV_CHANNEL_LAYOUT_STEREO,
  AV_CHANNEL_LAYOUT_SURROUND,
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AV_SAMPLE_FMT_FLTP,
  type FFEncoderCodec,
} from 'node-av/constants'
import { Codec, CodecContext, FFmpegError, Frame, Packet, Rational } from 'node-av/lib'
import { AUDIO_FRAME_SAMPLES } from '../boundaries.ts'
import type { EncodedAudio } from '../media-engine.ts'

/** The speakers of each channel count that AAC has a number for. */
const LAYOUTS = new Map([
  [1, AV_CHANNEL_LAYOUT_MONO],
  [2, AV_CHANNEL_LAYOUT_STEREO],
  [3, AV_CHANNEL_LAYOUT_SURROUND],
  [4, AV_CHANNEL_LAYOUT_4POINT0],
  [5, AV_CHANNEL_LAYOUT_5POINT0_BACK],
  [6, AV_CHANNEL_LAYOUT_5POINT1_BACK],
  [8, AV_CHANNEL_LAYOUT_7POINT1],
])

/** The speakers as a mask, the way FFmpeg's filters write it. */
export function speakersOf(channels: number): string {
  const layout = LAYOUTS.get(channels)
  if (!layout) throw new RangeError(`Sound of ${channels} channels is not encoded`)
  return `0x${layout.mask.toString(16)}`
}

export type EncodedSound = { start: number; data: Uint8Array }

export function openAudioEncoder({ channels, sampleRateHz, bitrateBps }: EncodedAudio) {
  // By name: FFmpeg's own encoder, never another one that a build may bring.
  const codec = Codec.findEncoderByName('aac' as FFEncoderCodec)
  if (!codec) throw new Error('The media library was built without an AAC encoder')
  const channelLayout = LAYOUTS.get(channels)
  if (!channelLayout) throw new RangeError(`Sound of ${channels} channels is not encoded`)
  const context = new CodecContext()
  context.allocContext3(codec)
  context.sampleRate = sampleRateHz
  context.sampleFormat = AV_SAMPLE_FMT_FLTP
  context.channelLayout = channelLayout
  context.timeBase = new Rational(1, sampleRateHz)
  context.bitRate = BigInt(Math.round(bitrateBps))
  context.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER)
  FFmpegError.throwIfError(context.open2Sync(codec, null), 'Opening the sound encoder')
  const packet = new Packet()
  packet.alloc()

  return {
    /** AudioSpecificConfig. */
    get extradata(): Uint8Array {
      if (!context.extraData) throw new Error('The sound encoder gave no configuration')
      return Buffer.from(context.extraData)
    },
    /** `samples` are planes one after the other; packets come one block late. */
    encode(start: number, samples: Float32Array): EncodedSound[] {
      const frame = Frame.fromAudioBuffer(Buffer.from(samples.buffer), {
        nbSamples: AUDIO_FRAME_SAMPLES,
        format: AV_SAMPLE_FMT_FLTP,
        sampleRate: sampleRateHz,
        channelLayout,
        pts: BigInt(start),
        timeBase: { num: 1, den: sampleRateHz },
      })
      const code = context.sendFrameSync(frame)
      frame.free()
      FFmpegError.throwIfError(code, 'Encoding sound')
      const sounds: EncodedSound[] = []
      while (context.receivePacketSync(packet) >= 0) {
        if (packet.data) sounds.push({ start: Number(packet.pts), data: Buffer.from(packet.data) })
        packet.unref()
      }
      return sounds
    },
    close(): void {
      packet.free()
      context.freeContext()
    },
  }
}
