// Samples the server's clock over the party's connection: a burst at the start and after sleep, then less and less.
import { type ClockEstimate, FIRST_SAMPLES, createClockEstimator, sampleOf } from '#shared/party/clock.ts'
import type { ClockReply } from '#shared/party/protocol.ts'

/** Enough to start from, at once; the rest of the first samples before a start has been forgotten. */
const BURST = 8
const BURST_GAP_MS = 40
const FIRST_GAP_MS = 150
const EVERY_MS = 2000
/** A timer that comes this late was asleep, and so was its clock perhaps. */
const SLEPT_MS = 10_000

export type ServerClockDeps = {
  /** One exchange; null when it got lost. */
  exchange: (t0: number) => Promise<ClockReply | null>
  /** Own milliseconds that only go forward. */
  nowMs: () => number
  random?: () => number
}

export function createServerClock({ exchange, nowMs, random = Math.random }: ServerClockDeps) {
  const estimator = createClockEstimator()
  let epoch: string | null = null
  let taken = 0
  let left = 0
  let timer: ReturnType<typeof setTimeout> | null = null
  let lastMs = nowMs()
  let stopped = true

  const gapMs = (): number =>
    left > 0 ? BURST_GAP_MS : taken < FIRST_SAMPLES ? FIRST_GAP_MS : EVERY_MS * (0.75 + random() / 2)

  function forget(): void {
    estimator.reset()
    taken = 0
    left = BURST
  }

  function next(afterMs: number): void {
    if (timer !== null) clearTimeout(timer)
    timer = stopped ? null : setTimeout(() => void sample(), afterMs)
  }

  async function sample(): Promise<void> {
    const t0 = nowMs()
    if (t0 - lastMs > SLEPT_MS) forget()
    lastMs = t0
    if (left > 0) left--
    taken++
    next(gapMs())
    const reply = await exchange(t0)
    if (!reply) return
    const t3 = nowMs()
    if (epoch !== null && epoch !== reply.epoch) {
      forget()
      next(BURST_GAP_MS)
    }
    epoch = reply.epoch
    estimator.add(sampleOf(t0, reply.t1, reply.t2, t3))
  }

  return {
    /** Begins, or begins anew after a lost connection or a tab that was in the background. */
    start(): void {
      stopped = false
      left = BURST
      next(0)
    },
    stop(): void {
      stopped = true
      if (timer !== null) clearTimeout(timer)
    },
    isKnown: estimator.isKnown,
    serverMs: (atMs: number = nowMs()): number => estimator.serverMs(atMs),
    estimate: (): ClockEstimate | null => estimator.estimate(),
  }
}
export type ServerClock = ReturnType<typeof createServerClock>
