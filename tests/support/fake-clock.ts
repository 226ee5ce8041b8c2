// A clock that stands still until told otherwise.
import type { Clock } from '../../server/platform/clock.ts'

export type FakeClock = Clock & { advance: (ms: number) => void }

export function createFakeClock(startMs = Date.UTC(2026, 0, 1)): FakeClock {
  let passedMs = 0
  return {
    nowMs: () => startMs + passedMs,
    monotonicMs: () => passedMs,
    advance: (ms) => {
      passedMs += ms
    },
  }
}
