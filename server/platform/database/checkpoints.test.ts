// The log of SQLite is carried over by a thread, and by SQLite itself where the thread fails.
import assert from 'node:assert/strict'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { sql } from 'kysely'
import { sleep } from '../async.ts'
import { keepCheckpointed } from './checkpoints.ts'
import { openDatabase } from './database.ts'

const table = { version: 1, name: 'first', up: ['create table a (n integer, bytes blob)'] }
const ROWS = 12

async function folderFor(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'checkpoints-'))
  t.after(() => rm(folder, { recursive: true }))
  return folder
}

test('a log that has grown is emptied while the server goes on, and no row is lost', async (t) => {
  const path = join(await folderFor(t), 'a.db')
  const opened = await openDatabase({ kind: 'sqlite', path }, Date.now, [table])
  const logBytes = async () => (await stat(`${path}-wal`)).size
  for (let n = 0; n < ROWS; n += 1)
    await sql`insert into a values (${n}, zeroblob(1000000))`.execute(opened.db)
  assert.ok((await logBytes()) > 10_000_000, 'no commit waits for a checkpoint')
  while ((await logBytes()) > 100_000) await sleep(20)
  await sql`insert into a values (${ROWS}, null)`.execute(opened.db)
  const count = async (db: typeof opened.db) =>
    (await sql<{ n: number }>`select count(*) as n from a`.execute(db)).rows[0]?.n
  assert.equal(await count(opened.reader), ROWS + 1)
  await opened[Symbol.asyncDispose]()
  const again = await openDatabase({ kind: 'sqlite', path }, Date.now, [table])
  assert.equal(await count(again.db), ROWS + 1)
  await again[Symbol.asyncDispose]()
})

test('where the thread cannot work, SQLite makes checkpoints itself again', async (t) => {
  const path = join(await folderFor(t), 'not-there', 'a.db')
  const { promise, resolve } = Promise.withResolvers<void>()
  const modes: boolean[] = []
  await using _kept = keepCheckpointed({
    path,
    pause: (work) => work(),
    setAutomatic: (isAutomatic) => {
      modes.push(isAutomatic)
      if (isAutomatic) resolve()
    },
  })
  // Its looks keep no process, and nothing else need keep this one.
  const kept = setInterval(() => {}, 1_000)
  t.after(() => clearInterval(kept))
  await promise
  assert.deepEqual(modes, [false, true])
})
