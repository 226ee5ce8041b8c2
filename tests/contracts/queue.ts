// What every job queue promises.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as Type from 'typebox'
import { defineJob } from '../../server/platform/jobs/job.ts'
import type { JobQueue } from '../../server/platform/jobs/queue.ts'

export type QueueAtHand = AsyncDisposable & {
  queue: JobQueue
  advance: (ms: number) => Promise<void>
  /** Another queue on the same storage, as after the process that held jobs has died. */
  afterCrash: () => Promise<JobQueue>
}

const count = defineJob('test.count', Type.Object({ n: Type.Number() }))
const other = defineJob('test.other', Type.Object({}))

export function queueContract(name: string, open: () => Promise<QueueAtHand>): void {
  const it = (title: string, body: (at: QueueAtHand) => Promise<void>) =>
    void test(`queue ${name}: ${title}`, async () => {
      await using at = await open()
      await body(at)
    })
  const payloads = async (queue: JobQueue) => {
    const seen: unknown[] = []
    for (let job = await queue.claim(count); job; job = await queue.claim(count)) seen.push(job.payload)
    return seen
  }

  it('gives higher priority first, then the oldest, each once', async ({ queue }) => {
    await queue.enqueue(count, { n: 1 })
    await queue.enqueue(count, { n: 2 })
    await queue.enqueue(count, { n: 3 }, { priority: 5 })
    await queue.enqueue(count, { n: 4 }, { priority: -5 })
    assert.deepEqual(await payloads(queue), [{ n: 3 }, { n: 1 }, { n: 2 }, { n: 4 }])
    assert.equal(await queue.claim(other), null)
  })

  it('keeps one job per key while it waits or runs, and takes it again afterwards', async ({ queue }) => {
    const first = await queue.enqueue(count, { n: 1 }, { key: 'a' })
    assert.deepEqual(await queue.enqueue(count, { n: 2 }, { key: 'a' }), { id: first.id, isNew: false })
    assert.equal((await queue.enqueue(other, {}, { key: 'a' })).isNew, true)
    const job = await queue.claim(count)
    assert.equal((await queue.enqueue(count, { n: 3 }, { key: 'a' })).isNew, false)
    await job!.finish()
    assert.equal((await queue.enqueue(count, { n: 4 }, { key: 'a' })).isNew, true)
  })

  it('enqueues many in order, and the same key within them once', async ({ queue }) => {
    const options = { key: 'twice' }
    const ids = await queue.enqueueAll(count, [
      { payload: { n: 1 }, options },
      { payload: { n: 2 } },
      { payload: { n: 3 }, options },
    ])
    assert.deepEqual(
      ids.map(({ isNew }) => isNew),
      [true, true, false],
    )
    assert.equal(ids[0]!.id, ids[2]!.id)
    assert.deepEqual(await payloads(queue), [{ n: 1 }, { n: 2 }])
  })

  it('holds a delayed job back until it is due', async ({ queue, advance }) => {
    await queue.enqueue(count, { n: 1 }, { delayMs: 1_000 })
    assert.equal(await queue.claim(count), null)
    await advance(1_000)
    assert.deepEqual(await payloads(queue), [{ n: 1 }])
  })

  it('hurries jobs of one kind that were put off, keeping their keys and attempts', async ({ queue }) => {
    await queue.enqueue(count, { n: 1 }, { key: 'a' })
    await (await queue.claim(count))!.retry(3_600_000, 'the key is refused', { spend: false })
    await queue.enqueue(count, { n: 2 }, { delayMs: 3_600_000, priority: 5 })
    await queue.enqueue(other, {}, { delayMs: 3_600_000 })
    await queue.hurry(count)
    assert.equal((await queue.enqueue(count, { n: 3 }, { key: 'a' })).isNew, false)
    assert.deepEqual(await payloads(queue), [{ n: 2 }, { n: 1 }])
    assert.equal(await queue.claim(other), null)
    assert.equal((await queue.list({ kind: count.kind, limit: 10 })).at(-1)!.attempt, 1)
  })

  it('retries later, counts attempts unless told not to, and says why', async ({ queue, advance }) => {
    const { id } = await queue.enqueue(count, { n: 1 }, { requestId: 'r1' })
    const first = await queue.claim(count)
    assert.equal(first!.attempt, 1)
    assert.equal(first!.requestId, 'r1')
    await first!.retry(500, 'the disk is away', { spend: false })
    assert.equal(await queue.claim(count), null)
    assert.equal((await queue.get(id))!.reason, 'the disk is away')
    await advance(500)
    const second = await queue.claim(count)
    assert.equal(second!.attempt, 1)
    await second!.retry(0, 'failed', { spend: true })
    assert.equal((await queue.claim(count))!.attempt, 2)
  })

  it('lets an operator see what was buried and start it again with all its attempts', async ({ queue }) => {
    const { id } = await queue.enqueue(count, { n: 1 })
    await (await queue.claim(count))!.bury('the file is broken')
    const [buried] = await queue.list({ state: 'buried', limit: 10 })
    assert.deepEqual([buried!.id, buried!.reason], [id, 'the file is broken'])
    assert.deepEqual(await queue.counts(), [{ kind: 'test.count', state: 'buried', count: 1 }])
    assert.equal(await queue.requeue(id), true)
    assert.equal(await queue.requeue(id), false)
    assert.equal((await queue.claim(count))!.attempt, 1)
  })

  it('never runs a waiting job that was cancelled, and asks a running one to stop', async ({ queue }) => {
    const waiting = await queue.enqueue(count, { n: 1 })
    assert.equal(await queue.cancel(waiting.id), true)
    assert.equal(await queue.claim(count), null)
    const { id } = await queue.enqueue(count, { n: 2 })
    const job = await queue.claim(count)
    assert.equal(await job!.heartbeat(), 'held')
    assert.equal(await queue.cancel(id), true)
    assert.equal(await job!.heartbeat(), 'cancelled')
    await job!.cancelled()
    assert.equal((await queue.get(id))!.state, 'cancelled')
    assert.equal(await queue.cancel(id), false)
    assert.equal(await queue.cancel('none'), false)
  })

  it('lets an operator move a waiting job forward', async ({ queue }) => {
    await queue.enqueue(count, { n: 1 })
    const { id } = await queue.enqueue(count, { n: 2 })
    assert.equal(await queue.setPriority(id, 50), true)
    assert.equal((await queue.get(id))!.priority, 50)
    assert.deepEqual(await payloads(queue), [{ n: 2 }, { n: 1 }])
    assert.equal(await queue.setPriority(id, 1), false)
    assert.equal(await queue.setPriority('none', 1), false)
  })

  it('changes nothing when a job is settled twice', async ({ queue }) => {
    const { id } = await queue.enqueue(count, { n: 1 })
    const job = await queue.claim(count)
    await job!.finish()
    await job!.bury('too late')
    assert.equal((await queue.get(id))!.state, 'done')
    assert.equal(await job!.heartbeat(), 'lost')
  })

  it('gives what was running at a crash to the next process, with the attempt spent', async (at) => {
    await at.queue.enqueue(count, { n: 1 })
    await at.queue.claim(count)
    assert.equal(await at.queue.claim(count), null)
    const next = await at.afterCrash()
    assert.equal((await next.claim(count))!.attempt, 2)
    assert.equal(await next.claim(count), null)
  })

  it('hints that there is something to claim or to stop', async ({ queue }) => {
    const hints: string[] = []
    {
      using _ = queue.onHint(({ type }) => hints.push(type))
      const { id } = await queue.enqueue(count, { n: 1 })
      await queue.claim(count)
      await queue.cancel(id)
    }
    await queue.enqueue(count, { n: 2 })
    assert.deepEqual(hints, ['claimable', 'cancelled'])
  })
}
