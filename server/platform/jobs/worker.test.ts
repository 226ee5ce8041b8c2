// What the worker makes of each way a handler can end.
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import * as Type from 'typebox'
import { openDatabase } from '../database/database.ts'
import { silentLog } from '../log.ts'
import { defineJob, GiveUp, handle, type JobHandler, type JobPolicy, RetryLater } from './job.ts'
import type { JobState } from './queue.ts'
import { openSqliteQueue } from './sqlite-queue.ts'
import { startWorker } from './worker.ts'

const Payload = Type.Object({ n: Type.Number() })
type Run = Parameters<typeof handle<typeof Payload>>[1]

async function setUp(t: TestContext, run: Run, policy: Partial<JobPolicy> = {}) {
  const database = await openDatabase({ kind: 'sqlite', path: ':memory:' }, Date.now)
  const queue = await openSqliteQueue({ db: database.db, nowMs: Date.now })
  const kind = defineJob('test.one', Payload, { backoffMs: 1, ...policy })
  const worker = startWorker({ queue, kinds: [kind], handlers: [handle(kind, run)], log: silentLog() })
  t.after(async () => {
    await worker[Symbol.asyncDispose]()
    await database[Symbol.asyncDispose]()
  })
  const until = async (id: string, wanted: (job: { state: JobState; reason: string | null }) => boolean) => {
    for (;;) {
      const job = await queue.get(id)
      if (job && wanted(job)) return job
      await new Promise(setImmediate)
    }
  }
  return { queue, kind, worker, until }
}

test('a handler gets the payload, and the job is done', { timeout: 10_000 }, async (t) => {
  const seen: number[] = []
  const { queue, kind, until } = await setUp(t, async ({ payload }) => void seen.push(payload.n))
  const { id } = await queue.enqueue(kind, { n: 7 })
  await until(id, ({ state }) => state === 'done')
  assert.deepEqual(seen, [7])
})

test('failures are tried again until the attempts are spent, then buried', { timeout: 10_000 }, async (t) => {
  let runs = 0
  const fail = async () => {
    runs++
    throw new Error('broken')
  }
  const { queue, kind, until } = await setUp(t, fail, { attempts: 2 })
  const { id } = await queue.enqueue(kind, { n: 1 })
  const job = await until(id, ({ state }) => state === 'buried')
  assert.deepEqual([runs, job.reason, job.attempt], [2, 'broken', 2])
})

test('RetryLater waits without spending an attempt', { timeout: 10_000 }, async (t) => {
  const { queue, kind, until } = await setUp(t, async () => {
    throw new RetryLater(60_000, 'the disk is away')
  })
  const { id } = await queue.enqueue(kind, { n: 1 })
  const job = await until(id, ({ reason }) => reason !== null)
  assert.deepEqual([job.state, job.attempt], ['waiting', 0])
})

test('GiveUp and a payload that does not fit are buried at once', { timeout: 10_000 }, async (t) => {
  const { queue, kind, until } = await setUp(t, async () => {
    throw new GiveUp('no such file')
  })
  const { id } = await queue.enqueue(kind, { n: 1 })
  assert.equal((await until(id, ({ state }) => state === 'buried')).attempt, 1)
  const odd = await queue.enqueue(kind, { n: 'x' } as unknown as { n: number })
  assert.match((await until(odd.id, ({ state }) => state === 'buried')).reason ?? '', /schema/)
})

test('whatever a handler throws has a reason', { timeout: 10_000 }, async (t) => {
  const thrown: unknown[] = [
    new Error(''),
    'with a \0 in it',
    undefined,
    Object.assign(Object.create(null), { code: 5 }),
    new GiveUp('long '.repeat(1_000)),
  ]
  const { queue, kind, until } = await setUp(t, ({ payload }) => Promise.reject(thrown[payload.n]), {
    attempts: 1,
  })
  const reasons: string[] = []
  for (const n of thrown.keys()) {
    const { id } = await queue.enqueue(kind, { n })
    reasons.push((await until(id, ({ state }) => state === 'buried')).reason ?? '')
  }
  assert.deepEqual(reasons.slice(0, 4), [
    'Error',
    'with a  in it',
    'undefined',
    '[Object: null prototype] { code: 5 }',
  ])
  assert.equal(reasons[4]?.length, 2_000)
})

test('what came of a job is stored once the disk takes it again', { timeout: 10_000 }, async (t) => {
  const { queue, kind, until } = await setUp(t, async ({ payload }) => {
    if (payload.n === 1) throw new GiveUp('no such file')
  })
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const claim = queue.claim.bind(queue)
  let refusals = 0
  t.mock.method(queue, 'claim', async (wanted: typeof kind) => {
    const job = await claim(wanted)
    const bury = job?.bury.bind(job)
    return (
      job && {
        ...job,
        bury: async (reason: string) => {
          if (++refusals <= 2) throw new Error('database or disk is full')
          await bury?.(reason)
        },
      }
    )
  })
  const { id } = await queue.enqueue(kind, { n: 1 })
  await until(id, ({ state }) => {
    t.mock.timers.tick(5_000)
    return state === 'buried'
  })
  assert.equal(refusals, 3)
})

test('cancel and timeout abort the signal', { timeout: 10_000 }, async (t) => {
  const untilAborted: Run = ({ signal }) =>
    new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
  const { queue, kind, until } = await setUp(t, untilAborted)
  const { id } = await queue.enqueue(kind, { n: 1 })
  await until(id, ({ state }) => state === 'active')
  await queue.cancel(id)
  await until(id, ({ state }) => state === 'cancelled')

  const short = await setUp(t, untilAborted, { timeoutMs: 1, attempts: 1 })
  const late = await short.queue.enqueue(short.kind, { n: 1 })
  assert.match((await short.until(late.id, ({ state }) => state === 'buried')).reason ?? '', /timeout/)
})

test('a graceful stop gives the running job back, its attempt not spent', { timeout: 10_000 }, async (t) => {
  const { queue, kind, worker, until } = await setUp(
    t,
    ({ signal }) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
  )
  const { id } = await queue.enqueue(kind, { n: 1 })
  await until(id, ({ state }) => state === 'active')
  await worker[Symbol.asyncDispose]()
  const job = await queue.get(id)
  assert.deepEqual([job?.state, job?.attempt], ['waiting', 0])
})

test('at most `concurrency` of a kind run at once', { timeout: 10_000 }, async (t) => {
  let active = 0
  let most = 0
  const { queue, kind, until } = await setUp(
    t,
    async () => {
      most = Math.max(most, ++active)
      await new Promise(setImmediate)
      active--
    },
    { concurrency: 3 },
  )
  const jobs = await queue.enqueueAll(
    kind,
    Array.from({ length: 20 }, (_, n) => ({ payload: { n } })),
  )
  for (const { id } of jobs) await until(id, ({ state }) => state === 'done')
  assert.equal(most, 3)
})

test('a kind without a handler, or with two, is refused at the start', async (t) => {
  const { queue, kind } = await setUp(t, async () => {})
  const one = handle(kind, async () => {})
  const start = (handlers: JobHandler[]) => () =>
    startWorker({ queue, kinds: [kind], handlers, log: silentLog() })
  assert.throws(start([]), /test.one must have one handler, it has 0/)
  assert.throws(start([one, one]), /it has 2/)
})

test('a stop does not wait for a queue that is away', { timeout: 10_000 }, async (t) => {
  const { queue, kind } = await setUp(t, async () => {})
  const away = {
    ...queue,
    claim: () => new Promise<never>(() => {}),
    ping: () => Promise.reject(new Error('away')),
  }
  const worker = startWorker({
    queue: away,
    kinds: [kind],
    handlers: [handle(kind, async () => {})],
    log: silentLog(),
  })
  await worker[Symbol.asyncDispose]()
})
