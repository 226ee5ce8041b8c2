// H.264 levels and codec strings of what we encode (pure).
import type { Rational } from '#shared/media.ts'

/** ITU-T H.264 table A-1: level × 10, macroblocks a second, macroblocks a frame, kbit/s in the Main profile. */
const LEVELS = [
  [30, 40_500, 1620, 10_000],
  [31, 108_000, 3600, 14_000],
  [32, 216_000, 5120, 20_000],
  [40, 245_760, 8192, 20_000],
  [42, 522_240, 8704, 50_000],
  [50, 589_824, 22_080, 135_000],
  [51, 983_040, 36_864, 240_000],
  [52, 2_073_600, 36_864, 240_000],
  [60, 4_177_920, 139_264, 240_000],
] as const

/** The High profile may carry a quarter more. */
const HIGH_RATE = 1.25

/** The lowest level, times ten, that holds such a picture; never below 3.0, which everything plays. */
export function h264Level(width: number, height: number, { num, den }: Rational, maxBps: number): number {
  const blocks = Math.ceil(width / 16) * Math.ceil(height / 16)
  // A level also bounds each side: the square root of eight times its frame size.
  const side = Math.max(Math.ceil(width / 16), Math.ceil(height / 16))
  const found = LEVELS.find(
    ([, rate, frame, kbps]) =>
      (blocks * num) / den <= rate &&
      blocks <= frame &&
      side <= Math.sqrt(frame * 8) &&
      maxBps <= kbps * 1000 * HIGH_RATE,
  )
  return (found ?? LEVELS[LEVELS.length - 1] ?? [60])[0]
}
