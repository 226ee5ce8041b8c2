// Runs each port's suite on every implementation at hand.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { after, test } from 'node:test'
import { join } from 'node:path'
import { Redis } from 'ioredis'
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
import type { Problem } from '../../server/platform/problem.ts'
import { createRateLimits } from '../../server/platform/rate-limit.ts'
import { createFakeClock } from '../support/fake-clock.ts'
import { freshPostgres, lacking, startRedis, startS3 } from '../support/servers.ts'
import { blobsContract } from './blobs.ts'
import { coordinationContract } from './coordination.ts'
import { databaseContract } from './database.ts'
import { mergingContract } from './merging.ts'
import { nextUpContract } from './next-up.ts'
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

/** Real servers; an implementation whose server is not on this machine is left out. */
const servers = new AsyncDisposableStack()
const redisUrl = lacking('redis') ? null : servers.use(await startRedis()).url
const s3 = lacking('s3') ? null : servers.use(await startS3())
after(() => servers.disposeAsync())

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
  test(
    'rate limits are counted by all processes together, and by each alone while Redis is away',
    { timeout: 20_000 },
    async () => {
      await using redis = await startRedis()
      const open = () => openRedisCoordination({ url: redis.url, log: silentLog() })
      await using one = await open()
      await using other = await open()
      const [here, there] = [one, other].map((coordination) =>
        createRateLimits({ coordination, log: silentLog(), nowMs: () => performance.now() })('sign-in', {
          limit: 3,
          windowMs: 60_000,
        }),
      )
      assert.ok(here && there)
      const isRefused = (limiter: typeof here, key = 'Ada') =>
        assert.rejects(
          limiter.take(key),
          (error: Problem) =>
            error.code === 'too-many-requests' &&
            (error.retryAfterSeconds ?? 0) > 50 &&
            /Wait \d+ seconds/.test(error.message),
        )
      await here.take('Ada')
      await there.take('Ada')
      await here.take('Ada')
      await isRefused(there)
      await there.take('Eve')
      await here.forgive('Ada')
      await there.take('Ada')

      await redis[Symbol.asyncDispose]()
      for (let n = 0; n < 3; n++) await here.take('Bob')
      await isRefused(here, 'Bob')
    },
  )

if (redisUrl)
  test('whoever puts a job in while Redis is away is told so', { timeout: 20_000 }, async () => {
    await using redis = await startRedis()
    const kind = defineJob('test.count', Type.Object({}))
    await using queue = await openBullmqQueue({ url: redis.url, kinds: [kind], log: silentLog() })
    await queue.enqueue(kind, {})
    await redis[Symbol.asyncDispose]()
    for (let n = 0; n < 2; n++) await assert.rejects(queue.enqueue(kind, {}), { code: 'not-ready' })
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

if (s3)
  blobsContract('s3', async () => {
    const bucket = `test-${randomUUID()}`
    const { endpoint, accessKeyId, secretAccessKey } = s3
    const blobs = await openS3Blobs({ bucket, endpoint, region: 'us-east-1', accessKeyId, secretAccessKey })
    return { blobs, [Symbol.asyncDispose]: () => blobs[Symbol.asyncDispose]() }
  })

databaseContract('sqlite', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'database-'))
  return {
    open: (migrations) =>
      openDatabase({ kind: 'sqlite', path: join(folder, 'test.db') }, Date.now, migrations),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  }
})

if (!lacking('postgres'))
  databaseContract('postgres', async () => {
    const { url, ...database } = await freshPostgres()
    return {
      open: (migrations) => openDatabase({ kind: 'postgres', url }, Date.now, migrations),
      ...database,
    }
  })

for (const contract of [mergingContract, nextUpContract]) {
  contract('sqlite', () => openDatabase({ kind: 'sqlite', path: ':memory:' }, Date.now))
  if (!lacking('postgres'))
    contract('postgres', async () => {
      const { url, ...database } = await freshPostgres()
      const opened = await openDatabase({ kind: 'postgres', url }, Date.now)
      return {
        ...opened,
        async [Symbol.asyncDispose]() {
          await opened[Symbol.asyncDispose]()
          await database[Symbol.asyncDispose]()
        },
      }
    })
}
