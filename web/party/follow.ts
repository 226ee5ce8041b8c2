// Drift to action (pure): nothing, nudge the rate, or one seek. The rules are PF1–PF3 of shared/party/SPEC.md.

export type FollowInput = {
  /** Any clock that only goes forward. */
  nowMs: number
  /** Target minus shown position in real milliseconds: positive when this member is behind. */
  errorMs: number
  baseRate: number
  /** A seek runs or data is missing: nothing can be learnt now. */
  isBusy: boolean
}

export type FollowAction =
  | { kind: 'rate'; rate: number; preservesPitch: boolean }
  | { kind: 'seek'; aheadMs: number }
  | { kind: 'none' }

const SEEK_BEYOND_MS = 800
/** Coarse above, fine below; apart from each other so that noise does not flap between the two. */
const COARSE_ABOVE_MS = 30
const FINE_BELOW_MS = 18
const FINE = 0.01
const COARSE = 0.06
const DEAD_BAND_MS = 4
/** Leaves the dead band only beyond this. */
const WAKE_MS = 7
/** The error is to vanish with this time constant. */
const TAU_MS = 1500
const INTEGRAL_PER_MS2 = 1 / 15_000 ** 2
/** A media element's own clock is off by less than this. */
const MAX_INTEGRAL = 0.002
/** Decoders start unevenly: what is measured just after a seek or start is not the drift. */
const SETTLE_MS = 300
/** A seek that did not help is not repeated at once. */
const SEEK_AGAIN_MS = 1500
const FIRST_SEEK_COST_MS = 150
const MAX_SEEK_COST_MS = 3000
const MEDIAN_OF = 5

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

export function createFollower() {
  let recent: number[] = []
  let integral = 0
  let coarse = false
  let resting = true
  let lastMs: number | null = null
  let settleUntilMs = -Infinity
  let soughtAtMs = -Infinity
  let seekCostMs = FIRST_SEEK_COST_MS
  let aimed: { aheadMs: number } | null = null

  const settle = (nowMs: number): void => {
    recent = []
    lastMs = null
    settleUntilMs = nowMs + SETTLE_MS
  }

  return {
    /** Playback started, stopped or changed: measure anew. What was learnt of this device's clock stays. */
    settle,
    seekCostMs: () => seekCostMs,

    step({ nowMs, errorMs, baseRate, isBusy }: FollowInput): FollowAction {
      if (isBusy) {
        settle(nowMs)
        return { kind: 'none' }
      }
      if (nowMs < settleUntilMs) return { kind: 'none' }
      recent = [...recent, errorMs].slice(-MEDIAN_OF)
      if (recent.length < 3) return { kind: 'none' }
      const error = median(recent)
      if (aimed) {
        // Behind after the seek: it cost more than was aimed for.
        seekCostMs = Math.min(MAX_SEEK_COST_MS, Math.max(0, seekCostMs + 0.5 * error))
        aimed = null
      }
      if (Math.abs(error) > SEEK_BEYOND_MS) {
        if (nowMs - soughtAtMs < SEEK_AGAIN_MS) return { kind: 'none' }
        soughtAtMs = nowMs
        aimed = { aheadMs: seekCostMs }
        settle(nowMs)
        return { kind: 'seek', aheadMs: seekCostMs }
      }
      coarse = coarse ? Math.abs(error) > FINE_BELOW_MS : Math.abs(error) > COARSE_ABOVE_MS
      resting = Math.abs(error) < (resting ? WAKE_MS : DEAD_BAND_MS)
      const limit = coarse ? COARSE : FINE
      const wanted = (resting ? 0 : error / TAU_MS) + integral
      const nudge = Math.max(-limit, Math.min(limit, wanted))
      // Anti-windup: at the limit, or in the coarse band, the error says nothing about the device's clock.
      if (!coarse && nudge === wanted && lastMs !== null)
        integral = Math.max(
          -MAX_INTEGRAL,
          Math.min(MAX_INTEGRAL, integral + error * Math.min(500, nowMs - lastMs) * INTEGRAL_PER_MS2),
        )
      lastMs = nowMs
      return {
        kind: 'rate',
        rate: baseRate * (1 + nudge),
        preservesPitch: Math.abs(nudge) > FINE + 1e-9 || baseRate !== 1,
      }
    },
  }
}
export type Follower = ReturnType<typeof createFollower>
