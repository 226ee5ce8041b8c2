// What every database promises: migrations once, in order, whole or not at all, and never backwards.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import type { OpenDatabase } from '../../server/platform/database/database.ts'
import { seqsOf, textToBits } from '../../server/platform/database/facet-sets.ts'
import { DatabaseTooNew, type Migration } from '../../server/platform/database/migrate.ts'
import { MIGRATIONS } from '../../server/platform/database/migrations/all.ts'

export type DatabaseAtHand = AsyncDisposable & {
  /** Opens the same database again each time; dispose of one before the next. */
  open: (migrations?: readonly Migration[]) => Promise<OpenDatabase>
}

const first: Migration = { version: 1, name: 'first', up: ['create table a (n integer primary key)'] }
const second: Migration = {
  version: 2,
  name: 'second',
  up: ['insert into a (n) values (1)', 'create table b (n integer)'],
}
const broken: Migration = {
  version: 2,
  name: 'broken',
  up: ['insert into a (n) values (7)', 'create nonsense'],
}

export function databaseContract(name: string, make: () => Promise<DatabaseAtHand>): void {
  const it = (title: string, body: (at: DatabaseAtHand) => Promise<void>) =>
    void test(`database ${name}: ${title}`, async () => {
      await using at = await make()
      await body(at)
    })
  const rows = async ({ db }: OpenDatabase) => (await sql<{ n: number }>`select n from a`.execute(db)).rows

  it('applies what is pending, once', async ({ open }) => {
    for (const migrations of [[first], [first, second], [first, second]]) {
      await using opened = await open(migrations)
      assert.equal((await rows(opened)).length, migrations.length - 1)
    }
  })

  it('applies one that is missing below the highest', async ({ open }) => {
    const third: Migration = { version: 3, name: 'third', up: ['create table c (n integer)'] }
    await (await open([first, third]))[Symbol.asyncDispose]()
    await using opened = await open([first, second, third])
    assert.deepEqual(await rows(opened), [{ n: 1 }])
    const versions = await opened.db.selectFrom('migrations').select('version').orderBy('version').execute()
    assert.deepEqual(
      versions.map(({ version }) => version),
      [1, 2, 3],
    )
  })

  it('leaves nothing of a migration that fails', async ({ open }) => {
    await (await open([first]))[Symbol.asyncDispose]()
    await assert.rejects(open([first, broken]))
    await using opened = await open([first, second])
    assert.deepEqual(await rows(opened), [{ n: 1 }])
  })

  it('keeps what titles are filtered by when an older catalogue is opened', async ({ open }) => {
    {
      await using older = await open(MIGRATIONS.filter(({ version }) => version < 10))
      for (const statement of [
        `insert into titles (id, library_id, kind, identity, name, sort_key, year, added_at_ms, listed)
          values ('t', 'l', 'movie', 'movie|heat|1995', 'Heat', 'heat', 1995, 1, 'movie')`,
        `insert into title_details (title_id, genres) values ('t', '["Crime"]')`,
        `insert into title_genres (genre, title_id) values ('Crime', 't')`,
        `insert into title_facets (facet, title_id) values ('video:hevc', 't')`,
      ])
        await sql.raw(statement).execute(older.db)
    }
    await using opened = await open(MIGRATIONS)
    const facets = ['genre:Crime', 'video:hevc', 'year:1995']
    const counted = await opened.db.selectFrom('facet_counts').selectAll().orderBy('facet').execute()
    assert.deepEqual(
      counted,
      facets.map((facet) => ({ facet, titles: 1 })),
    )
    const { facets: kept } = await opened.db
      .selectFrom('title_details')
      .select('facets')
      .executeTakeFirstOrThrow()
    assert.deepEqual((JSON.parse(kept) as string[]).toSorted(), facets)
    const sets = await opened.db.selectFrom('facet_sets').selectAll().orderBy('facet').execute()
    const { seq } = await opened.db.selectFrom('titles').select('seq').executeTakeFirstOrThrow()
    assert.deepEqual(
      sets.map(({ facet, chunk, bits }) => [facet, seqsOf(chunk, textToBits(bits))]),
      facets.map((facet) => [facet, [seq]]),
    )
  })

  it('refuses a database of a newer version and changes nothing', async ({ open }) => {
    await (await open([first, second]))[Symbol.asyncDispose]()
    await assert.rejects(open([first]), DatabaseTooNew)
    await using opened = await open([first, second])
    assert.deepEqual(await rows(opened), [{ n: 1 }])
  })

  it('has the whole schema after the real migrations', async ({ open }) => {
    await using opened = await open()
    await opened.ping()
    assert.deepEqual(await opened.db.selectFrom('jobs').selectAll().execute(), [])
  })

  it('keeps big integers, unicode and null as they are', async ({ open }) => {
    await using opened = await open()
    const row = { key: 'ключ 🎬', value: "it's", updated_at_ms: 9_007_199_254_740_991 }
    await opened.db.insertInto('settings').values(row).execute()
    assert.deepEqual(await opened.db.selectFrom('settings').selectAll().execute(), [row])
  })

  it('undoes a transaction that throws', async ({ open }) => {
    await using opened = await open([first])
    const work = opened.db.transaction().execute(async (trx) => {
      await sql`insert into a (n) values (1)`.execute(trx)
      throw new Error('planned')
    })
    await assert.rejects(work, /planned/)
    assert.deepEqual(await rows(opened), [])
  })
}
