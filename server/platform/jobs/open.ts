// Opens the job queue that the settings name: BullMQ when there is Redis, else a table.
import type { Config } from '../config.ts'
import type { Database } from '../database/database.ts'
import type { Log } from '../log.ts'
import type { JobKind } from './job.ts'
import { currentScope } from '../scope.ts'
import { traceParentOf } from '../tracing.ts'
import type { EnqueueOptions, JobQueue } from './queue.ts'
import { openSqliteQueue } from './sqlite-queue.ts'

/** Which request asked, and in which trace. */
function askedBy(): EnqueueOptions {
  const { requestId, trace } = currentScope()
  return {
    ...(requestId !== undefined && { requestId }),
    ...(trace && { traceParent: traceParentOf(trace) }),
  }
}

/** Jobs carry on for whom they are, without every caller saying so. */
const carryingScope = (queue: JobQueue): JobQueue => ({
  ...queue,
  enqueue: (kind, payload, options) => queue.enqueue(kind, payload, { ...askedBy(), ...options }),
  enqueueAll: (kind, jobs) =>
    queue.enqueueAll(
      kind,
      jobs.map((job) => ({ ...job, options: { ...askedBy(), ...job.options } })),
    ),
})

export async function openQueue(deps: {
  config: Pick<Config, 'redisUrl'>
  installation: string
  db: Database
  kinds: readonly JobKind[]
  log: Log
  nowMs: () => number
  takesOver?: boolean
}): Promise<JobQueue> {
  const { config, ...rest } = deps
  if (config.redisUrl === null) return carryingScope(await openSqliteQueue(rest))
  const { openBullmqQueue } = await import('./bullmq-queue.ts')
  const { installation, kinds, log } = deps
  return carryingScope(await openBullmqQueue({ url: config.redisUrl, installation, kinds, log }))
}
