// Runs each port's suite on every implementation at hand.
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { Redis } from 'ioredis'
import { Pool } from 'pg'
import * as Type from 'typebox'
import { sleep } from '../../server/platform/async.ts'
import { openDiskBlobs } from '../../server/platform/blobs/disk.ts'
import { openS3Blobs } from '../../server/platform/blobs/s3.ts'
import { createInProcessCoordination } from '../../server/platform/coordination/in-process.ts'
import { openRedisCoordination } from '../../server/platform/coordination/redis.ts'
import { openDatabase } from '../../server/platform/database/database.ts'
import { openBullmqQueue } from '../../server/platform/jobs/bullmq-queue.ts'
import { defineJob } from '../../server/platform/jobs/job.ts'
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

/** The name the real server's address is given under; without it that implementation is left out. */
const redisUrl = process.env['TEST_REDIS_URL']
if (redisUrl)
  coordinationContract('redis', async () => {
    const emptied = new Redis(redisUrl)
    await emptied.flushdb()
    emptied.disconnect()
    const coordination = await openRedisCoordination({ url: redisUrl, log: silentLog() })
    return {
      coordination,
      advance: (ms) => sleep(ms),
      [Symbol.asyncDispose]: () => coordination[Symbol.asyncDispose](),
    }
  })

if (redisUrl)
  queueContract('bullmq', async () => {
    const emptied = new Redis(redisUrl)
    await emptied.flushdb()
    emptied.disconnect()
    const kinds = [defineJob('test.count', Type.Object({})), defineJob('test.other', Type.Object({}))]
    const open = () =>
      openBullmqQueue({ url: redisUrl, kinds, log: silentLog(), lockMs: 2_000, stalledCheckMs: 300 })
    const queue = await open()
    const all = new AsyncDisposableStack()
    all.use(queue)
    return {
      queue,
      advance: (ms) => sleep(ms + 50),
      // Nobody renews the lock of what ran here: found by the other process after it and two checks.
      afterCrash: async () => {
        const next = all.use(await open())
        for (const kind of kinds) await next.claim(kind)
        await sleep(3_200)
        return next
      },
      [Symbol.asyncDispose]: () => all.disposeAsync(),
    }
  })

blobsContract('disk', async () => {
  const root = await mkdtemp(join(tmpdir(), 'blobs-'))
  return {
    blobs: await openDiskBlobs(root),
    [Symbol.asyncDispose]: () => rm(root, { recursive: true }),
  }
})

const s3 = process.env['TEST_S3_ENDPOINT']
if (s3) {
  const credentials = {
    accessKeyId: process.env['TEST_S3_ACCESS_KEY'] ?? '',
    secretAccessKey: process.env['TEST_S3_SECRET_KEY'] ?? '',
  }
  blobsContract('s3', async () => {
    const bucket = `test-${randomUUID()}`
    const client = new S3Client({ region: 'us-east-1', endpoint: s3, forcePathStyle: true, credentials })
    await client.send(new CreateBucketCommand({ Bucket: bucket }))
    client.destroy()
    const blobs = await openS3Blobs({ bucket, endpoint: s3, region: 'us-east-1', ...credentials })
    return { blobs, [Symbol.asyncDispose]: () => blobs[Symbol.asyncDispose]() }
  })
}

databaseContract('sqlite', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'database-'))
  return {
    open: (migrations) =>
      openDatabase({ kind: 'sqlite', path: join(folder, 'test.db') }, Date.now, migrations),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  }
})

const postgresUrl = process.env['TEST_POSTGRES_URL']
if (postgresUrl)
  databaseContract('postgres', async () => {
    const pool = new Pool({ connectionString: postgresUrl })
    await pool.query('drop schema public cascade; create schema public')
    await pool.end()
    return {
      open: (migrations) => openDatabase({ kind: 'postgres', url: postgresUrl }, Date.now, migrations),
      async [Symbol.asyncDispose]() {},
    }
  })
