// Background work gives way to people: before each step it waits, a moment at most, while requests are being answered.
import { sleep } from './async.ts'
import { currentScope } from './scope.ts'

/** A request that is open for longer waits for something else than this thread: an encoder, another machine. */
const FRESH_MS = 50
/** Requests come in bursts: so soon after one the next may be on its way. */
const CALM_MS = 10
/** However many requests there are, a step comes about as often as this. */
const LONGEST_WAIT_MS = 50

/** Times of requests in milliseconds; -Infinity where there is none. */
export type Requests = { youngestOpenedAtMs: number; lastAnsweredAtMs: number }

/** How long a step waits at most from now on, in milliseconds; 0: it may go. */
export function waitMs(requests: Requests, waitingSinceMs: number, nowMs: number): number {
  const calmAtMs = Math.max(requests.youngestOpenedAtMs + FRESH_MS, requests.lastAnsweredAtMs + CALM_MS)
  return Math.max(0, Math.min(calmAtMs, waitingSinceMs + LONGEST_WAIT_MS) - nowMs)
}

/** Whether the code works for a job, and so for nobody who waits for it now. */
export const isBackground = (): boolean => currentScope().jobId !== undefined

export type GiveWay = {
  /** Somebody waits for an answer from now on, until the result is called. */
  opened: () => () => void
  /** For background work, before each step. */
  wait: () => Promise<void>
}

export function createGiveWay(monotonicMs: () => number): GiveWay {
  /** When each open request came. */
  const open = new Map<symbol, number>()
  let lastAnsweredAtMs = -Infinity
  return {
    opened() {
      const request = Symbol()
      open.set(request, monotonicMs())
      return () => {
        open.delete(request)
        lastAnsweredAtMs = monotonicMs()
      }
    },
    async wait() {
      const sinceMs = monotonicMs()
      for (;;) {
        const youngestOpenedAtMs = Math.max(-Infinity, ...open.values())
        const ms = waitMs({ youngestOpenedAtMs, lastAnsweredAtMs }, sinceMs, monotonicMs())
        if (ms === 0) return
        // An answer may come long before a request is old.
        await sleep(Math.min(ms, CALM_MS))
      }
    },
  }
}
