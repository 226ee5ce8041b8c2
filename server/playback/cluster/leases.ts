// Which renditions this process encodes: a lease on each, so that no other encodes the same.
import type { Coordination } from '../../platform/coordination/coordination.ts'
import type { Log } from '../../platform/log.ts'

/** A process that died is followed by another after this long; viewers have more than that in hand. */
const LEASE_MS = 2_000
const RENEW_MS = 600

export const leaseOf = (renditionKey: string): string => `encode/${renditionKey}`

export type LeasesDeps = {
  coordination: Coordination
  ownUrl: string
  /** Somebody watches it or a head runs. */
  isInUse: (renditionKey: string) => boolean
  /** Another process has it now. */
  onLost: (renditionKey: string) => void
  log: Log
}

export function createLeases({ coordination, ownUrl, isInUse, onLost, log }: LeasesDeps) {
  const held = new Set<string>()

  async function renew(key: string): Promise<void> {
    if (!isInUse(key)) {
      held.delete(key)
      await coordination.release(leaseOf(key), ownUrl)
    } else if (!(await coordination.acquire(leaseOf(key), ownUrl, LEASE_MS)) && held.delete(key)) {
      log.warn({ rendition: key }, 'another process encodes this now')
      onLost(key)
    }
  }
  const timer = setInterval(() => {
    for (const key of held)
      // What cannot be renewed is encoded on: an encode too many is better than viewers without one.
      renew(key).catch((err: unknown) => log.debug({ err }, 'a lease could not be renewed'))
  }, RENEW_MS)

  return {
    /** Whether this process may encode it; `first` when it did not before. */
    async take(key: string): Promise<'first' | 'held' | 'elsewhere'> {
      if (held.has(key)) return 'held'
      const isOurs = await coordination.acquire(leaseOf(key), ownUrl, LEASE_MS).catch((err: unknown) => {
        log.warn({ err }, 'encoding without a lease')
        return true
      })
      if (!isOurs) return 'elsewhere'
      if (held.has(key)) return 'held'
      held.add(key)
      return 'first'
    },
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      await Promise.all(
        [...held].map((key) => coordination.release(leaseOf(key), ownUrl).catch(() => undefined)),
      )
      held.clear()
    },
  }
}
export type Leases = ReturnType<typeof createLeases>
