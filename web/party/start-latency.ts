// How long this device takes from `play()` to the moment that its picture moves as if it had started then (pure).

const FIRST_GUESS_MS = 40
const MAX_MS = 600
/** Starts differ a little, and now and then one is held up: the middle of the last few is what to expect. */
const KEPT = 9

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const half = (sorted.length - 1) / 2
  return ((sorted[Math.floor(half)] ?? 0) + (sorted[Math.ceil(half)] ?? 0)) / 2
}

export function createStartLatency() {
  let tookMs: number[] = []
  const ms = (): number => (tookMs.length > 0 ? median(tookMs) : FIRST_GUESS_MS)
  const add = (measuredMs: number): void => {
    tookMs = [...tookMs.slice(1 - KEPT), Math.max(0, Math.min(MAX_MS, measuredMs))]
  }
  return {
    ms,
    /** What a rehearsal took. */
    set: add,
    /** A start for which `play()` was called `ms()` ahead was late by so much (negative: early). */
    learn: (lateMs: number): void => add(ms() + lateMs),
  }
}
export type StartLatency = ReturnType<typeof createStartLatency>
