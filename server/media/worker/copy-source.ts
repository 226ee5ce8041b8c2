// Packets of one track from a place on, as they lie in the file, with times after the file's start.
import { AV_PKT_FLAG_KEY, AVSEEK_FLAG_BACKWARD } from 'node-av/constants'
import { Packet } from 'node-av/lib'
import { refuseEncrypted } from './encrypted.ts'
import { openTrack, seekFile } from './open-track.ts'

export type CopiedPacket = { seconds: number; durationSeconds: number; isKey: boolean; data: Buffer }

const NO_TIME = -(2n ** 63n)

export async function openCopySource(path: string, trackIndex: number, startSeconds: number) {
  let { input, stream } = await openTrack(path, trackIndex)

  return {
    get stream() {
      return stream
    },
    /** When the track begins, seconds after the file's start. */
    get originSeconds() {
      const { startTime, timeBase } = stream
      return startTime === NO_TIME ? 0 : (Number(startTime) * timeBase.num) / timeBase.den - startSeconds
    },
    get tickSeconds() {
      return stream.timeBase.num / stream.timeBase.den
    },
    /** Puts reading at or before a time; sound has no index of its own and goes by the file's. */
    async seek(seconds: number, by: 'track' | 'file'): Promise<boolean> {
      if (seconds > 0) {
        const absolute = seconds + startSeconds
        const { num, den } = stream.timeBase
        const ticks = BigInt(Math.round((absolute * den) / num))
        const isSought =
          by === 'file'
            ? await seekFile(input, absolute)
            : (await input.seekFrame(trackIndex, ticks, AVSEEK_FLAG_BACKWARD)) >= 0
        if (isSought) return true
      }
      await input.closeInput()
      const again = await openTrack(path, trackIndex)
      input = again.input
      stream = again.stream
      return false
    },
    async *packets(): AsyncGenerator<CopiedPacket, void> {
      const { num, den } = stream.timeBase
      const packet = new Packet()
      packet.alloc()
      try {
        // Damage in the middle of a file ends it there, as every player does.
        while ((await input.readFrame(packet)) >= 0) {
          const time = packet.pts === NO_TIME ? packet.dts : packet.pts
          if (packet.streamIndex === trackIndex && packet.data && time !== NO_TIME) {
            refuseEncrypted(packet)
            yield {
              seconds: (Number(time) * num) / den - startSeconds,
              durationSeconds: (Number(packet.duration) * num) / den,
              isKey: (Number(packet.flags) & AV_PKT_FLAG_KEY) !== 0,
              data: Buffer.from(packet.data),
            }
          }
          packet.unref()
        }
      } finally {
        packet.free()
      }
    },
    close: () => input.closeInput(),
  }
}
export type CopySource = Awaited<ReturnType<typeof openCopySource>>
