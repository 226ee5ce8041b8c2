// A database with something of all that is hard to move: self-references, odd texts, large numbers, fractions, a text index.
import { sql } from 'kysely'
import type { OpenDatabase } from '../../server/platform/database/database.ts'

export const TITLE = {
  library_id: 'l',
  identity: '',
  name: 'Ünïcode 🎬 \'"',
  sort_key: '',
  runtime_seconds: 5423.456789,
  rating: 7.3,
  added_at_ms: 1_790_000_000_123,
}

export async function fill({ db }: OpenDatabase): Promise<void> {
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

export const ROWS = 1203 + 6

/** What must be the same on both sides. */
export const dump = async ({ db, dialect }: Pick<OpenDatabase, 'db' | 'dialect'>) => ({
  titles: await db.selectFrom('titles').selectAll().orderBy('seq').execute(),
  found: await (
    dialect === 'sqlite'
      ? sql`select rowid from title_search where title_search match 'second'`
      : sql`select rowid from title_search where words like '%second%'`
  ).execute(db),
  settings: await db.selectFrom('settings').selectAll().orderBy('key').execute(),
})
