// Moving from SQLite to PostgreSQL and back: every row the same, nothing overwritten, nothing half done.
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { copyDatabase } from '../../server/platform/database/copy.ts'
import { openDatabase } from '../../server/platform/database/database.ts'
import { dump, fill, ROWS, TITLE } from '../support/filled-database.ts'
import { freshPostgres, lacking } from '../support/servers.ts'

const skip = lacking('postgres')

test('there and back', { skip }, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'copy-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  await using server = await freshPostgres()
  await using first = await openDatabase({ kind: 'sqlite', path: join(folder, 'a.db') }, Date.now)
  await fill(first)
  await using postgres = await openDatabase({ kind: 'postgres', url: server.url }, Date.now)
  const there = await copyDatabase(first, postgres)
  assert.equal(there.rows, ROWS)
  await assert.rejects(copyDatabase(first, postgres), /not empty/)
  // The numbers go on where they ended.
  await postgres.db
    .insertInto('titles')
    .values({ ...TITLE, id: 'new', identity: 'new', kind: 'movie' })
    .execute()
  await postgres.db.deleteFrom('titles').where('id', '=', 'new').execute()

  await using back = await openDatabase({ kind: 'sqlite', path: join(folder, 'b.db') }, Date.now)
  assert.deepEqual(await copyDatabase(postgres, back), there)
  assert.deepEqual(await dump(back), await dump(first))
})

test('a copy that fails leaves the target empty', { skip }, async () => {
  await using server = await freshPostgres()
  await using from = await openDatabase({ kind: 'sqlite', path: ':memory:' }, Date.now)
  await fill(from)
  // PostgreSQL's text holds no NUL.
  await from.db.insertInto('settings').values({ key: 'zzz', value: 'a\0b', updated_at_ms: 1 }).execute()
  await using to = await openDatabase({ kind: 'postgres', url: server.url }, Date.now)
  await assert.rejects(copyDatabase(from, to))
  assert.deepEqual(await to.db.selectFrom('libraries').selectAll().execute(), [])
})
