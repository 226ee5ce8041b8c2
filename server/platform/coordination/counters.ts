// Tries counted in fixed windows, in this process's memory and bounded.

/** Past this many keys the oldest windows are forgotten: an attacker with many addresses must not fill the memory. */
const MAX_KEYS = 20_000

export function createCounters(nowMs: () => number) {
  const windows = new Map<string, { untilMs: number; count: number }>()
  return {
    count(key: string, windowMs: number): { count: number; leftMs: number } {
      const now = nowMs()
      let window = windows.get(key)
      if (!window || now >= window.untilMs) {
        windows.delete(key)
        window = { untilMs: now + windowMs, count: 0 }
        windows.set(key, window)
        const oldest = windows.size > MAX_KEYS ? windows.keys().next().value : undefined
        if (oldest !== undefined) windows.delete(oldest)
      }
      window.count++
      return { count: window.count, leftMs: window.untilMs - now }
    },
    uncount: (key: string): void => void windows.delete(key),
    clear: (): void => windows.clear(),
  }
}
