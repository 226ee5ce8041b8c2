// The clock that parties share: wall time at the start, carried on by the monotonic clock so that it never jumps.
import { randomBytes } from 'node:crypto'
import { createClockEstimator, sampleOf } from '#shared/party/clock.ts'
import type { Clock } from '../platform/clock.ts'

export type ServerTime = {
  /** Milliseconds since 1970 with fractions; survives a restart as well as the machine's clock does. */
  nowMs: () => number
  /** Names this run: with another one, members measure the clock anew. */
  epoch: string
}

const BURST = 8
const EVERY_MS = 5000

export function createServerTime(clock: Clock): ServerTime {
  const base = clock.nowMs() - clock.monotonicMs()
  return { nowMs: () => base + clock.monotonicMs(), epoch: newEpoch() }
}

const newEpoch = (): string => randomBytes(6).toString('base64url')

/**
 * Several processes go by one clock, as members go by the server's: two machines' own clocks are some milliseconds
 * apart at best. While that clock cannot be asked, what was known of it carries on.
 */
export async function followTime(
  clock: Clock,
  askMs: () => Promise<number>,
  onError: (error: unknown) => void,
): Promise<ServerTime & Disposable> {
  const estimator = createClockEstimator()
  const sample = async (): Promise<void> => {
    const t0 = clock.monotonicMs()
    const theirs = await askMs()
    estimator.add(sampleOf(t0, theirs, theirs, clock.monotonicMs()))
  }
  for (let i = 0; i < BURST; i++) await sample()
  const timer = setInterval(() => void sample().catch(onError), EVERY_MS).unref()
  return {
    nowMs: () => estimator.serverMs(clock.monotonicMs()),
    epoch: newEpoch(),
    [Symbol.dispose]: () => clearInterval(timer),
  }
}
