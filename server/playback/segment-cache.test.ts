// The cache of segments keeps to its budget, and what a viewer is about to need stays.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { test, type TestContext } from 'node:test'
import { openDiskBlobs } from '../platform/blobs/disk.ts'
import { silentLog } from '../platform/log.ts'
import { createMetrics } from '../platform/metrics.ts'
import { createSegmentCache } from './segment-cache.ts'

async function setUp(t: TestContext, isProtected: (key: string, segment: number) => boolean) {
  const home = mkdtempSync(`${tmpdir()}/cache-`)
  t.after(() => rmSync(home, { recursive: true }))
  const open = async () =>
    createSegmentCache({
      blobs: await openDiskBlobs(home),
      ramBytes: () => 30,
      diskBytes: () => 50,
      log: silentLog(),
      metrics: createMetrics(),
      nowMs: () => 0,
      isProtected,
    })
  return { open }
}

test('the least recently used goes; the window of who watches stays, whatever the budget', async (t) => {
  let [from, to] = [0, 2]
  const { open } = await setUp(t, (key, n) => key === 'watched' && n >= from && n < to)
  const cache = await open()
  for (let n = 0; n < 2; n++) cache.keep('watched', n, Buffer.alloc(10, n))
  await cache[Symbol.asyncDispose]()
  for (let n = 0; n < 8; n++) {
    cache.keep('other', n, Buffer.alloc(10, n))
    // Each is on disk before the next.
    await cache[Symbol.asyncDispose]()
  }
  assert.deepEqual(
    [0, 1].map((n) => cache.has('watched', n)),
    [true, true],
  )
  assert.deepEqual(
    [0, 4].map((n) => cache.has('other', n)),
    [false, false],
  )
  assert.equal(cache.has('other', 7), true)
  assert.ok(cache.status().bytes <= 50)

  await cache.evict(0)
  assert.deepEqual(
    [0, 1].map((n) => cache.has('watched', n)),
    [true, true],
    'also when all is to go',
  )
  assert.equal(cache.status().bytes, 20)

  ;[from, to] = [1, 3]
  await cache.evict(0)
  assert.equal(cache.status().bytes, 10, 'the window moved on')
  assert.deepEqual(await (await open()).read('watched', 1), Buffer.alloc(10, 1), 'after a restart, too')
})

test('a store that says nothing is not waited for: the segment is made again', async (t) => {
  const home = mkdtempSync(`${tmpdir()}/cache-`)
  t.after(() => rmSync(home, { recursive: true }))
  const blobs = await openDiskBlobs(home)
  let asked = 0
  const silent = () => {
    asked++
    return new Promise<never>(() => {})
  }
  const cache = await createSegmentCache({
    blobs: { ...blobs, read: silent },
    ramBytes: () => 0,
    diskBytes: () => 50,
    log: silentLog(),
    metrics: createMetrics(),
    nowMs: () => 0,
    isProtected: () => false,
  })
  cache.keep('film', 0, Buffer.alloc(10))
  await cache[Symbol.asyncDispose]()
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const read = cache.read('film', 0)
  while (asked === 0) await new Promise((go) => setImmediate(go))
  t.mock.timers.tick(3_000)
  assert.equal(await read, null)
  assert.equal(await cache.read('film', 0), null)
  assert.equal(asked, 1, 'and left in peace')
})
