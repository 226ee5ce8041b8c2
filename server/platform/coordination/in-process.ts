// Coordination in this process's memory: right as long as there is one process.
import type { Log } from '../log.ts'
import type { Coordination } from './coordination.ts'
import { createCounters } from './counters.ts'

type Until<T> = T & { untilMs: number }

export type InProcessCoordinationDeps = {
  /** Any clock that does not jump. */
  nowMs: () => number
  log: Log
}

export function createInProcessCoordination({ nowMs, log }: InProcessCoordinationDeps): Coordination {
  const listeners = new Map<string, Set<(message: string) => void>>()
  const leases = new Map<string, Until<{ holder: string }>>()
  const documents = new Map<string, Until<{ value: string; version: number }>>()
  const counters = createCounters(nowMs)
  let sweepAtMs = 0

  /** Expired entries are as good as gone; they are let go of once a minute so that nothing piles up. */
  function sweep(): void {
    const now = nowMs()
    if (now < sweepAtMs) return
    sweepAtMs = now + 60_000
    for (const map of [leases, documents])
      for (const [key, { untilMs }] of map) if (untilMs <= now) map.delete(key)
  }

  const alive = <T>(map: Map<string, Until<T>>, key: string): T | null => {
    const entry = map.get(key)
    return entry && entry.untilMs > nowMs() ? entry : null
  }

  return {
    async signal(channel, message) {
      for (const listener of listeners.get(channel) ?? [])
        // A listener may itself signal: what it sends comes after what is being sent.
        queueMicrotask(() => {
          if (!listeners.get(channel)?.has(listener)) return
          try {
            listener(message)
          } catch (error) {
            log.error({ err: error, channel }, 'a signal listener failed')
          }
        })
      return listeners.has(channel) ? 1 : 0
    },

    async onSignal(channel, listener) {
      // Wrapped, so that the same function listening twice is two listeners.
      const own = (message: string): void => listener(message)
      const all = listeners.get(channel) ?? new Set()
      listeners.set(channel, all.add(own))
      return {
        async [Symbol.asyncDispose]() {
          all.delete(own)
          if (all.size === 0 && listeners.get(channel) === all) listeners.delete(channel)
        },
      }
    },

    async acquire(lease, holder, ttlMs) {
      sweep()
      const held = alive(leases, lease)
      if (held && held.holder !== holder) return false
      leases.set(lease, { holder, untilMs: nowMs() + ttlMs })
      return true
    },

    async holder(lease) {
      return alive(leases, lease)?.holder ?? null
    },

    async release(lease, holder) {
      if (leases.get(lease)?.holder === holder) leases.delete(lease)
    },

    async read(key) {
      const found = alive(documents, key)
      return found && { value: found.value, version: found.version }
    },

    async write(key, value, expected, ttlMs) {
      sweep()
      if ((alive(documents, key)?.version ?? 0) !== expected) return false
      documents.set(key, { value, version: expected + 1, untilMs: nowMs() + ttlMs })
      return true
    },

    async remove(key) {
      documents.delete(key)
    },

    async count(key, windowMs) {
      return counters.count(key, windowMs)
    },

    async uncount(key) {
      counters.uncount(key)
    },

    async timeMs() {
      return performance.timeOrigin + performance.now()
    },

    async ping() {},

    async [Symbol.asyncDispose]() {
      listeners.clear()
      leases.clear()
      documents.clear()
      counters.clear()
    },
  }
}
