// The clock that parties share: wall time at the start, carried on by the monotonic clock so that it never jumps.
import { randomBytes } from 'node:crypto'
import type { Clock } from '../platform/clock.ts'

export type ServerTime = {
  /** Milliseconds since 1970 with fractions; survives a restart as well as the machine's clock does. */
  nowMs: () => number
  /** Names this run: with another one, members measure the clock anew. */
  epoch: string
}

export function createServerTime(clock: Clock): ServerTime {
  const base = clock.nowMs() - clock.monotonicMs()
  return { nowMs: () => base + clock.monotonicMs(), epoch: randomBytes(6).toString('base64url') }
}
