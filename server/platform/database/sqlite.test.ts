// One process per database, and a copy before it is changed.
import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { sql } from 'kysely'
import { problemOf } from '../../http/problem-reply.ts'
import { openDatabase } from './database.ts'
import { DatabaseInUse, openSqlite } from './sqlite.ts'

const first = {
  version: 1,
  name: 'first',
  up: ['create table a (n integer)', 'insert into a (n) values (5)'],
}
const second = { version: 2, name: 'second', up: ['drop table a'] }

test('a second opener is refused with a sentence, and served once the first has closed', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'sqlite-'))
  t.after(() => rm(folder, { recursive: true }))
  const config = { kind: 'sqlite', path: join(folder, 'a.db') } as const
  const opened = await openDatabase(config, Date.now, [first])
  await assert.rejects(openDatabase(config, Date.now, [first]), (error: Error) => {
    assert.ok(error instanceof DatabaseInUse)
    assert.match(error.message, /^Another MediaServer is already using .*a\.db\. Stop it first/)
    return true
  })
  await opened[Symbol.asyncDispose]()
  await (await openDatabase(config, Date.now, [first]))[Symbol.asyncDispose]()
})

test('before a migration changes a database, a whole copy of it is put beside', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'sqlite-'))
  t.after(() => rm(folder, { recursive: true }))
  const path = join(folder, 'a.db')
  await (await openDatabase({ kind: 'sqlite', path }, Date.now, [first]))[Symbol.asyncDispose]()
  assert.ok(!(await readdir(folder)).some((name) => name.includes('before-update')))
  await (await openDatabase({ kind: 'sqlite', path }, Date.now, [first, second]))[Symbol.asyncDispose]()
  const { db } = openSqlite(`${path}.before-update-from-1`)
  assert.deepEqual((await sql`select n from a`.execute(db)).rows, [{ n: 5 }])
  await db.destroy()
})

test('a value SQLite cannot hold is refused instead of stored as null', async () => {
  const { db } = openSqlite(':memory:')
  await assert.rejects(sql`select ${new Date()} as d`.execute(db), /cannot bind a Date/)
  await db.destroy()
})

test('reads go on beside a transaction, see what was committed, and nothing stays open afterwards', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'sqlite-'))
  t.after(() => rm(folder, { recursive: true }))
  const path = join(folder, 'a.db')
  const opened = await openDatabase({ kind: 'sqlite', path }, Date.now, [first])
  const seen = async () => (await sql<{ n: number }>`select n from a order by n`.execute(opened.reader)).rows
  await opened.db.transaction().execute(async (trx) => {
    await sql`insert into a (n) values (6)`.execute(trx)
    assert.deepEqual(await seen(), [{ n: 5 }])
  })
  assert.deepEqual(await seen(), [{ n: 5 }, { n: 6 }])
  await opened[Symbol.asyncDispose]()
  // Also a reader that nothing was ever asked of.
  await (await openDatabase({ kind: 'sqlite', path }, Date.now, [first]))[Symbol.asyncDispose]()
  assert.deepEqual((await readdir(folder)).toSorted(), ['a.db', 'a.db.lock'])
})

test('rows are plain objects, and of two columns of one name the last counts', async () => {
  const { db } = openSqlite(':memory:')
  const { rows } = await sql`select 1 as a, 2 as b, 3 as a`.execute(db)
  assert.deepStrictEqual(rows, [{ a: 3, b: 2 }])
  await db.destroy()
})

test('a disk that fills within a transaction is said so, and the next one is taken', async () => {
  const { db, raw } = openSqlite(':memory:')
  raw.exec('create table t (x text); pragma max_page_count = 4')
  const fill = (text: string) =>
    db.transaction().execute((trx) => sql`insert into t (x) values (${text})`.execute(trx))
  const full = await fill('x'.repeat(100_000)).catch((error: unknown) => error)
  assert.match(String(full), /full/)
  assert.equal(problemOf(full).code, 'disk-full')
  await fill('small')
  await db.destroy()
})
