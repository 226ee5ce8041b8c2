// How often something may be tried: a fixed window per key, in memory, bounded.
import { Problem } from './problem.ts'

export type RateLimit = { limit: number; windowMs: number }

/** Past this many keys the oldest windows are forgotten: an attacker with many addresses must not fill the memory. */
const MAX_KEYS = 10_000

export function createRateLimiter({ limit, windowMs }: RateLimit, nowMs: () => number) {
  const windows = new Map<string, { startedAtMs: number; count: number }>()
  return {
    /** Counts one try; throws `too-many-requests` when the key has used up its window. */
    take(key: string): void {
      const now = nowMs()
      let window = windows.get(key)
      if (!window || now - window.startedAtMs >= windowMs) {
        windows.delete(key)
        window = { startedAtMs: now, count: 0 }
        windows.set(key, window)
        const oldest = windows.size > MAX_KEYS ? windows.keys().next().value : undefined
        if (oldest !== undefined) windows.delete(oldest)
      }
      window.count++
      if (window.count > limit) {
        const retryAfterSeconds = Math.max(1, Math.ceil((window.startedAtMs + windowMs - now) / 1000))
        throw new Problem('too-many-requests', `Too many tries. Wait ${retryAfterSeconds} seconds.`, {
          retryAfterSeconds,
        })
      }
    },
    /** The key did well: its tries are forgotten. */
    forgive(key: string): void {
      windows.delete(key)
    },
  }
}
export type RateLimiter = ReturnType<typeof createRateLimiter>
