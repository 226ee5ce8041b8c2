// How long this device takes from `play()` to the moment that its picture moves as if it had started then (pure).

const FIRST_GUESS_MS = 40
const MAX_MS = 600
/** Starts differ a little: later ones are averaged in. */
const SHARE = 0.3

export function createStartLatency() {
  let ms = FIRST_GUESS_MS
  let isGuess = true
  return {
    ms: () => ms,
    /** What a rehearsal took. */
    set(measuredMs: number): void {
      ms = Math.max(0, Math.min(MAX_MS, measuredMs))
      isGuess = false
    },
    /** A start for which `play()` was called this long ahead was late by so much (negative: early). */
    learn(lateMs: number): void {
      ms = Math.max(0, Math.min(MAX_MS, ms + lateMs * (isGuess ? 1 : SHARE)))
      isGuess = false
    },
  }
}
export type StartLatency = ReturnType<typeof createStartLatency>
