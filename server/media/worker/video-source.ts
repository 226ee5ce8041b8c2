// Decoded pictures of one track in the order they are shown, from any time on.
import { AVDISCARD_ALL, AVERROR_EAGAIN, AVERROR_EOF, AVSEEK_FLAG_BACKWARD } from 'node-av/constants'
import {
  avGetCodecName,
  Codec,
  CodecContext,
  FFmpegError,
  Frame,
  Packet,
  type FormatContext,
  type Stream,
} from 'node-av/lib'
import { disposableTest } from '../disposable.ts'
import { MediaRefused } from '../media-engine.ts'
import { PICTURE_TIME_BASE } from './picture-filter.ts'
import { refuseEncrypted } from './encrypted.ts'
import { openFile } from './probe.ts'

/** A picture and when it is shown after the file's start; `frame.pts` says the same. The taker frees the frame. */
export type Picture = { frame: Frame; seconds: number }

/** Pictures one packet may fail to give before the next packet is tried. */
const MOST_FAULTS = 8
const NO_TIME = -(2n ** 63n)
/** Containers whose header describes a track fully: nothing has to be read ahead. */
const DESCRIBED = /^(mov,|matroska)/

export async function openVideoSource(path: string, trackIndex: number, startSeconds: number) {
  let input: FormatContext
  let stream: Stream
  await reopen()

  async function reopen(): Promise<void> {
    input = await openFile(path)
    if (!DESCRIBED.test(input.iformat?.name ?? '')) await input.findStreamInfo(null)
    const found = input.streams.find((one) => one.index === trackIndex)
    if (!found) throw new MediaRefused('The file has no such track any more.')
    stream = found
    for (const other of input.streams) if (other.index !== trackIndex) other.discard = AVDISCARD_ALL
  }

  const toSeconds = (time: bigint) =>
    (Number(time) * stream.timeBase.num) / stream.timeBase.den - startSeconds

  /** Puts reading at the keyframe at or before; false at the very beginning. */
  async function seek(seconds: number): Promise<boolean> {
    if (seconds > 0) {
      const { num, den } = stream.timeBase
      const ticks = BigInt(Math.floor(((seconds + startSeconds) * den) / num + 1e-3))
      if ((await input.seekFrame(trackIndex, ticks, AVSEEK_FLAG_BACKWARD)) >= 0) return true
    }
    await input.closeInput()
    await reopen()
    return false
  }

  function openDecoder(): CodecContext {
    const codec = Codec.findDecoder(stream.codecpar.codecId)
    if (!codec) throw new MediaRefused('No decoder for the video of this file is built in.')
    const decoder = new CodecContext()
    decoder.allocContext3(codec)
    FFmpegError.throwIfError(decoder.parametersToContext(stream.codecpar), 'Describing the video')
    decoder.pktTimebase = stream.timeBase
    decoder.threadCount = 2
    return decoder
  }

  /**
   * Pictures from the current position to the end of the file. Of those before `leavingOutBefore` seconds only what
   * later ones need is decoded, so that some are missing there.
   */
  async function* decode(leavingOutBefore = -Infinity): AsyncGenerator<Picture, void> {
    const decoder = openDecoder()
    const isDisposable =
      leavingOutBefore > 0 && DESCRIBED.test(input.iformat?.name ?? '')
        ? disposableTest(avGetCodecName(stream.codecpar.codecId) ?? '', stream.codecpar.extradata)
        : null
    const packet = new Packet()
    packet.alloc()
    try {
      FFmpegError.throwIfError(await decoder.open2(null, null), 'Opening the video decoder')
      const { num, den } = stream.avgFrameRate
      const step = num > 0 && den > 0 ? den / num : 0.04
      let last = -step
      for (let atEnd = false; !atEnd;) {
        const read = await input.readFrame(packet)
        // Damage in the middle of a file ends it there, as every player does.
        atEnd = read < 0
        if (!atEnd && packet.streamIndex !== trackIndex) {
          packet.unref()
          continue
        }
        if (!atEnd) refuseEncrypted(packet)
        if (isDisposable && !atEnd && packet.pts !== NO_TIME && toSeconds(packet.pts) < leavingOutBefore)
          if (packet.data && isDisposable(packet.data)) {
            packet.unref()
            continue
          }
        // A packet that cannot be decoded costs its picture, not the film.
        await decoder.sendPacket(atEnd ? null : packet)
        packet.unref()
        for (let faults = 0; faults < MOST_FAULTS;) {
          const frame = new Frame()
          frame.alloc()
          // Decoding happens while a packet is sent; taking what came of it is too short for a trip to a thread.
          const code = decoder.receiveFrameSync(frame)
          if (code < 0) {
            frame.free()
            if (code === AVERROR_EAGAIN || code === AVERROR_EOF) break
            faults++
            continue
          }
          const time = frame.bestEffortTimestamp
          last = time === NO_TIME ? last + step : toSeconds(time)
          frame.pts = BigInt(Math.round(last * PICTURE_TIME_BASE.den))
          yield { frame, seconds: last }
        }
      }
    } finally {
      packet.free()
      decoder.freeContext()
    }
  }

  return {
    seek,
    decode,
    get stream() {
      return stream
    },
    close: () => input.closeInput(),
  }
}
export type VideoSource = Awaited<ReturnType<typeof openVideoSource>>
