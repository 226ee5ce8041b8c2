// The segment timeline of a file: keyframes to boundaries, index to time and back.
import type { Rational } from '#shared/media.ts'
import type { BoundaryTable } from '../media/media-engine.ts'

/** `starts[k]` is where segment k begins, in seconds after the file's start; the last entry is the end. */
export type SegmentTimes = { starts: readonly number[] }

/** Shorter segments cost more in headers and requests than they win. */
const LEAST_SECONDS = 1.5
/** Longer ones make a viewer wait for what they did not ask for. */
const MOST_SECONDS = 4
const PIECE_SECONDS = 3
const GRID_SECONDS = 2
const FASTEST_FPS = 60
const DEFAULT_RATE: Rational = { num: 25, den: 1 }
/** A day at the shortest length: no playlist is longer. */
const MOST_SEGMENTS = 60_000

/** The constant grid that frames are put on: the source's rate, halved until it is at most 60. */
export function gridRate(rate: Rational | null): Rational {
  if (!rate || rate.num <= 0 || rate.den <= 0 || rate.num / rate.den < 1) return DEFAULT_RATE
  let { num, den } = rate
  while (num / den > FASTEST_FPS + 0.5) den *= 2
  return { num, den }
}

/** Keyframes at which a copied rendition is cut: the first at 0, then at least 1.5 s apart; the last is the end. */
export function hardStarts(keyframes: readonly number[], durationSeconds: number): number[] {
  const starts = [0]
  for (const at of keyframes)
    if (at - (starts.at(-1) ?? 0) >= LEAST_SECONDS && at < durationSeconds - LEAST_SECONDS / 2)
      starts.push(at)
  return [...starts, durationSeconds]
}

/** The boundary table: hard starts, with gaps over 4 s divided evenly; a 2 s grid where there is no index. */
export function boundaryTable(
  keyframes: readonly number[] | null,
  frameRate: Rational,
  durationSeconds: number,
): BoundaryTable {
  const frameOf = (seconds: number): number => Math.ceil((seconds * frameRate.num) / frameRate.den - 0.5)
  const end = Math.max(1, frameOf(durationSeconds))
  const frames = [0]
  const add = (frame: number): void => {
    if (frame > (frames.at(-1) ?? 0) && frame < end && frames.length < MOST_SEGMENTS) frames.push(frame)
  }
  const hard = keyframes ? hardStarts(keyframes, durationSeconds) : null
  if (hard)
    for (const [n, to] of hard.slice(1).entries()) {
      const from = hard[n] ?? 0
      const pieces = to - from > MOST_SECONDS ? Math.ceil((to - from) / PIECE_SECONDS) : 1
      for (let piece = 1; piece <= pieces; piece++) add(frameOf(from + ((to - from) * piece) / pieces))
    }
  else for (let at = GRID_SECONDS; at < durationSeconds - 0.5; at += GRID_SECONDS) add(frameOf(at))
  return { frameRate, frames: [...frames, end] }
}

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

export const longestGap = ({ starts }: SegmentTimes): number =>
  starts.slice(1).reduce((longest, end, n) => Math.max(longest, end - (starts[n] ?? 0)), 0)
