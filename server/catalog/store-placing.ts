// The SQL of putting files under titles, and of what follows from it: counts, lists, facets, words.
import { type Kysely, type RawBuilder, type Selectable, sql } from 'kysely'
import type { Tables } from '../platform/database/schema.ts'
import type { FileFacts } from './facets.ts'
import { refacet } from './store-facets.ts'
import type { TitleRow } from './store-lists.ts'
import { mergeTitles, type Merge, splitTitles } from './store-merge.ts'

export type NewTitle = Omit<
  TitleRow,
  | 'seq'
  | 'rating'
  | 'runtime_seconds'
  | 'is_offline'
  | 'file_count'
  | 'episode_count'
  | 'poster'
  | 'backdrop'
  | 'merged_into'
>
export type NewTitleFile = Pick<
  Selectable<Tables['title_files']>,
  'file_id' | 'title_id' | 'library_id' | 'version' | 'part' | 'is_offline'
>

/** SQLite takes up to 32 766 parameters a statement; batches stay far below. */
const CHUNK = 500
const chunks = <T>(items: readonly T[]): T[][] =>
  Array.from({ length: Math.ceil(items.length / CHUNK) }, (_, i) => items.slice(i * CHUNK, (i + 1) * CHUNK))

export function createPlacingStore(db: Kysely<Tables>) {
  const setWords = async (trx: Kysely<Tables>, seq: number, words: string) => {
    await trx.deleteFrom('title_search').where('rowid', '=', seq).execute()
    await trx.insertInto('title_search').values({ rowid: seq, words }).execute()
  }

  const sweepWhere = async (isGone: RawBuilder<unknown>) => {
    for (let isMore = true; isMore;)
      isMore = await db.transaction().execute(async (trx) => {
        const { rows } = await sql<{
          file_id: string
          title_id: string
        }>`select file_id, title_id from title_files f where ${isGone} limit ${CHUNK}`.execute(trx)
        const ids = [...new Set(rows.map((row) => row.file_id))]
        if (ids.length > 0) await trx.deleteFrom('title_files').where('file_id', 'in', ids).execute()
        await recount(trx, [...new Set(rows.map((row) => row.title_id))])
        return rows.length === CHUNK
      })
  }

  const isMatched = async (trx: Kysely<Tables>, id: string): Promise<boolean> =>
    (await trx
      .selectFrom('title_matches')
      .select('title_id')
      .where('title_id', '=', id)
      .where('remote_id', 'is not', null)
      .executeTakeFirst()) !== undefined

  /** Recounts files, listing, availability and episode counts of these titles and of what is above them. */
  const recount = async (trx: Kysely<Tables>, titleIds: readonly string[]) => {
    const above = new Set<string>()
    for (const ids of chunks(titleIds)) {
      if (ids.length === 0) continue
      await sql`update titles set
          file_count = (select count(*) from title_files f where f.title_id = titles.id),
          is_offline = case when exists (select 1 from title_files f where f.title_id = titles.id and f.is_offline = 0) then 0 else 1 end,
          runtime_seconds = coalesce((select max(total) from (select sum(f.duration_seconds) as total from title_files f where f.title_id = titles.id group by f.version) as versions), runtime_seconds),
          listed = case when kind = 'movie' and exists (select 1 from title_files f where f.title_id = titles.id) then 'movie' end
        where kind in ('movie', 'episode') and id in (${sql.join(ids)})`.execute(trx)
      await refacet(trx, ids)
      const parents = await trx
        .selectFrom('titles')
        .select(['parent_id', 'show_id'])
        .where('id', 'in', ids)
        .execute()
      for (const p of parents) for (const id of [p.parent_id, p.show_id]) if (id !== null) above.add(id)
    }
    for (const ids of chunks([...above])) {
      for (const [kind, column] of [
        ['season', sql`parent_id`],
        ['show', sql`show_id`],
      ] as const)
        await sql`update titles set
            episode_count = (select count(*) from titles e where e.${column} = titles.id and e.kind = 'episode' and e.file_count > 0),
            file_count = coalesce((select sum(e.file_count) from titles e where e.${column} = titles.id and e.kind = 'episode'), 0),
            is_offline = case when exists (select 1 from titles e where e.${column} = titles.id and e.kind = 'episode' and e.is_offline = 0 and e.file_count > 0) then 0 else 1 end
          where kind = ${kind} and id in (${sql.join(ids)})`.execute(trx)
      await trx
        .updateTable('titles')
        .set((eb) => ({
          listed: eb
            .case()
            .when('episode_count', '>', 0)
            .then(sql<'show'>`'show'`)
            .else(null)
            .end(),
        }))
        .where('kind', '=', 'show')
        .where('id', 'in', ids)
        .execute()
      await refacet(trx, ids)
    }
  }

  return {
    /** One title out of two that are the same; `split` takes it back. `note` writes down how, whole or not at all. */
    merge: (
      winnerId: string,
      loserId: string,
      note: (trx: Kysely<Tables>, merge: Merge) => Promise<void> = async () => {},
    ): Promise<Merge> =>
      db.transaction().execute(async (trx) => {
        const merge = await mergeTitles(trx, winnerId, loserId)
        await recount(trx, merge.touched)
        await note(trx, merge)
        return merge
      }),
    split: (merge: Merge): Promise<void> =>
      db.transaction().execute(async (trx) => {
        await splitTitles(trx, merge)
        await recount(trx, merge.touched)
      }),

    /** Runs `work` in one transaction; inside it nothing but its own methods may be awaited. */
    placing: <T>(work: (tx: ReturnType<typeof placing>) => Promise<T>) =>
      db.transaction().execute((trx) => work(placing(trx))),

    /**
     * Unlinks files that the library no longer knows; a file is offline before it is forgotten. A batch is a
     * transaction, so that a hundred thousand deleted files hold up nobody.
     */
    async sweep(isWhole: boolean): Promise<void> {
      await sweepWhere(
        sql`is_offline = 1 and not exists (select 1 from media_files m where m.id = f.file_id)`,
      )
      if (!isWhole) return
      const there = new Set((await db.selectFrom('libraries').select('id').execute()).map(({ id }) => id))
      // From one library's first row to the next one's: a few steps in an index, however many files there are.
      for (let libraryId = ''; ;) {
        const next = await db
          .selectFrom('title_files')
          .select((eb) => eb.fn.min('library_id').as('id'))
          .where('library_id', '>', libraryId)
          .executeTakeFirst()
        if (next?.id === undefined || next.id === null) return
        libraryId = next.id
        if (!there.has(libraryId)) await sweepWhere(sql`f.library_id = ${libraryId}`)
      }
    },
  }

  function placing(trx: Kysely<Tables>) {
    return {
      findByIdentity: async (libraryId: string, identities: readonly string[]): Promise<TitleRow[]> => {
        const found: TitleRow[] = []
        for (const some of chunks(identities))
          found.push(
            ...(await trx
              .selectFrom('titles')
              .selectAll()
              .where('library_id', '=', libraryId)
              .where('identity', 'in', some)
              .execute()),
          )
        return found
      },
      insert: async (row: NewTitle, words: string) => {
        const { seq } = await trx.insertInto('titles').values(row).returning('seq').executeTakeFirstOrThrow()
        await setWords(trx, seq, words)
        await trx
          .insertInto('title_details')
          .values({ title_id: row.id } as never)
          .execute()
      },
      link: async (rows: readonly NewTitleFile[]) => {
        for (const some of chunks(rows))
          await trx
            .insertInto('title_files')
            .values(some)
            .onConflict((c) =>
              c.columns(['file_id', 'title_id']).doUpdateSet((eb) => ({
                library_id: eb.ref('excluded.library_id'),
                version: eb.ref('excluded.version'),
                part: eb.ref('excluded.part'),
                is_offline: eb.ref('excluded.is_offline'),
              })),
            )
            .execute()
      },
      linked: async (fileIds: readonly string[]) => {
        const found: { file_id: string; title_id: string }[] = []
        for (const ids of chunks(fileIds))
          found.push(
            ...(await trx
              .selectFrom('title_files')
              .select(['file_id', 'title_id'])
              .where('file_id', 'in', ids)
              .execute()),
          )
        return found
      },
      unlink: async (fileIds: readonly string[]) => {
        for (const ids of chunks(fileIds))
          await trx.deleteFrom('title_files').where('file_id', 'in', ids).execute()
      },
      setOffline: async (fileIds: readonly string[], isOffline: boolean) => {
        for (const ids of chunks(fileIds))
          await trx
            .updateTable('title_files')
            .set({ is_offline: isOffline ? 1 : 0 })
            .where('file_id', 'in', ids)
            .execute()
      },
      describe: (fileId: string, facts: FileFacts) =>
        trx.updateTable('title_files').set(facts).where('file_id', '=', fileId).execute(),
      /** Series of these episodes go to the library in which all of their files are now, unless it has such a series. */
      followFiles: async (episodeIds: readonly string[], libraryId: string) => {
        for (const ids of chunks(episodeIds)) {
          const { rows } = await sql<{ id: string }>`select s.id from titles s
            where s.library_id <> ${libraryId} and s.kind = 'show'
              and s.id in (select e.show_id from titles e where e.id in (${sql.join(ids)}))
              and not exists (select 1 from titles e join title_files f on f.title_id = e.id
                where e.show_id = s.id and f.library_id <> ${libraryId})
              and not exists (select 1 from titles o where o.library_id = ${libraryId} and o.identity = s.identity)`.execute(
            trx,
          )
          for (const { id } of rows) {
            const isOfShow = sql<boolean>`(id = ${id} or show_id = ${id})`
            const match = sql<boolean>`title_id in (select id from titles where ${isOfShow})`
            await trx.updateTable('title_matches').set({ library_id: libraryId }).where(match).execute()
            await trx.updateTable('titles').set({ library_id: libraryId }).where(isOfShow).execute()
          }
        }
      },
      rename: async (
        id: string,
        to: { name: string; sort_key: string; year: number; identity: string; library_id: string },
      ) => {
        await trx
          .updateTable('title_matches')
          .set({ library_id: to.library_id })
          .where('title_id', '=', id)
          .execute()
        const row = await trx
          .updateTable('titles')
          .set(to)
          .where('id', '=', id)
          .returning('seq')
          .executeTakeFirst()
        if (row && !(await isMatched(trx, id))) await setWords(trx, row.seq, to.name)
      },
      adoptYear: (id: string, year: number) =>
        trx.updateTable('titles').set({ year }).where('id', '=', id).execute(),
      row: (id: string) => trx.selectFrom('titles').selectAll().where('id', '=', id).executeTakeFirst(),
      countFiles: async (id: string) =>
        (
          await trx
            .selectFrom('title_files')
            .select((eb) => eb.fn.countAll<number>().as('n'))
            .where('title_id', '=', id)
            .executeTakeFirstOrThrow()
        ).n,
      isMatched: (id: string) => isMatched(trx, id),
      /** Beside those that are known already. */
      setIds: async (id: string, ids: Record<string, string | number>) => {
        const known = await trx
          .selectFrom('title_details')
          .select('ids')
          .where('title_id', '=', id)
          .executeTakeFirst()
        const all = { ...(JSON.parse(known?.ids ?? '{}') as typeof ids), ...ids }
        await trx
          .updateTable('title_details')
          .set({ ids: JSON.stringify(all) })
          .where('title_id', '=', id)
          .execute()
      },
      recount: (ids: readonly string[]) => recount(trx, ids),
    }
  }
}
