// Jobs that were cancelled, as JSON by id on Redis: BullMQ knows no such state.
import type { Redis } from 'ioredis'
import { type Bull, viewOf } from './bullmq-job.ts'
import type { JobView } from './queue.ts'

const KEPT = 1_000
/** How long a worker may take to hear of it. */
const ASKED_SECONDS = 86_400

export function createCancelled(redis: Redis, prefix: string) {
  const hash = `${prefix}:cancelled`
  const askedKey = (id: string): string => `${prefix}:cancel:${id}`
  const read = (text: string): JobView => JSON.parse(text) as JobView
  return {
    /** The worker that runs it is to stop. */
    ask: async (id: string): Promise<void> => void (await redis.set(askedKey(id), '1', 'EX', ASKED_SECONDS)),
    isAsked: async (id: string): Promise<boolean> => (await redis.exists(askedKey(id))) === 1,
    answered: async (id: string): Promise<void> => void (await redis.del(askedKey(id))),

    /** The newest are kept. */
    async keep(job: Bull, kind: string): Promise<void> {
      const view: JobView = { ...viewOf(job, kind, 'cancelled'), finishedAtMs: Date.now() }
      await redis.hset(hash, view.id, JSON.stringify(view))
      const ids = await redis.hkeys(hash)
      if (ids.length > KEPT) await redis.hdel(hash, ...ids.toSorted().slice(0, ids.length - KEPT))
    },
    async get(id: string): Promise<JobView | null> {
      const text = await redis.hget(hash, id)
      return text ? read(text) : null
    },
    all: async (): Promise<JobView[]> => Object.values(await redis.hgetall(hash)).map(read),
    forget: async (id: string): Promise<void> => void (await redis.hdel(hash, id)),
  }
}
export type Cancelled = ReturnType<typeof createCancelled>
