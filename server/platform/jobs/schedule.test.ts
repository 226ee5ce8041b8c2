// Scheduled jobs: once across processes, again when the interval is over, and not lost to a failing queue.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as Type from 'typebox'
import type { Coordination } from '../coordination/coordination.ts'
import { createInProcessCoordination } from '../coordination/in-process.ts'
import { silentLog } from '../log.ts'
import { defineJob } from './job.ts'
import type { JobQueue } from './queue.ts'
import { every, startSchedule } from './schedule.ts'

const kind = defineJob('test.tick', Type.Object({}))
const MINUTE_MS = 60_000

/** Several processes on one coordination; `enqueue` says what the queue does with each job. */
function setUp(enqueue: (key: string | undefined) => Promise<void>) {
  let nowMs = 0
  const log = silentLog()
  const fresh = () => createInProcessCoordination({ nowMs: () => nowMs, log })
  let leases = fresh()
  const coordination = {
    acquire: (...lease: Parameters<Coordination['acquire']>) => leases.acquire(...lease),
    release: (...lease: Parameters<Coordination['release']>) => leases.release(...lease),
  }
  const queue = {
    enqueue: async (_kind: unknown, _payload: unknown, options?: { key?: string }) => {
      await enqueue(options?.key)
      return { id: '1', isNew: true }
    },
  } as unknown as JobQueue
  return {
    start: () => startSchedule({ queue, coordination, log }, [every(MINUTE_MS, kind, {})]),
    advance: (ms: number) => (nowMs += ms),
    lose: () => (leases = fresh()),
  }
}

test('two processes enqueue it once, under one key', async () => {
  const keys: (string | undefined)[] = []
  const { start } = setUp(async (key) => void keys.push(key))
  for (const process of [start(), start()]) await process[Symbol.asyncDispose]()
  assert.deepEqual(keys, ['scheduled'])
})

test('it is enqueued again when the interval is over, whoever is there by then', async () => {
  let count = 0
  const { start, advance } = setUp(async () => void count++)
  await start()[Symbol.asyncDispose]()
  await start()[Symbol.asyncDispose]()
  assert.equal(count, 1)
  advance(MINUTE_MS)
  await start()[Symbol.asyncDispose]()
  assert.equal(count, 2)
})

test('a queue that fails leaves the turn to the next', async () => {
  let tries = 0
  const { start } = setUp(async () => {
    if (++tries === 1) throw new Error('planned')
  })
  await start()[Symbol.asyncDispose]()
  await start()[Symbol.asyncDispose]()
  assert.equal(tries, 2)
})

test('a lost turn is taken again long before the interval is over', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] })
  let count = 0
  const { start, lose } = setUp(async () => void count++)
  await using _ = start()
  const look = async () => {
    t.mock.timers.tick(15_000)
    await new Promise(setImmediate)
  }
  await look()
  assert.equal(count, 1)
  lose()
  await look()
  assert.equal(count, 2)
})
