// Decoded sound of one track from a little before any time on.
import { AVERROR_EAGAIN, AVERROR_EOF } from 'node-av/constants'
import { Codec, CodecContext, FFmpegError, Frame, Packet } from 'node-av/lib'
import { MediaRefused } from '../media-engine.ts'
import { refuseEncrypted } from './encrypted.ts'
import { openTrack, seekFile } from './open-track.ts'

/** Sound and when it begins, in seconds after the file's start. The taker frees the frame. */
export type Sound = { frame: Frame; seconds: number }

const NO_TIME = -(2n ** 63n)
/** Decoders need some packets until they give what they would have given from the beginning. */
const SETTLE_SECONDS = 0.5
/** How far before the wanted time to look: a file whose sound lies away from its picture needs more. */
const LOOK_BACK_SECONDS = [SETTLE_SECONDS, 3, 15]

export async function openAudioSource(path: string, trackIndex: number, startSeconds: number) {
  let { input, stream } = await openTrack(path, trackIndex)

  const toSeconds = (time: bigint) =>
    (Number(time) * stream.timeBase.num) / stream.timeBase.den - startSeconds

  async function nextPacket(packet: Packet): Promise<boolean> {
    for (;;) {
      if ((await input.readFrame(packet)) < 0) return false
      if (packet.streamIndex === trackIndex) return true
      packet.unref()
    }
  }

  /** Puts reading before the time, by as much as the decoder needs. */
  async function seek(seconds: number): Promise<void> {
    const packet = new Packet()
    packet.alloc()
    try {
      for (const back of LOOK_BACK_SECONDS) {
        const at = seconds - back
        // The beginning is read from a fresh opening, where the decoder also learns of its delay.
        if (at <= SETTLE_SECONDS) break
        if (!(await seekFile(input, at + startSeconds))) break
        if (!(await nextPacket(packet))) continue
        const found = packet.pts === NO_TIME ? Infinity : toSeconds(packet.pts)
        packet.unref()
        // The packet looked at is given up: the decoder settles on the ones behind it.
        if (found <= seconds - SETTLE_SECONDS / 2) return
      }
    } finally {
      packet.free()
    }
    await input.closeInput()
    const again = await openTrack(path, trackIndex)
    input = again.input
    stream = again.stream
  }

  function openDecoder(): CodecContext {
    const codec = Codec.findDecoder(stream.codecpar.codecId)
    if (!codec) throw new MediaRefused('No decoder for the sound of this file is built in.')
    const decoder = new CodecContext()
    decoder.allocContext3(codec)
    FFmpegError.throwIfError(decoder.parametersToContext(stream.codecpar), 'Describing the sound')
    decoder.pktTimebase = stream.timeBase
    FFmpegError.throwIfError(decoder.open2Sync(null, null), 'Opening the sound decoder')
    return decoder
  }

  /** Sound from the current position to the end of the file. */
  async function* decode(): AsyncGenerator<Sound, void> {
    const decoder = openDecoder()
    const packet = new Packet()
    packet.alloc()
    let expected = 0
    try {
      for (let atEnd = false; !atEnd;) {
        atEnd = !(await nextPacket(packet))
        if (!atEnd) refuseEncrypted(packet)
        // A packet that cannot be decoded costs its sound, not the film: the gap becomes silence.
        decoder.sendPacketSync(atEnd ? null : packet)
        packet.unref()
        for (;;) {
          const frame = new Frame()
          frame.alloc()
          const code = decoder.receiveFrameSync(frame)
          if (code < 0 || frame.nbSamples <= 0 || frame.sampleRate <= 0) {
            frame.free()
            if (code === AVERROR_EAGAIN || code === AVERROR_EOF) break
            continue
          }
          const time = frame.bestEffortTimestamp
          const seconds = time === NO_TIME ? expected : toSeconds(time)
          expected = seconds + frame.nbSamples / frame.sampleRate
          yield { frame, seconds }
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
    /** When the track begins, seconds after the file's start. */
    get originSeconds() {
      return stream.startTime === NO_TIME ? 0 : toSeconds(stream.startTime)
    },
    get tickSeconds() {
      return stream.timeBase.num / stream.timeBase.den
    },
    close: () => input.closeInput(),
  }
}
export type AudioSource = Awaited<ReturnType<typeof openAudioSource>>
