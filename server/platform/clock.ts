// `Clock`: wall and monotonic milliseconds, so that tests can pass a fake.

export type Clock = {
  /** Milliseconds since 1970; may jump when the machine's clock is set. */
  nowMs: () => number
  /** Milliseconds that only ever go forward; the zero point means nothing. */
  monotonicMs: () => number
}

export const systemClock: Clock = { nowMs: Date.now, monotonicMs: () => performance.now() }
