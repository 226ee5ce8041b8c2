// Moving from SQLite to PostgreSQL and back: every row the same, nothing overwritten, nothing half done.
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { sql } from 'kysely'
import { copyDatabase } from '../../server/platform/database/copy.ts'
import { type OpenDatabase, openDatabase } from '../../server/platform/database/database.ts'
import { freshPostgres, lacking } from '../support/servers.ts'

const skip = lacking('postgres')

const TITLE = {
  library_id: 'l',
  identity: '',
  name: 'Ünïcode 🎬 \'"',
  sort_key: '',
  runtime_seconds: 5423.456789,
  rating: 7.3,
  added_at_ms: 1_790_000_000_123,
}

async function fill({ db }: OpenDatabase): Promise<void> {
  await db
    .insertInto('libraries')
    .values({ id: 'l', name: 'Films', kind: 'films', created_at_ms: 1 })
    .execute()
  const titles = Array.from({ length: 1203 }, (_, n) => ({
    ...TITLE,
    id: `t${n}`,
    identity: `i${n}`,
    // A child before its parent: what an order of insertion alone would not bear.
    kind: n === 0 ? ('episode' as const) : ('show' as const),
    parent_id: n === 0 ? 't1' : null,
    show_id: n === 0 ? 't1' : null,
  }))
  for (let at = 0; at < titles.length; at += 100) {
    // The child's parent comes later.
    await sql`pragma foreign_keys = off`.execute(db)
    await db
      .insertInto('titles')
      .values(titles.slice(at, at + 100))
      .execute()
  }
  await db
    .insertInto('library_folders')
    .values({ id: 'd', library_id: 'l', path: '/films', state: 'ok' })
    .execute()
  await db
    .insertInto('media_files')
    .values({
      id: 'f',
      library_id: 'l',
      folder_id: 'd',
      relative_path: 'a.mkv',
      size_bytes: 1,
      modified_at_ms: 1,
      inode: '1',
      fingerprint: '',
      state: 'new',
      is_offline: 0,
      gone_at_ms: null,
      reason: null,
      added_at_ms: 1,
      container: null,
      duration_seconds: null,
      bitrate_bps: null,
      is_announced: 0,
      sighting: '',
    })
    .execute()
  // A key of a text and a number: PostgreSQL must not take the number for a text.
  await db
    .insertInto('file_chapters')
    .values({ file_id: 'f', position: 2, start_seconds: 0, end_seconds: 1.5, title: null })
    .execute()
  await db.insertInto('title_search').values({ rowid: 7, words: 'the long second' }).execute()
  await db
    .insertInto('settings')
    .values({ key: 'k', value: '', updated_at_ms: 9_007_199_254_740_991 })
    .execute()
}

test('there and back', { skip }, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'copy-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  await using server = await freshPostgres()
  await using first = await openDatabase({ kind: 'sqlite', path: join(folder, 'a.db') }, Date.now)
  await fill(first)
  await using postgres = await openDatabase({ kind: 'postgres', url: server.url }, Date.now)
  const there = await copyDatabase(first, postgres)
  assert.equal(there.rows, 1203 + 6)
  await assert.rejects(copyDatabase(first, postgres), /not empty/)
  // The numbers go on where they ended.
  await postgres.db
    .insertInto('titles')
    .values({ ...TITLE, id: 'new', identity: 'new', kind: 'movie' })
    .execute()
  await postgres.db.deleteFrom('titles').where('id', '=', 'new').execute()

  await using back = await openDatabase({ kind: 'sqlite', path: join(folder, 'b.db') }, Date.now)
  assert.deepEqual(await copyDatabase(postgres, back), there)
  const dump = async ({ db }: OpenDatabase) => ({
    titles: await db.selectFrom('titles').selectAll().orderBy('seq').execute(),
    found: await sql`select rowid from title_search where title_search match 'second'`.execute(db),
    settings: await db.selectFrom('settings').selectAll().execute(),
  })
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
