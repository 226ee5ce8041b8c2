// Keyframes to the segment table of a file (pure): the same input gives the same table for every rendition.
import type { Rational } from '#shared/media.ts'
import type { BoundaryTable } from './media-engine.ts'

const SHORTEST_SECONDS = 1.5
const LONGEST_SECONDS = 4
const PIECE_SECONDS = 3
const GRID_SECONDS = 2
// A little less than two, so that keyframes two rounded seconds apart are not joined.
const COPY_SHORTEST_SECONDS = 1.99
const FASTEST_FPS = 60.5
const NTSC = [24, 30, 48, 60, 120]
export const AUDIO_FRAME_SAMPLES = 1024

/** The grid's rate: NTSC rates exact, more than 60 halved, unknown or absurd rates 25. */
export function gridRate(rate: Rational | null): Rational {
  let fps = rate && rate.den > 0 ? rate.num / rate.den : 0
  if (!(fps >= 1 && fps <= 1000)) return { num: 25, den: 1 }
  while (fps > FASTEST_FPS) fps /= 2
  const ntsc = NTSC.find((whole) => Math.abs(fps - (whole * 1000) / 1001) < 0.004)
  if (ntsc) return { num: ntsc * 1000, den: 1001 }
  const whole = Math.round(fps)
  return Math.abs(fps - whole) < 0.01 ? { num: whole, den: 1 } : { num: Math.round(fps * 1000), den: 1000 }
}

/** The first grid slot that shows a picture of this time: the slot at most half a frame before it. */
export function slotAt(seconds: number, { num, den }: Rational): number {
  // The small share makes rounding errors of a tie fall on the same side everywhere.
  return Math.max(0, Math.ceil((seconds * num) / den - 0.5 - 1e-3))
}

/** Segments begin at keyframes where these lie well, and at even soft boundaries between distant ones. */
export function boundaryTable(
  keyframes: readonly number[] | null,
  durationSeconds: number,
  frameRate: Rational,
): BoundaryTable {
  const { num, den } = frameRate
  const frames = (seconds: number) => (seconds * num) / den
  const end = Math.max(1, Math.ceil(frames(durationSeconds) - 1e-3))
  if (!keyframes || keyframes.length === 0) {
    const step = Math.max(1, Math.round(frames(GRID_SECONDS)))
    return { frameRate, frames: [...Array.from({ length: Math.ceil(end / step) }, (_, k) => k * step), end] }
  }
  const hard = keyframes.map((time) => slotAt(time, frameRate)).filter((slot) => slot > 0 && slot < end)
  const table = [0]
  let last = 0
  for (const slot of [...hard, end]) {
    const gap = slot - last
    if (slot !== end && gap < frames(SHORTEST_SECONDS)) continue
    const pieces = gap > frames(LONGEST_SECONDS) ? Math.ceil(gap / frames(PIECE_SECONDS)) : 1
    for (let piece = 1; piece < pieces; piece++) table.push(last + Math.round((gap * piece) / pieces))
    table.push(slot)
    last = slot
  }
  return { frameRate, frames: table }
}

/** Starts of a copied rendition's segments, and the end: keyframes only, at least about two seconds apart. */
export function copyStarts(keyframes: readonly number[], durationSeconds: number): number[] {
  const starts: number[] = []
  for (const time of keyframes) {
    const last = starts.at(-1)
    if (time < durationSeconds && (last === undefined || time - last >= COPY_SHORTEST_SECONDS))
      starts.push(time)
  }
  return [...(starts.length > 0 ? starts : [0]), durationSeconds]
}

/** First sample of each audio segment: the first whole audio frame that begins at or after the boundary. */
export function audioStarts({ frameRate, frames }: BoundaryTable, sampleRateHz: number): number[] {
  return frames.map((frame) => {
    // Whole numbers throughout, so that no rounding moves a segment by a frame.
    const samples = BigInt(frame) * BigInt(frameRate.den) * BigInt(sampleRateHz)
    const perFrame = BigInt(frameRate.num) * BigInt(AUDIO_FRAME_SAMPLES)
    return Number((samples + perFrame - 1n) / perFrame) * AUDIO_FRAME_SAMPLES
  })
}
