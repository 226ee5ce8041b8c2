// A head over workers that are made up: a crash repeats nothing, stop waits for the worker, the end comes once.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startHead } from './encoder.ts'
import { NO_HARDWARE } from './hardware.ts'
import type { HeadSink, Rendition } from './media-engine.ts'
import { WorkerCrashed, type Lease, type WorkerPool } from './worker-pool.ts'
import type { ToWorker } from './worker/messages.ts'

const rendition: Rendition = {
  kind: 'copied-video',
  path: '/film.mkv',
  trackIndex: 0,
  startSeconds: 0,
  startsSeconds: [0, 2, 4],
}

type FakeLease = Lease & { sent: ToWorker[]; released: boolean }

function fakePool() {
  const leases: FakeLease[] = []
  const pool: WorkerPool = {
    start() {},
    async acquire() {
      const lease: FakeLease = {
        sent: [],
        released: false,
        send: (message) => void lease.sent.push(message),
        onMessage: () => {},
        onCrash: () => {},
        release: () => void (lease.released = true),
      }
      leases.push(lease)
      return lease
    },
    async [Symbol.asyncDispose]() {},
  }
  return { pool, leases }
}

function recorder() {
  const events: string[] = []
  const sink: HeadSink = {
    fragment: (segment, bytes) => void events.push(`${segment}:${Buffer.from(bytes).toString()}`),
    segmentEnd: (segment) => void events.push(`end ${segment}`),
    ended: (error) => void events.push(error ? `failed: ${error.message}` : 'ended'),
  }
  return { events, sink }
}

const turn = () => new Promise((resolve) => setImmediate(resolve))

/** A worker that makes two fragments of each segment from where it was told to begin. */
function work(lease: FakeLease, count: number): void {
  const [order] = lease.sent
  if (order?.kind !== 'head') throw new Error('no order')
  const { id } = order
  for (let n = 0; n < count; n++) {
    const segment = order.from.segment + Math.floor(n / 2)
    lease.onMessage({ id, kind: 'fragment', segment, bytes: Buffer.from(n % 2 === 0 ? 'a' : 'b') })
    if (n % 2 === 1) lease.onMessage({ id, kind: 'segmentEnd', segment })
  }
}

const endOf = (lease: FakeLease) => {
  const [order] = lease.sent
  if (order) lease.onMessage({ id: order.id, kind: 'headEnd', rssBytes: 1 })
}

test('a crash in mid-segment is made up for in a new worker, and no byte comes twice', async () => {
  const { pool, leases } = fakePool()
  const { events, sink } = recorder()
  startHead(pool, rendition, 0, sink, NO_HARDWARE)
  await turn()
  work(leases[0]!, 3)
  leases[0]!.onCrash(new WorkerCrashed('gone'))
  await turn()
  work(leases[1]!, 2)
  endOf(leases[1]!)
  assert.deepEqual(events, ['0:a', '0:b', 'end 0', '1:a', '1:b', 'end 1', 'ended'])
})

test('a second crash in the same segment ends the head', async () => {
  const { pool, leases } = fakePool()
  const { events, sink } = recorder()
  startHead(pool, rendition, 0, sink, NO_HARDWARE)
  await turn()
  leases[0]!.onCrash(new WorkerCrashed('gone'))
  await turn()
  leases[1]!.onCrash(new WorkerCrashed('gone again'))
  await turn()
  assert.deepEqual(events, ['failed: gone again'])
  assert.equal(leases.length, 2)
})

test('after stop nothing more is told, and stop waits until the worker is free', async () => {
  const { pool, leases } = fakePool()
  const { events, sink } = recorder()
  const head = startHead(pool, rendition, 0, sink, NO_HARDWARE)
  await turn()
  const stopped = head.stop()
  assert.equal(leases[0]!.sent.at(-1)?.kind, 'stop')
  work(leases[0]!, 2)
  endOf(leases[0]!)
  await Promise.all([stopped, head.stop()])
  assert.deepEqual(events, [])
  assert.ok(leases[0]!.released)
})

test('pause reaches a worker that comes later', async () => {
  const { pool, leases } = fakePool()
  const head = startHead(pool, rendition, 1, recorder().sink, NO_HARDWARE)
  head.pause()
  await turn()
  assert.deepEqual(
    leases[0]!.sent.map(({ kind }) => kind),
    ['head', 'pause'],
  )
  endOf(leases[0]!)
  await head.stop()
})
