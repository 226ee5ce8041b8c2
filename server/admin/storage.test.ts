// What fills the storage is counted by kind and by title, seldom, and given up as asked.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createStorage } from './storage.ts'

const KEYS: Record<string, number> = {
  'segments/aaa-1/0.m4s': 500,
  'segments/aaa-2/0.m4s': 300,
  'segments/bbb-1/0.m4s': 40,
  'segments/ccc-1/0.m4s': 7,
  'previews/p-a/1.jpg': 60,
  'artwork/x/original': 9,
}

function setUp() {
  let [nowMs, lists] = [0, 0]
  const evicted: unknown[] = []
  const storage = createStorage({
    blobs: {
      async *list() {
        lists++
        for (const [key, sizeBytes] of Object.entries(KEYS)) yield { key, sizeBytes, modifiedAtMs: 0 }
      },
      freeBytes: async () => null,
    },
    databaseBytes: async () => 1000,
    budgetBytes: () => 5000,
    async *files() {
      yield* [
        { fileId: 'f1', identity: 'a' },
        { fileId: 'f2', identity: 'b' },
        // Its contents are the same as those of the first.
        { fileId: 'f3', identity: 'a' },
      ]
    },
    foldersOf: (identity) => [`segments/${identity.repeat(3)}`, `previews/p-${identity}`.replace(/-.*/, '')],
    titlesOfFiles: async () => [{ file_id: 'f1', title_id: 't1' }],
    subjects: async (asked) => asked.map((about) => JSON.stringify(about)),
    evict: async (identities) => {
      evicted.push(identities)
      return 12
    },
    nowMs: () => nowMs,
  })
  return { storage, evicted, lists: () => lists, advance: (ms: number) => (nowMs += ms) }
}

test('by kind and by title, the largest first; a file without a title goes by itself', async () => {
  const { storage, lists, advance } = setUp()
  const report = await storage.report()
  assert.deepEqual(report.kinds, [
    { kind: 'database', bytes: 1000, count: 1 },
    { kind: 'segments', bytes: 847, count: 4 },
    { kind: 'previews', bytes: 60, count: 1 },
    { kind: 'artwork', bytes: 9, count: 1 },
  ])
  assert.deepEqual(report.titles, [
    { id: 't1', name: '{"titleId":"t1"}', bytes: 860, segmentBytes: 800 },
    { id: 'f2', name: '{"fileId":"f2"}', bytes: 40, segmentBytes: 40 },
  ])
  assert.deepEqual([report.budgetBytes, report.freeBytes], [5000, null])
  await Promise.all([storage.report(), storage.report()])
  assert.equal(lists(), 1)
  advance(60_000)
  await Promise.all([storage.report(), storage.report()])
  assert.equal(lists(), 2)
})

test('everything is given up, or what was made of one title; then it is counted anew', async () => {
  const { storage, evicted, lists } = setUp()
  assert.deepEqual(await storage.evict(), { freedBytes: 12 })
  assert.deepEqual(await storage.evict('t1'), { freedBytes: 12 })
  assert.deepEqual(evicted, [undefined, ['a']])
  await assert.rejects(storage.evict('t9'), { code: 'not-found' })
  assert.equal(lists(), 2)
})
