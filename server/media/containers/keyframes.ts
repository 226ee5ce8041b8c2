// Keyframe times of a video track from the container's own index, without reading the film.
import type { MediaInfo } from '#shared/media.ts'
import { readAviKeyframes } from './avi.ts'
import { BadContainer } from './byte-source.ts'
import { readMatroskaKeyframes } from './matroska.ts'
import { readMp4Keyframes } from './mp4.ts'

/** An index whose first entry is late or that has such holes was not written for seeking: better scan the file. */
const LATEST_FIRST_SECONDS = 1
const LONGEST_GAP_SECONDS = 30

/** Seconds after the file's start, ascending; null when the file has no index that can be trusted. */
export function indexedKeyframes(path: string, info: MediaInfo, trackIndex: number): number[] | null {
  try {
    const times =
      info.container === 'mp4'
        ? readMp4Keyframes(path, trackIndex)
        : info.container === 'matroska' || info.container === 'webm'
          ? readMatroskaKeyframes(path, trackIndex)
          : info.container === 'avi'
            ? readAviKeyframes(path, trackIndex)
            : null
    return times && trusted(afterStart(times, info.startSeconds), info.durationSeconds)
  } catch (error) {
    if (error instanceof BadContainer || error instanceof RangeError) return null
    throw error
  }
}

/** Keyframes cut away by an edit list still open the film: of those before the start only the last one counts, as 0. */
export function afterStart(times: readonly number[], startSeconds: number): number[] {
  const shown: number[] = []
  for (const time of times) {
    const at = Math.max(0, Math.round((time - startSeconds) * 1e6) / 1e6)
    if (at !== shown.at(-1)) shown.push(at)
  }
  return shown
}

export function trusted(times: readonly number[], durationSeconds: number | null): number[] | null {
  const [first] = times
  if (first === undefined || first > LATEST_FIRST_SECONDS) return null
  const ends = [...times.slice(1), durationSeconds ?? times.at(-1) ?? 0]
  return times.every((time, index) => (ends[index] ?? time) - time <= LONGEST_GAP_SECONDS) ? [...times] : null
}
