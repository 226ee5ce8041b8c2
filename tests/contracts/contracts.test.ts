// Runs each port's suite on every implementation at hand.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { after, test } from 'node:test'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { sql } from 'kysely'
import * as Type from 'typebox'
import { sleep } from '../../server/platform/async.ts'
import { openDiskBlobs } from '../../server/platform/blobs/disk.ts'
import { openS3Blobs } from '../../server/platform/blobs/s3.ts'
import { createInProcessCoordination } from '../../server/platform/coordination/in-process.ts'
import { openRedisCoordination } from '../../server/platform/coordination/redis.ts'
import { isAway } from '../../server/platform/engine-away.ts'
import { openDatabase } from '../../server/platform/database/database.ts'
import { type DatabaseUse, holdPostgres } from '../../server/platform/database/postgres-hold.ts'
import { openBullmqQueue } from '../../server/platform/jobs/bullmq-queue.ts'
import { defineJob } from '../../server/platform/jobs/job.ts'
import { openSqliteQueue } from '../../server/platform/jobs/sqlite-queue.ts'
import { silentLog } from '../../server/platform/log.ts'
import type { Problem } from '../../server/platform/problem.ts'
import { createRateLimits } from '../../server/platform/rate-limit.ts'
import { createFakeClock } from '../support/fake-clock.ts'
import { freshPostgres, lacking, startRedis, startS3 } from '../support/servers.ts'
import { blobsContract } from './blobs.ts'
import { byteOrderContract } from './byte-order.ts'
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
    const coordination = await openRedisCoordination({
      url: redisUrl,
      installation: 'test',
      log: silentLog(),
    })
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
      const open = () => openRedisCoordination({ url: redis.url, installation: 'test', log: silentLog() })
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
    await using queue = await openBullmqQueue({
      url: redis.url,
      installation: 'test',
      kinds: [kind],
      log: silentLog(),
    })
    await queue.enqueue(kind, {})
    await redis[Symbol.asyncDispose]()
    for (let n = 0; n < 2; n++) await assert.rejects(queue.enqueue(kind, {}), { code: 'not-ready' })
  })

if (redisUrl)
  test('two installations on one Redis hear and hold nothing of each other', async () => {
    const kind = defineJob('test.count', Type.Object({}))
    await using all = new AsyncDisposableStack()
    const open = async (installation: string, url: string) => ({
      coordination: all.use(await openRedisCoordination({ url, installation, log: silentLog() })),
      queue: all.use(await openBullmqQueue({ url, installation, kinds: [kind], log: silentLog() })),
    })
    const [one, two, third] = [
      await open('one', redisUrl),
      await open('two', redisUrl),
      // Channels are common to all numbered databases of a Redis.
      await open('third', redisUrl.replace(/0$/, '1')),
    ]
    assert.ok(await one.coordination.acquire('lease', 'a', 60_000))
    assert.ok(await two.coordination.acquire('lease', 'b', 60_000))
    await two.coordination.onSignal('news', () => assert.fail('heard'))
    await third.coordination.onSignal('news', () => assert.fail('heard'))
    assert.equal(await one.coordination.signal('news', 'hello'), 0)
    await one.queue.enqueue(kind, {}, { key: 'same' })
    assert.equal(await two.queue.claim(kind), null)
    assert.equal((await two.queue.enqueue(kind, {}, { key: 'same' })).isNew, true)
  })

test('an engine that cannot be used is refused with a sentence, and without its password', async () => {
  const refuses = (opening: Promise<unknown>, sentence: RegExp) =>
    assert.rejects(
      opening,
      ({ name, message }: Error) =>
        name === 'StartupFault' && sentence.test(message) && !message.includes('geheim'),
      `${sentence}`,
    )
  const redis = (url: string) => openRedisCoordination({ url, installation: 'test', log: silentLog() })
  await refuses(redis('redis://:geheim@127.0.0.1:1'), /cannot be reached \(ECONNREFUSED\): is it running/)
  if (redisUrl) {
    const wrong = redisUrl.replace('//', '//ada:geheim@')
    await refuses(redis(wrong), /does not let this server in: check name and password/)
    const bullmq = openBullmqQueue({ url: wrong, installation: 'test', kinds: [], log: silentLog() })
    await refuses(bullmq, /does not let this server in/)
  }
  const postgres = (url: string) => openDatabase({ kind: 'postgres', url }, Date.now)
  await refuses(postgres('postgres://ada:geheim@127.0.0.1:1/x'), /cannot be reached \(ECONNREFUSED\)/)
  if (!lacking('postgres')) {
    await using server = await freshPostgres()
    const at = (changes: object) => Object.assign(new URL(server.url), changes).href
    await refuses(postgres(at({ pathname: '/nothing' })), /has no database "nothing": make it \(createdb/)
    await refuses(postgres(at({ username: 'eve', password: 'geheim' })), /does not let this server in/)
    await refuses(postgres(at({ search: '?ssl=true' })), /does not speak TLS/)
  }
  if (s3) {
    const { endpoint, accessKeyId, secretAccessKey } = s3
    const storage = (changes: object) =>
      openS3Blobs({
        bucket: 'films',
        endpoint,
        region: 'us-east-1',
        accessKeyId,
        secretAccessKey,
        ...changes,
      })
    await refuses(storage({ secretAccessKey: 'geheim' }), /not let this server into the bucket films: check/)
    await refuses(storage({ bucket: 'NO_BUCKET' }), /has no bucket NO_BUCKET and makes none/)
    await refuses(storage({ endpoint: 'http://127.0.0.1:1' }), /cannot be reached \(ECONNREFUSED\)/)
  }
})

if (redisUrl)
  queueContract('bullmq', async () => {
    const emptied = new Redis(redisUrl)
    await emptied.flushdb()
    emptied.disconnect()
    const kinds = [defineJob('test.count', Type.Object({})), defineJob('test.other', Type.Object({}))]
    const open = () =>
      openBullmqQueue({
        url: redisUrl,
        installation: 'test',
        kinds,
        log: silentLog(),
        lockMs: 2_000,
        stalledCheckMs: 300,
      })
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

test('jobs of a clock that was years ahead run when it is set right, here and after a restart', async (t) => {
  const home = await mkdtemp(join(tmpdir(), 'jobs-'))
  const { db, ...database } = await openDatabase({ kind: 'sqlite', path: join(home, 'a.db') }, Date.now)
  t.after(async () => {
    await database[Symbol.asyncDispose]()
    await rm(home, { recursive: true })
  })
  const kind = defineJob('test.late', Type.Object({}))
  let now = 2_000_000
  const queue = await openSqliteQueue({ db, nowMs: () => now })
  now = 9_000_000
  await queue.enqueue(kind, {}, { key: 'now' })
  await queue.enqueue(kind, {}, { key: 'tried' })
  const tried = await queue.claim(kind)
  await tried?.retry(1_000, 'later', { spend: true })
  now = 2_100_000
  await queue.enqueue(kind, {}, { key: 'delayed', delayMs: 60_000 })
  assert.ok(await queue.claim(kind))
  assert.ok(await queue.claim(kind))
  assert.equal(await queue.claim(kind), null, 'what was put in since waits as it was told')

  now = 9_000_000
  await queue.enqueue(kind, {}, { key: 'before the restart' })
  now = 2_110_000
  const next = await openSqliteQueue({ db, nowMs: () => now })
  assert.deepEqual(
    [await next.claim(kind), await next.claim(kind), await next.claim(kind), await next.claim(kind)].map(
      Boolean,
    ),
    [true, true, true, false],
  )
})

test('blobs on disk: closing waits for what is being written, and nothing comes after', async (t) => {
  const root = await mkdtemp(join(tmpdir(), 'blobs-'))
  t.after(() => rm(root, { recursive: true }))
  const blobs = await openDiskBlobs(root)
  const gate = Promise.withResolvers<void>()
  const put = blobs.put(
    'a/slow',
    (async function* () {
      await gate.promise
      yield Buffer.from('whole')
    })(),
  )
  const closed = blobs[Symbol.asyncDispose]().then(() => blobs.read('a/slow'))
  gate.resolve()
  assert.equal(String(await closed), 'whole')
  await put
  await assert.rejects(blobs.put('b/late', Buffer.from('late')), /stops/)
  assert.equal(await blobs.stat('b/late'), null)
})

if (s3)
  blobsContract('s3', async () => {
    const bucket = `test-${randomUUID()}`
    const { endpoint, accessKeyId, secretAccessKey } = s3
    const open = () => openS3Blobs({ bucket, endpoint, region: 'us-east-1', accessKeyId, secretAccessKey })
    // Processes that start together find no bucket, all of them.
    const [blobs, another] = await Promise.all([open(), open()])
    await another[Symbol.asyncDispose]()
    return { blobs, [Symbol.asyncDispose]: () => blobs[Symbol.asyncDispose]() }
  })

test('a storage that is too busy, or breaks off half-way, is asked again; not for ever', async (t) => {
  // A storage of one object that fails as it is told: no real one does so when a test wants it.
  const bytes = Buffer.alloc(200_000, 'film ')
  let faults = 0
  let asked = 0
  const storage = createServer((request, reply) => {
    if (request.method === 'HEAD') return reply.writeHead(200).end()
    asked++
    const isFaulty = faults-- > 0
    if (request.method === 'PUT')
      return request.resume().once('end', () => reply.writeHead(isFaulty ? 503 : 200).end())
    reply.writeHead(200, { 'content-length': bytes.length })
    if (!isFaulty) return reply.end(bytes)
    return reply.write(bytes.subarray(0, 1000), () => reply.destroy())
  }).listen(0, '127.0.0.1')
  await once(storage, 'listening')
  t.after(() => storage.close())
  const { port } = storage.address() as AddressInfo
  await using blobs = await openS3Blobs({
    bucket: 'films',
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    accessKeyId: 'a',
    secretAccessKey: 'b',
  })
  const asks = async (count: number, work: () => Promise<unknown>) => {
    asked = 0
    await work()
    assert.equal(asked, count)
  }
  async function* stream() {
    yield bytes
  }
  faults = 1
  await asks(2, async () => assert.deepEqual(Buffer.from((await blobs.read('a')) ?? []), bytes))
  faults = 1
  await asks(2, () => blobs.put('a', bytes))
  faults = 1
  await asks(2, () => blobs.put('a', stream()))
  faults = Infinity
  await asks(3, () => assert.rejects(blobs.read('a')))
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

test(
  'PostgreSQL ends a connection between two statements: the transaction fails, the process lives',
  { skip: lacking('postgres') },
  async () => {
    await using server = await freshPostgres()
    await using database = await openDatabase({ kind: 'postgres', url: server.url }, Date.now)
    const { db } = database
    const work = db.transaction().execute(async (trx) => {
      const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(trx)
      const pid = rows[0]?.pid
      await sql`select pg_terminate_backend(${pid})`.execute(db)
      // It is told of it while nobody asks it anything.
      const isThere = async () =>
        (await sql`select 1 from pg_stat_activity where pid = ${pid}`.execute(db)).rows.length > 0
      while (await isThere()) continue
      await trx.deleteFrom('settings').execute()
    })
    await assert.rejects(work, isAway)
    await database.ping()
  },
)

test('who shares a PostgreSQL and who has it alone', { skip: lacking('postgres') }, async () => {
  await using server = await freshPostgres()
  const hold = (use: DatabaseUse) => holdPostgres(server.url, use, 50)
  {
    await using _one = await hold('shared')
    await using _two = await hold('shared')
    await assert.rejects(hold('alone'), /in use by another MediaServer: stop it first/)
  }
  await using _alone = await hold('alone')
  await assert.rejects(hold('shared'), /by a MediaServer without Redis, or by a command/)
  await assert.rejects(hold('alone'), /in use by another/)
  // The connection ends, as when PostgreSQL starts anew: it is held again by itself.
  await using database = await openDatabase({ kind: 'postgres', url: server.url }, Date.now)
  const holder = async () => {
    const { rows } = await sql<{ pid: number }>`
      select pid from pg_locks where locktype = 'advisory' and granted
        and database = (select oid from pg_database where datname = current_database())`.execute(database.db)
    return rows[0]?.pid
  }
  const former = await holder()
  await sql`select pg_terminate_backend(${former})`.execute(database.db)
  while ([undefined, former].includes(await holder())) await sleep(20)
  await assert.rejects(hold('shared'), /without Redis/)
})

for (const contract of [byteOrderContract, mergingContract, nextUpContract]) {
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
