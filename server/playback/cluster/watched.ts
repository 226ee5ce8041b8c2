// Which renditions are played just now, anywhere: the sweep of a shared store spares them.
import type { Coordination } from '../../platform/coordination/coordination.ts'
import { remember } from '../remember.ts'

const STANDS_MS = 15 * 60_000
const MARK_MS = 5 * 60_000
const MOST_MARKED = 5000
/** All hold it together: nobody renews it, and it is over by itself. */
const EVERYBODY = 'everybody'

export function createWatched(coordination: Coordination, nowMs: () => number) {
  const marked = new Map<string, number>()
  const leaseOf = (renditionKey: string): string => `watched/${renditionKey}`
  return {
    markWatched(renditionKey: string): void {
      if ((marked.get(renditionKey) ?? 0) > nowMs() - MARK_MS) return
      remember(marked, renditionKey, nowMs(), MOST_MARKED)
      coordination
        .acquire(leaseOf(renditionKey), EVERYBODY, STANDS_MS)
        .catch(() => marked.delete(renditionKey))
    },
    isWatched: async (renditionKey: string): Promise<boolean> =>
      (await coordination.holder(leaseOf(renditionKey))) !== null,
  }
}
