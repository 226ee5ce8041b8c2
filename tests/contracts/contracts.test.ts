// Runs each port's suite on every implementation at hand.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDiskBlobs } from '../../server/platform/blobs/disk.ts'
import { createInProcessCoordination } from '../../server/platform/coordination/in-process.ts'
import { openDatabase } from '../../server/platform/database/database.ts'
import { openSqliteQueue } from '../../server/platform/jobs/sqlite-queue.ts'
import { silentLog } from '../../server/platform/log.ts'
import { createFakeClock } from '../support/fake-clock.ts'
import { blobsContract } from './blobs.ts'
import { coordinationContract } from './coordination.ts'
import { databaseContract } from './database.ts'
import { queueContract } from './queue.ts'

queueContract('sqlite', async () => {
  const { nowMs, advance } = createFakeClock()
  const database = await openDatabase({ kind: 'sqlite', path: ':memory:' }, nowMs)
  return {
    queue: await openSqliteQueue({ db: database.db, nowMs }),
    advance: async (ms) => advance(ms),
    afterCrash: () => openSqliteQueue({ db: database.db, nowMs }),
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  }
})

coordinationContract('in process', async () => {
  const { nowMs, advance } = createFakeClock()
  const coordination = createInProcessCoordination({ nowMs, log: silentLog() })
  return {
    coordination,
    advance: async (ms) => advance(ms),
    [Symbol.asyncDispose]: () => coordination[Symbol.asyncDispose](),
  }
})

blobsContract('disk', async () => {
  const root = await mkdtemp(join(tmpdir(), 'blobs-'))
  return {
    blobs: await openDiskBlobs(root),
    [Symbol.asyncDispose]: () => rm(root, { recursive: true }),
  }
})

databaseContract('sqlite', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'database-'))
  return {
    open: (migrations) =>
      openDatabase({ kind: 'sqlite', path: join(folder, 'test.db') }, Date.now, migrations),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  }
})
