// How often something may be tried: fixed windows per key, counted by all processes together.
import { isIPv6 } from 'node:net'
import type { Coordination } from './coordination/coordination.ts'
import { createCounters } from './coordination/counters.ts'
import type { Log } from './log.ts'
import { Problem } from './problem.ts'

export type RateLimit = { limit: number; windowMs: number }

export type RateLimiter = {
  /** Counts one try; throws `too-many-requests` when the key has used up its window. */
  take: (key: string) => Promise<void>
  /** The key did well: its tries are forgotten. */
  forgive: (key: string) => Promise<void>
}
export type RateLimits = (name: string, limit: RateLimit) => RateLimiter

/**
 * Whose tries an address' are: its own in IPv4; in IPv6 those of its /64, of which every household has one to choose from
 * (RFC 6177). What is no address stays as it is.
 */
export function networkOf(address: string): string {
  if (!isIPv6(address)) return address
  const mapped = /^::ffff:(\d+(?:\.\d+){3})$/i.exec(address)?.[1]
  if (mapped !== undefined) return mapped
  // Of all spellings the one of RFC 5952; `::` stands for the zeros that are missing.
  const { hostname } = new URL(`http://[${address.split('%')[0]}]/`)
  const [before = '', after] = hostname.slice(1, -1).split('::')
  const groups = before === '' ? [] : before.split(':')
  const behind = after === undefined || after === '' ? [] : after.split(':')
  while (after !== undefined && groups.length + behind.length < 8) groups.push('0')
  return `${[...groups, ...behind].slice(0, 4).join(':')}::/64`
}

/** As people count: past two minutes in whole minutes. */
function waitText(seconds: number): string {
  return seconds <= 120
    ? `Too many tries. Wait ${seconds} seconds.`
    : `Too many tries. Wait ${Math.ceil(seconds / 60)} minutes.`
}

/** For commands in a terminal: who has the data folder needs no limit. */
export const unlimited: RateLimits = () => ({ take: async () => {}, forgive: async () => {} })

/** Every request waits for its count: longer than this no shared one is worth it. */
const PATIENCE_MS = 500
/** After that long it is tried again whether the others can be counted with. */
const AWAY_MS = 5_000

export type RateLimitsDeps = {
  coordination: Pick<Coordination, 'count' | 'uncount'>
  log: Log
  /** Any clock that does not jump. */
  nowMs: () => number
}

export function createRateLimits({ coordination, log, nowMs }: RateLimitsDeps): RateLimits {
  // While Redis is away each process counts for itself: neither everybody is refused, nor is everything allowed.
  const own = createCounters(nowMs)
  let awayUntilMs = 0
  const away = (err: unknown): void => {
    awayUntilMs = nowMs() + AWAY_MS
    log.warn({ err }, 'rate limits are counted by this process alone')
  }

  async function count(key: string, windowMs: number): Promise<{ count: number; leftMs: number }> {
    if (nowMs() < awayUntilMs) return own.count(key, windowMs)
    const late = Promise.withResolvers<never>()
    const timer = setTimeout(() => late.reject(new Error('the shared count takes too long')), PATIENCE_MS)
    try {
      return await Promise.race([coordination.count(key, windowMs), late.promise])
    } catch (error) {
      away(error)
      return own.count(key, windowMs)
    } finally {
      clearTimeout(timer)
    }
  }

  return (name, { limit, windowMs }) => ({
    async take(key) {
      const full = `${name} ${key}`
      const { count: tries, leftMs } = await count(full, windowMs)
      if (tries <= limit) return
      const retryAfterSeconds = Math.max(1, Math.ceil(leftMs / 1000))
      throw new Problem('too-many-requests', waitText(retryAfterSeconds), { retryAfterSeconds })
    },
    async forgive(key) {
      own.uncount(`${name} ${key}`)
      if (nowMs() >= awayUntilMs) await coordination.uncount(`${name} ${key}`).catch(away)
    },
  })
}
