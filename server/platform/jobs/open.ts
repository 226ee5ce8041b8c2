// Opens the job queue that the settings name: BullMQ when there is Redis, else a table.
import type { Config } from '../config.ts'
import type { Database } from '../database/database.ts'
import type { Log } from '../log.ts'
import type { JobKind } from './job.ts'
import type { JobQueue } from './queue.ts'
import { openSqliteQueue } from './sqlite-queue.ts'

export async function openQueue(deps: {
  config: Pick<Config, 'redisUrl'>
  db: Database
  kinds: readonly JobKind[]
  log: Log
  nowMs: () => number
  takesOver?: boolean
}): Promise<JobQueue> {
  const { config, ...rest } = deps
  if (config.redisUrl === null) return openSqliteQueue(rest)
  const { openBullmqQueue } = await import('./bullmq-queue.ts')
  return openBullmqQueue({ url: config.redisUrl, kinds: deps.kinds, log: deps.log })
}
