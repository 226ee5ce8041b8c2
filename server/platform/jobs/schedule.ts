// Enqueues jobs at intervals, once across all processes, and once soon after the start.
import type { Static, TSchema } from 'typebox'
import type { Coordination } from '../coordination/coordination.ts'
import { newId } from '../ids.ts'
import type { Log } from '../log.ts'
import type { JobKind } from './job.ts'
import type { JobQueue } from './queue.ts'

/** The turns of all processes are leases. A lost one, as in a flushed Redis, is taken again so soon, and its job with it. */
const LOOK_MS = 15_000

export type Scheduled = { name: string; everyMs: number; enqueue: (queue: JobQueue) => Promise<unknown> }

/** What still waits or runs from last time is not enqueued a second time. */
export const every = <S extends TSchema>(
  everyMs: number,
  kind: JobKind<S>,
  payload: Static<S>,
): Scheduled => ({
  name: kind.kind,
  everyMs,
  enqueue: (queue) => queue.enqueue(kind, payload, { key: 'scheduled' }),
})

export type ScheduleDeps = {
  queue: JobQueue
  coordination: Pick<Coordination, 'acquire' | 'release'>
  log: Log
}

export function startSchedule(deps: ScheduleDeps, entries: readonly Scheduled[]): AsyncDisposable {
  const { queue, coordination, log } = deps
  const atWork = new Set<Promise<void>>()

  async function tick({ name, everyMs, enqueue }: Scheduled): Promise<void> {
    // A new holder each time, so nobody renews the lease: it is free again when the interval is over.
    const [lease, holder] = [`schedule/${name}`, newId()]
    try {
      if (!(await coordination.acquire(lease, holder, everyMs))) return
      await enqueue(queue).catch(async (error) => {
        await coordination.release(lease, holder)
        throw error
      })
    } catch (error) {
      log.error({ err: error, kind: name }, 'a scheduled job could not be enqueued')
    }
  }
  const begin = (entry: Scheduled): void => {
    const work: Promise<void> = tick(entry).finally(() => atWork.delete(work))
    atWork.add(work)
  }
  const timers = entries.map((entry) => setInterval(begin, Math.min(entry.everyMs, LOOK_MS), entry))
  entries.forEach(begin)

  return {
    async [Symbol.asyncDispose]() {
      timers.forEach(clearInterval)
      await Promise.all(atWork)
    },
  }
}
