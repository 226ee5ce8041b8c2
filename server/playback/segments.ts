// The segment timeline of a file: index to time and back.
import type { BoundaryTable } from '../media/media-engine.ts'

/** `starts[k]` is where segment k begins, in seconds after the file's start; the last entry is the end. */
export type SegmentTimes = { starts: readonly number[] }

export const timesOf = ({ frameRate, frames }: BoundaryTable): SegmentTimes => ({
  starts: frames.map((frame) => (frame * frameRate.den) / frameRate.num),
})

/** The segment that holds this moment. */
export function segmentAt({ starts }: SegmentTimes, seconds: number): number {
  let [low, high] = [0, Math.max(0, starts.length - 2)]
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if ((starts[middle] ?? 0) <= seconds) low = middle
    else high = middle - 1
  }
  return low
}

/** An audio frame: so much later than the picture the sound of a segment may begin. */
const SOUND_LATER_SECONDS = 0.03

/** Where a film goes on that is encoded: no picture before the first one to be seen has to be made and thrown away. */
export function resumeAt(times: SegmentTimes, seconds: number): number {
  const start = times.starts[segmentAt(times, seconds)] ?? 0
  return Math.min(seconds, start + SOUND_LATER_SECONDS)
}

export const longestGap = ({ starts }: SegmentTimes): number =>
  starts.slice(1).reduce((longest, end, n) => Math.max(longest, end - (starts[n] ?? 0)), 0)
