// Small tools for asynchronous work: a limiter, retry with back-off, single flight, deferred.
import { Problem } from './problem.ts'

/** So many wait at most, unless said otherwise: each holds a request open. */
const MOST_WAITING = 1000
const RETRY_SECONDS = 5

/**
 * Runs at most `limit` tasks at once; the others wait in order, and those beyond `mostWaiting` are refused with the
 * problem `too-many-requests`.
 */
export function createLimiter(limit: number, mostWaiting = MOST_WAITING) {
  let active = 0
  const waiting: (() => void)[] = []
  return async <T>(task: () => Promise<T>): Promise<T> => {
    if (active >= limit && waiting.length >= mostWaiting)
      throw new Problem('too-many-requests', undefined, { retryAfterSeconds: RETRY_SECONDS })
    if (active >= limit) await new Promise<void>((go) => waiting.push(go))
    else active++
    try {
      return await task()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else active--
    }
  }
}
export type Limiter = ReturnType<typeof createLimiter>

/** For one at a time, in the order of their asking. Whoever has taken it frees it. */
export function createLock() {
  let isTaken = false
  const waiting: (() => void)[] = []
  return {
    async take(): Promise<void> {
      if (isTaken) await new Promise<void>((go) => waiting.push(go))
      isTaken = true
    },
    free(): void {
      const next = waiting.shift()
      if (next) next()
      else isTaken = false
    },
  }
}

/** Callers with the same key while one is running share its result. */
export function createSingleFlight<T>() {
  const running = new Map<string, Promise<T>>()
  return (key: string, task: () => Promise<T>): Promise<T> => {
    const existing = running.get(key)
    if (existing) return existing
    const started = task().finally(() => running.delete(key))
    running.set(key, started)
    return started
  }
}

/** Resolves after `ms`, or rejects with the signal's reason. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    const onAbort = () => {
      clearTimeout(timer)
      reject(signal?.reason)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort)
      resolve()
    }, ms)
    signal?.addEventListener('abort', onAbort, { once: true })
  })
}

/** Exponential back-off with full jitter (aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter). */
export const backoffMs = (
  attempt: number,
  baseMs: number,
  capMs: number,
  random: number = Math.random(),
): number => Math.round(Math.min(capMs, baseMs * 2 ** (attempt - 1)) * (0.5 + random / 2))

/** Sockets, timers and players of other people wait no longer than this and one step. */
const LONGEST_TURN_MS = 6
/** What nobody waits for takes smaller bites. */
const LONGEST_BACKGROUND_TURN_MS = 2

/** For work in steps: resolves at once while the turn of the event loop is young, else in the next turn. */
export function createTurns() {
  let startedAt: number | null = null
  const mark = () => {
    startedAt = performance.now()
    // The first thing of the next turn; an idle process is not kept alive for it.
    setImmediate(() => (startedAt = null)).unref()
  }
  return async (isBackground = false): Promise<void> => {
    if (startedAt === null) return mark()
    const longestMs = isBackground ? LONGEST_BACKGROUND_TURN_MS : LONGEST_TURN_MS
    if (performance.now() - startedAt < longestMs) return
    await new Promise<void>((go) => setImmediate(go))
    if (startedAt === null) mark()
  }
}
export type Turns = ReturnType<typeof createTurns>
