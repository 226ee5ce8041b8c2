// Keyframe times of a track: from the file's index, or by reading the whole file where the caller allows it.
import { AV_LOG_FATAL, AV_PKT_FLAG_KEY, AVDISCARD_ALL } from 'node-av/constants'
import { Log, Packet } from 'node-av/lib'
import type { MediaInfo } from '#shared/media.ts'
import { afterStart, indexedKeyframes } from '../containers/keyframes.ts'
import { openFile } from './probe.ts'

/** Ten hours of a keyframe per second; a file with more is all keyframes and needs no table that fine. */
const MAX_KEYFRAMES = 36_000
const NO_TIME = -(2n ** 63n)

export async function keyframesOf(
  path: string,
  info: MediaInfo,
  trackIndex: number,
  options: { scan?: boolean } = {},
): Promise<number[] | null> {
  return (
    indexedKeyframes(path, info, trackIndex) ?? (options.scan ? await scan(path, info, trackIndex) : null)
  )
}

async function scan(path: string, info: MediaInfo, trackIndex: number): Promise<number[] | null> {
  Log.setLevel(AV_LOG_FATAL)
  const context = await openFile(path)
  const packet = new Packet()
  packet.alloc()
  try {
    await context.findStreamInfo(null)
    for (const other of context.streams) if (other.index !== trackIndex) other.discard = AVDISCARD_ALL
    const stream = context.streams[trackIndex]
    if (!stream) return null
    const { num, den } = stream.timeBase
    const times: number[] = []
    while (times.length < MAX_KEYFRAMES && (await context.readFrame(packet)) >= 0) {
      const isKey = packet.streamIndex === trackIndex && (Number(packet.flags) & AV_PKT_FLAG_KEY) !== 0
      const ticks = packet.pts === NO_TIME ? packet.dts : packet.pts
      if (isKey && ticks !== NO_TIME) times.push((Number(ticks) * num) / den)
      packet.unref()
    }
    return afterStart(
      times.toSorted((a, b) => a - b),
      info.startSeconds,
    )
  } finally {
    packet.free()
    await context.closeInput()
  }
}
