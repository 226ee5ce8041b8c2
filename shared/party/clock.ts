// The server's clock as a member estimates it from timed exchanges (pure; NTP's arithmetic, RFC 5905 §8).

export type ClockSample = {
  /** Round trip without the server's own time. */
  roundTripMs: number
  /** Server clock minus own clock, were both ways equally long. */
  offsetMs: number
  /** Own clock at the reply. */
  atMs: number
}

export type ClockEstimate = {
  offsetMs: number
  /** What all but the slowest exchange or two take at most: how long the way is to be counted on. */
  roundTripMs: number
  /** Half the best round trip: an asymmetric path cannot be told from an offset. */
  uncertaintyMs: number
}

const KEEP_SAMPLES = 64
/** Short enough that two clocks of ordinary quartz (within 50 ppm) part by less than 2 ms from its middle on. */
const KEEP_MS = 60_000
/** One segment in a hundred lost is usual, and a start whose word comes after a retransmission is to be in time. */
const USUAL_SHARE = 0.98
/** Browsers round their clock to this at worst. */
const RESOLUTION_MS = 1
/** Until so many samples are in, each is a better guess than the last and taken at once. */
export const FIRST_SAMPLES = 32
/** How fast the answer moves once it is in use: a millisecond in two seconds is not seen. */
const SLEW_MS_PER_MS = 0.5 / 1000
/** Past this the estimate was wrong rather than drifting (sleep, a server restarted): jump. */
const STEP_MS = 25

export const sampleOf = (t0: number, t1: number, t2: number, t3: number): ClockSample => ({
  roundTripMs: Math.max(0, t3 - t0 - (t2 - t1)),
  offsetMs: (t1 - t0 + (t2 - t3)) / 2,
  atMs: t3,
})

/**
 * The quickest way there and the quickest way back, whichever samples they are of: each way's delay is its shortest
 * plus waiting, and it is seldom that one exchange waits in neither. With n samples the error of this falls with n;
 * that of the one sample with the shortest round trip falls with the root of n.
 */
export function estimate(samples: readonly ClockSample[]): ClockEstimate {
  const there = Math.min(...samples.map((s) => s.roundTripMs / 2 + s.offsetMs))
  const back = Math.min(...samples.map((s) => s.roundTripMs / 2 - s.offsetMs))
  const sorted = samples.map((s) => s.roundTripMs).toSorted((a, b) => a - b)
  return {
    offsetMs: (there - back) / 2,
    roundTripMs: sorted[Math.floor((sorted.length - 1) * USUAL_SHARE)] ?? 0,
    uncertaintyMs: (there + back) / 2,
  }
}

/** Keeps samples and answers "what time is it at the server", without jumps once it is in use. */
export function createClockEstimator() {
  let samples: ClockSample[] = []
  let current: ClockEstimate | null = null
  let shown: { offsetMs: number; atMs: number } | null = null
  let count = 0

  /** Moves the offset in use toward the wanted one by at most the slew. */
  const offsetAt = (nowMs: number): number => {
    if (current === null) return 0
    const target = current.offsetMs
    if (shown === null || Math.abs(target - shown.offsetMs) > STEP_MS) {
      shown = { offsetMs: target, atMs: nowMs }
      return target
    }
    const most = Math.max(0, nowMs - shown.atMs) * SLEW_MS_PER_MS
    const offsetMs = shown.offsetMs + Math.max(-most, Math.min(most, target - shown.offsetMs))
    shown = { offsetMs, atMs: Math.max(nowMs, shown.atMs) }
    return offsetMs
  }

  return {
    add(sample: ClockSample): void {
      const isFirst = ++count <= FIRST_SAMPLES
      samples = [...samples, sample].filter((s) => sample.atMs - s.atMs <= KEEP_MS).slice(-KEEP_SAMPLES)
      current = estimate(samples)
      // There and back in less than no time: the older ones are of clocks that have moved apart since, or jumped.
      while (samples.length > 1 && current.uncertaintyMs < -RESOLUTION_MS) {
        samples = samples.slice(1)
        current = estimate(samples)
      }
      if (isFirst) shown = null
    },
    /** After sleep or with another server process: what was known is worth nothing. */
    reset(): void {
      samples = []
      count = 0
      current = null
      shown = null
    },
    isKnown: () => current !== null,
    serverMs: (nowMs: number): number => nowMs + offsetAt(nowMs),
    estimate: () => current,
  }
}
export type ClockEstimator = ReturnType<typeof createClockEstimator>
