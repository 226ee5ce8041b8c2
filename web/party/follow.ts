// Drift to action (pure): nothing, nudge the rate, or one seek. The rules are PF1–PF3 of shared/party/SPEC.md.

export type FollowInput = {
  /** Any clock that only goes forward. */
  nowMs: number
  /** Target minus shown position in real milliseconds: positive when this member is behind. Null: not measured. */
  errorMs: number | null
  baseRate: number
}

export type FollowAction =
  | { kind: 'rate'; rate: number; preservesPitch: boolean }
  | { kind: 'seek'; aheadMs: number }
  /** To rest at a frame that the room reaches in `aheadMs`, and to start from it then. */
  | { kind: 'stand'; aheadMs: number }
  | { kind: 'none' }

const SEEK_BEYOND_MS = 800
/** Coarse above, fine below; apart from each other so that noise does not flap between the two. */
const COARSE_ABOVE_MS = 30
const FINE_BELOW_MS = 12
const FINE = 0.01
const COARSE = 0.06
/**
 * Chromium shows frames in a fixed pattern of refreshes while the rate is within 0.25 % of the natural one, and lets
 * the picture stray by 15 ms before it skips (media/filters/video_renderer_algorithm.cc): a smaller nudge is not seen
 * until it is too much. So a nudge is at least this, ends when the error has gone, and the rate then rests at exactly 1.
 */
const LEAST = 0.005
const WAKE_MS = 6
const DONE_MS = 1.5
/** The error is to vanish with this time constant; slower where steps are far apart, as in a background tab. */
const TAU_MS = 600
/** A seek that did not help is not repeated at once. */
const SEEK_AGAIN_MS = 1500
const FIRST_SEEK_COST_MS = 150
const MAX_SEEK_COST_MS = 3000
/** A little more than the seek took that missed; a start ahead waits for its time, a seek too far ahead would be another miss. */
const STAND_MARGIN = 1.25

export function createFollower() {
  let coarse = false
  let direction = 0
  let soughtAtMs = -Infinity
  let seekCostMs = FIRST_SEEK_COST_MS
  let hasAimed = false
  /** What the last seek took, where it left this member as far behind as before; null: it helped. */
  let missedMs: number | null = null
  let lastMs = Infinity

  return {
    step({ nowMs, errorMs, baseRate }: FollowInput): FollowAction {
      if (errorMs === null) return { kind: 'none' }
      if (hasAimed) {
        missedMs = errorMs > SEEK_BEYOND_MS ? seekCostMs + errorMs : null
        // Behind after the seek: it cost more than was aimed for.
        seekCostMs = Math.min(MAX_SEEK_COST_MS, Math.max(0, seekCostMs + 0.5 * errorMs))
        hasAimed = false
      }
      const tauMs = Math.max(TAU_MS, 2 * (nowMs - lastMs))
      lastMs = nowMs
      const size = Math.abs(errorMs)
      if (size > SEEK_BEYOND_MS) {
        if (nowMs - soughtAtMs < SEEK_AGAIN_MS) return { kind: 'none' }
        soughtAtMs = nowMs
        direction = 0
        if (missedMs !== null) {
          const aheadMs = missedMs * STAND_MARGIN
          missedMs = null
          return { kind: 'stand', aheadMs }
        }
        hasAimed = true
        return { kind: 'seek', aheadMs: seekCostMs }
      }
      missedMs = null
      coarse = size > (coarse ? FINE_BELOW_MS : COARSE_ABOVE_MS)
      const sign = Math.sign(errorMs)
      if (direction !== 0 && (size < DONE_MS || sign !== direction)) direction = 0
      if (direction === 0 && size > WAKE_MS) direction = sign
      const nudge = direction * Math.min(coarse ? COARSE : FINE, Math.max(LEAST, size / tauMs))
      return {
        kind: 'rate',
        rate: baseRate * (1 + nudge),
        preservesPitch: Math.abs(nudge) > FINE || baseRate !== 1,
      }
    },
  }
}
export type Follower = ReturnType<typeof createFollower>
