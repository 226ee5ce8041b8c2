// What has to be known of H.264 to encode it (pure): levels, and which units of a picture a player needs.
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

const SUPPLEMENTAL = 6

/** The units of a picture, each behind its length, without notes about the encoder and its settings. */
export function withoutNotes(picture: Buffer): Buffer {
  const kept: Buffer[] = []
  for (let at = 0; at + 4 < picture.byteLength;) {
    const end = at + 4 + picture.readUInt32BE(at)
    if (((picture[at + 4] ?? 0) & 0x1f) !== SUPPLEMENTAL) kept.push(picture.subarray(at, end))
    at = end
  }
  return Buffer.concat(kept)
}
