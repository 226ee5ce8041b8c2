// From noted frames to errors (pure): where each member's picture was at an instant, and how far apart two were.
import type { FrameNote } from '../../tests/support/party-pages.ts'

export const percentile = (values: readonly number[], p: number): number => {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * p) / 100))] ?? Number.NaN
}

/** Frames further apart than this are not one playback: nothing is said in between. */
const GAP_MS = 300

/** The film's position at an instant, between the two frames around it; null where no picture moved. */
export function positionOf(frames: readonly FrameNote[], atMs: number): number | null {
  const after = frames.findIndex((f) => f.atMs > atMs)
  const [a, b] = [frames[after - 1], frames[after]]
  if (!a || !b || b.atMs - a.atMs > GAP_MS || b.mediaSeconds <= a.mediaSeconds) return null
  if (b.mediaSeconds - a.mediaSeconds > GAP_MS / 1000) return null
  return a.mediaSeconds + ((atMs - a.atMs) / (b.atMs - a.atMs)) * (b.mediaSeconds - a.mediaSeconds)
}

/** |difference| of every pair at each instant of a window, in milliseconds. */
export function pairErrors(
  members: readonly (readonly FrameNote[])[],
  fromMs: number,
  toMs: number,
  everyMs = 100,
): number[] {
  const errors: number[] = []
  for (let at = fromMs; at < toMs; at += everyMs) {
    const positions = members.map((frames) => positionOf(frames, at))
    for (const [i, a] of positions.entries())
      for (const b of positions.slice(i + 1))
        if (a !== null && b !== null) errors.push(Math.abs(a - b) * 1000)
  }
  return errors
}

/** Each member's signed distance behind a timeline at each instant of a window, in milliseconds. */
export function ownErrors(
  frames: readonly FrameNote[],
  targetSeconds: (atMs: number) => number,
  fromMs: number,
  toMs: number,
): number[] {
  const errors: number[] = []
  for (let at = fromMs; at < toMs; at += 100) {
    const position = positionOf(frames, at)
    if (position !== null) errors.push((targetSeconds(at) - position) * 1000)
  }
  return errors
}

/** How long after `fromMs` every pair came within the bound and stayed there for a second. */
export function convergedAfterMs(
  members: readonly (readonly FrameNote[])[],
  fromMs: number,
  toMs: number,
  withinMs: number,
): number {
  let since: number | null = null
  for (let at = fromMs; at < toMs; at += 50) {
    const positions = members.map((frames) => positionOf(frames, at))
    const known = positions.filter((p) => p !== null)
    const isTogether =
      known.length === members.length && (Math.max(...known) - Math.min(...known)) * 1000 <= withinMs
    since = isTogether ? (since ?? at) : null
    if (since !== null && at - since >= 1000) return since - fromMs
  }
  return Number.NaN
}

/** When the picture came to rest: since when the last frame of all is shown, however often it was shown again. */
export function restedAtMs(frames: readonly FrameNote[], framesPerSecond: number): number | null {
  // Firefox names a frame that was sought to by the time that was asked for; containers round to a millisecond.
  const numberOf = (f: FrameNote): number => Math.floor((f.mediaSeconds + 0.0006) * framesPerSecond)
  const last = frames.at(-1)
  if (!last) return null
  const before = frames.findLastIndex((f) => numberOf(f) !== numberOf(last))
  return frames[before + 1]?.atMs ?? null
}

/** One frame says it only to a refresh of the screen (24 frames a second on 60 refreshes: 17 ms). */
const FIRST_FRAMES = 5

/** When the picture began to move from `restSeconds`: extrapolated back from its first frames, on the average. */
export function startedAtMs(
  frames: readonly FrameNote[],
  restSeconds: number,
  fromMs: number,
): number | null {
  const first = frames
    .filter((f) => f.atMs > fromMs && f.mediaSeconds > restSeconds + 0.06)
    // Firefox names the last frame it has decoded as the first one it shows, ten ahead of the one that follows.
    .filter((f, i, all) => f.mediaSeconds < (all[i + 1]?.mediaSeconds ?? Infinity))
    .slice(0, FIRST_FRAMES)
  if (first.length === 0) return null
  const starts = first.map((f) => f.atMs - (f.mediaSeconds - restSeconds) * 1000)
  return starts.reduce((sum, ms) => sum + ms, 0) / starts.length
}
