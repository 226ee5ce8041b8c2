// The server's clock as a member estimates it from timed exchanges (pure; NTP's arithmetic, RFC 5905 §8).

export type ClockSample = {
  /** Round trip without the server's own time. */
  roundTripMs: number
  /** Server clock minus own clock. */
  offsetMs: number
  /** Own clock at the reply. */
  atMs: number
}

export type ClockEstimate = {
  offsetMs: number
  /** Server milliseconds gained per own millisecond. */
  skew: number
  /** Own time at which `offsetMs` holds. */
  atMs: number
  roundTripMs: number
  /** Half the best round trip: an asymmetric path cannot be told from an offset. */
  uncertaintyMs: number
}

const KEEP_SAMPLES = 64
const KEEP_MS = 150_000
/** Below this span a slope is noise. */
const SKEW_AFTER_MS = 60_000
/** Quartz is within 100 ppm; more is measurement. */
const MAX_SKEW = 200e-6
/** How fast the answer moves once it is in use: a millisecond in two seconds is not seen. */
const SLEW_MS_PER_MS = 0.5 / 1000
/** Past this the estimate was wrong rather than drifting (sleep, a server restarted): jump. */
const STEP_MS = 25

export const sampleOf = (t0: number, t1: number, t2: number, t3: number): ClockSample => ({
  roundTripMs: Math.max(0, t3 - t0 - (t2 - t1)),
  offsetMs: (t1 - t0 + (t2 - t3)) / 2,
  atMs: t3,
})

/** Fits the samples near the lowest round trip: a queued packet is late by more than the truth is off. */
export function estimate(samples: readonly ClockSample[]): ClockEstimate | null {
  if (samples.length === 0) return null
  const best = Math.min(...samples.map((s) => s.roundTripMs))
  const good = samples.filter((s) => s.roundTripMs <= best + Math.max(0.5, best * 0.1))
  const atMs = Math.max(...samples.map((s) => s.atMs))
  const meanAt = good.reduce((sum, s) => sum + s.atMs, 0) / good.length
  const meanOffset = good.reduce((sum, s) => sum + s.offsetMs, 0) / good.length
  const spanMs = Math.max(...good.map((s) => s.atMs)) - Math.min(...good.map((s) => s.atMs))
  let skew = 0
  if (good.length >= 4 && spanMs >= SKEW_AFTER_MS) {
    const square = good.reduce((sum, s) => sum + (s.atMs - meanAt) ** 2, 0)
    const cross = good.reduce((sum, s) => sum + (s.atMs - meanAt) * (s.offsetMs - meanOffset), 0)
    skew = Math.max(-MAX_SKEW, Math.min(MAX_SKEW, cross / square))
  }
  return {
    offsetMs: meanOffset + skew * (atMs - meanAt),
    skew,
    atMs,
    roundTripMs: best,
    uncertaintyMs: best / 2,
  }
}

/** Keeps samples and answers "what time is it at the server", without jumps once it is in use. */
export function createClockEstimator() {
  let samples: ClockSample[] = []
  let current: ClockEstimate | null = null
  let shown: { offsetMs: number; atMs: number } | null = null
  let steps = 0

  const wanted = (nowMs: number): number =>
    current === null ? 0 : current.offsetMs + current.skew * (nowMs - current.atMs)

  /** Moves the offset in use toward the wanted one by at most the slew. */
  const offsetAt = (nowMs: number): number => {
    const target = wanted(nowMs)
    if (shown === null || Math.abs(target - shown.offsetMs) > STEP_MS) {
      if (current !== null) {
        shown = { offsetMs: target, atMs: nowMs }
        steps++
      }
      return target
    }
    const most = Math.max(0, nowMs - shown.atMs) * (SLEW_MS_PER_MS + MAX_SKEW)
    const offsetMs = shown.offsetMs + Math.max(-most, Math.min(most, target - shown.offsetMs))
    shown = { offsetMs, atMs: Math.max(nowMs, shown.atMs) }
    return offsetMs
  }

  return {
    add(sample: ClockSample): void {
      const isBurst = samples.length < 8
      samples = [...samples, sample].filter((s) => sample.atMs - s.atMs <= KEEP_MS).slice(-KEEP_SAMPLES)
      current = estimate(samples)
      // While the first burst lasts the best guess is taken at once.
      if (isBurst) shown = null
    },
    /** After sleep or with another server process: what was known is worth nothing. */
    reset(): void {
      samples = []
      current = null
      shown = null
    },
    isKnown: () => current !== null,
    serverMs: (nowMs: number): number => nowMs + offsetAt(nowMs),
    estimate: () => current,
    sampleCount: () => samples.length,
    stepCount: () => steps,
  }
}
export type ClockEstimator = ReturnType<typeof createClockEstimator>
