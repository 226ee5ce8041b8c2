// How long this device takes from `play()` to the moment that its picture moves as if it had started then; kept for the next join.

const KEPT_UNDER = 'party-start-latency'
/** For a device that nothing is known of. */
const FIRST_GUESS_MS = 40
const MAX_MS = 600
/** Starts differ a little, and now and then one is held up: the middle of the last few is what to expect. */
const REMEMBERED = 9

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const half = (sorted.length - 1) / 2
  return ((sorted[Math.floor(half)] ?? 0) + (sorted[Math.ceil(half)] ?? 0)) / 2
}

function readKept(storage: Pick<Storage, 'getItem'>): number {
  const kept = Number(storage.getItem(KEPT_UNDER) ?? FIRST_GUESS_MS)
  return kept >= 0 && kept <= MAX_MS ? kept : FIRST_GUESS_MS
}

/** Until a start was measured, the figure that `storage` kept of this device's last party is what to expect. */
export function createStartLatency(storage: Pick<Storage, 'getItem' | 'setItem'>) {
  const expectedMs = readKept(storage)
  let tookMs: number[] = []
  const ms = (): number => (tookMs.length > 0 ? median(tookMs) : expectedMs)
  const add = (measuredMs: number): void => {
    tookMs = [...tookMs.slice(1 - REMEMBERED), Math.max(0, Math.min(MAX_MS, measuredMs))]
    storage.setItem(KEPT_UNDER, String(Math.round(ms())))
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
