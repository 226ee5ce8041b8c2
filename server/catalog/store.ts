// The catalog feature's SQL.
import { type Kysely, type RawBuilder, type Selectable, sql, type SqlBool, type Updateable } from 'kysely'
import type { Tables } from '../platform/database/schema.ts'
import { facetsOf, type FileFacts } from './facets.ts'

export type TitleRow = Selectable<Tables['titles']>
export type NewTitle = Omit<
  TitleRow,
  'seq' | 'rating' | 'runtime_seconds' | 'is_offline' | 'file_count' | 'episode_count' | 'poster' | 'backdrop'
>
export type NewTitleFile = Pick<
  Selectable<Tables['title_files']>,
  'file_id' | 'title_id' | 'library_id' | 'version' | 'part' | 'is_offline'
>
/** A title with this viewer's state; all that a card needs. */
export type CardRow = TitleRow & {
  show_name: string | null
  position_seconds: number | null
  watched_seconds: number | null
  watched: number | null
  favourite: number | null
  watched_children: number | null
}

export type SortColumn = 'sort_key' | 'added_at_ms' | 'year' | 'rating' | 'runtime_seconds'
export type ListFilter = {
  listed: 'movie' | 'show'
  libraryId?: string
  sort: SortColumn
  descending: boolean
  after?: { value: string | number; id: string }
  limit: number
  genre?: string
  year?: number
  /** All of these; see `facets.ts`. */
  facets?: readonly string[]
  watched?: boolean
  favourite?: boolean
}

/** SQLite takes up to 32 766 parameters a statement; batches stay far below. */
const CHUNK = 500
/** Up to so many ids are fetched and sorted for a page; among more of them, walking the list in order finds a page soon. */
const RARE = 5000
const chunks = <T>(items: readonly T[]): T[][] =>
  Array.from({ length: Math.ceil(items.length / CHUNK) }, (_, i) => items.slice(i * CHUNK, (i + 1) * CHUNK))

export function createCatalogStore(db: Kysely<Tables>, dialect: 'sqlite' | 'postgres') {
  const cards = (viewerId: string) =>
    db
      .selectFrom('titles as t')
      .leftJoin('titles as show', 'show.id', 't.show_id')
      .leftJoin('viewer_titles as v', (j) =>
        j.onRef('v.title_id', '=', 't.id').on('v.viewer_id', '=', viewerId),
      )
      .selectAll('t')
      .select([
        'show.name as show_name',
        'v.position_seconds',
        'v.duration_seconds as watched_seconds',
        'v.watched',
        'v.favourite',
        'v.watched_children',
      ])

  /** What a filter leaves, each as ids from one range of one index. */
  const narrowingsOf = (viewerId: string, f: ListFilter): RawBuilder<{ title_id: string }>[] => [
    ...(f.facets ?? []).map(
      (facet) => sql<{ title_id: string }>`select title_id from title_facets where facet = ${facet}`,
    ),
    ...(f.genre === undefined
      ? []
      : [sql<{ title_id: string }>`select title_id from title_genres where genre = ${f.genre}`]),
    ...(f.favourite
      ? [
          sql<{
            title_id: string
          }>`select title_id from viewer_titles where viewer_id = ${viewerId} and favourite = 1`,
        ]
      : []),
    ...(f.watched && f.listed === 'movie'
      ? [
          sql<{
            title_id: string
          }>`select title_id from viewer_titles where viewer_id = ${viewerId} and watched = 1`,
        ]
      : []),
  ]

  /** The one that leaves so few that sorting them is cheaper than walking the list for them; null when none does. */
  const rarest = async (narrowings: readonly RawBuilder<{ title_id: string }>[]) => {
    let [found, fewest]: [RawBuilder<{ title_id: string }> | null, number] = [null, RARE + 1]
    for (const one of narrowings) {
      const counted = await sql<{
        count: number
      }>`select count(*) as count from (${one} limit ${fewest}) as counted`.execute(db)
      const count = Number(counted.rows[0]?.count ?? 0)
      if (count < fewest) [found, fewest] = [one, count]
    }
    return found
  }

  /** Facets of these films and series, from the files below them; only what differs is written. */
  const refacet = async (trx: Kysely<Tables>, ids: readonly string[]) => {
    const titles = await trx
      .selectFrom('titles')
      .select(['id', 'kind', 'listed'])
      .where('id', 'in', ids)
      .where('kind', 'in', ['movie', 'show'])
      .execute()
    if (titles.length === 0) return
    const before = Map.groupBy(
      await trx
        .selectFrom('title_facets')
        .selectAll()
        .where(
          'title_id',
          'in',
          titles.map(({ id }) => id),
        )
        .execute(),
      (row) => row.title_id,
    )
    const added: { facet: string; title_id: string }[] = []
    for (const { id, kind, listed } of titles) {
      const files = trx
        .selectFrom('title_files as f')
        .select(['f.height', 'f.is_hdr', 'f.video_codec', 'f.audio_languages', 'f.subtitle_languages'])
        .distinct()
      const below =
        kind === 'movie'
          ? files.where('f.title_id', '=', id)
          : files.where('f.title_id', 'in', (eb) =>
              eb
                .selectFrom('titles as e')
                .select('e.id')
                .where('e.show_id', '=', id)
                .where('e.kind', '=', 'episode'),
            )
      const now = listed === null ? new Set<string>() : facetsOf(await below.execute())
      const then = new Set((before.get(id) ?? []).map(({ facet }) => facet))
      const gone = [...then.difference(now)]
      if (gone.length > 0)
        await trx.deleteFrom('title_facets').where('title_id', '=', id).where('facet', 'in', gone).execute()
      for (const facet of now.difference(then)) added.push({ facet, title_id: id })
    }
    for (const some of chunks(added)) await trx.insertInto('title_facets').values(some).execute()
  }

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
    /** Runs `work` in one transaction; inside it nothing but its own methods may be awaited. */
    placing: <T>(work: (tx: ReturnType<typeof placing>) => Promise<T>) =>
      db.transaction().execute((trx) => work(placing(trx))),

    card: (viewerId: string, id: string): Promise<CardRow | undefined> =>
      cards(viewerId).where('t.id', '=', id).executeTakeFirst(),
    cardsByIds: (viewerId: string, ids: readonly string[]): Promise<CardRow[]> =>
      ids.length === 0 ? Promise.resolve([]) : cards(viewerId).where('t.id', 'in', ids).execute(),
    children: (viewerId: string, parentId: string): Promise<CardRow[]> =>
      cards(viewerId)
        .where('t.parent_id', '=', parentId)
        .where('t.file_count', '>', 0)
        .orderBy('t.season_number')
        .orderBy('t.episode_number')
        .orderBy('t.aired_on')
        .orderBy('t.sort_key')
        .orderBy('t.id')
        .limit(5000)
        .execute(),
    /** All episodes of a show in their order. */
    episodesOf: (viewerId: string, showId: string): Promise<CardRow[]> =>
      cards(viewerId)
        .where('t.show_id', '=', showId)
        .where('t.kind', '=', 'episode')
        .where('t.file_count', '>', 0)
        .orderBy('t.season_number')
        .orderBy('t.episode_number')
        .orderBy('t.aired_on')
        .orderBy('t.id')
        .limit(20_000)
        .execute(),

    async list(viewerId: string, f: ListFilter): Promise<CardRow[]> {
      const narrowings = narrowingsOf(viewerId, f)
      // In the order of years it is one range of that order's index, and not worth a thought.
      const ofYear =
        f.year === undefined || f.sort === 'year'
          ? null
          : sql<{
              title_id: string
            }>`select id as title_id from titles where listed = ${f.listed} and year = ${f.year}`
      const rare = await rarest(ofYear ? [...narrowings, ofYear] : narrowings)
      let query = cards(viewerId).where('t.listed', '=', f.listed)
      if (f.libraryId !== undefined) query = query.where('t.library_id', '=', f.libraryId)
      if (f.year !== undefined)
        query = query.where(
          ofYear && dialect === 'sqlite'
            ? sql<SqlBool>`+t.year = ${f.year}`
            : sql<SqlBool>`t.year = ${f.year}`,
        )
      if (ofYear && rare === ofYear) query = query.where(sql<SqlBool>`t.id in (${ofYear})`)
      for (const one of narrowings)
        query = query.where(
          one === rare
            ? sql<SqlBool>`t.id in (${one})`
            : sql<SqlBool>`exists (select 1 from (${one}) as n where n.title_id = t.id)`,
        )
      if (f.favourite === false) query = query.where(sql<SqlBool>`coalesce(v.favourite, 0) = 0`)
      if (f.watched !== undefined)
        query = query.where(
          f.listed === 'movie'
            ? sql<SqlBool>`coalesce(v.watched, 0) = ${f.watched ? 1 : 0}`
            : sql<SqlBool>`(coalesce(v.watched_children, 0) >= t.episode_count) = ${dialect === 'sqlite' ? (f.watched ? 1 : 0) : f.watched}`,
        )
      const direction = f.descending ? 'desc' : 'asc'
      if (f.after)
        query = query.where(
          sql<SqlBool>`(${sql.ref(`t.${f.sort}`)}, t.id) ${sql.raw(f.descending ? '<' : '>')} (${f.after.value}, ${f.after.id})`,
        )
      // Few: sorted by hand. SQLite would walk the whole list in its order, were it not told so.
      const by = rare && dialect === 'sqlite' ? sql`+${sql.ref(`t.${f.sort}`)}` : sql.ref(`t.${f.sort}`)
      return query.orderBy(by, direction).orderBy('t.id', direction).limit(f.limit).execute()
    },

    async search(viewerId: string, text: string, limit: number): Promise<CardRow[]> {
      const pattern = `%${text.replace(/[\\%_]/g, (c) => `\\${c}`)}%`
      // Trigrams need three characters; below that the beginning of names, each kind from its own range of the index.
      if (Array.from(text).length < 3) {
        const beginning = (listed: 'movie' | 'show') =>
          cards(viewerId)
            .where('t.listed', '=', listed)
            .where('t.sort_key', '>=', text.toLowerCase())
            .where('t.sort_key', '<', `${text.toLowerCase()}\uffff`)
            .orderBy('t.sort_key')
            .limit(limit)
            .execute()
        return [...(await beginning('movie')), ...(await beginning('show'))]
          .toSorted((a, b) => (a.sort_key < b.sort_key ? -1 : a.sort_key > b.sort_key ? 1 : 0))
          .slice(0, limit)
      }
      // Bounded before the join, so that a common trigram among a million titles stays cheap.
      const hits =
        dialect === 'sqlite'
          ? sql<{ rowid: number }>`select rowid from title_search where words match ${
              text
                .split(/\s+/)
                .filter((w) => Array.from(w).length >= 3)
                .map((w) => `"${w.replaceAll('"', '""')}"`)
                .join(' ') || `"${text.replaceAll('"', '""')}"`
            } limit 400`
          : sql<{ rowid: number }>`select rowid from title_search where words ilike ${pattern} limit 400`
      return cards(viewerId)
        .where(sql<SqlBool>`t.seq in (${hits})`)
        .where('t.file_count', '>', 0)
        .orderBy(sql`case when t.sort_key like ${`${text.toLowerCase()}%`} then 0 else 1 end`)
        .orderBy(sql`case t.kind when 'movie' then 0 when 'show' then 0 else 1 end`)
        .orderBy('t.sort_key')
        .limit(limit)
        .execute()
    },

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

    details: (id: string) =>
      db.selectFrom('title_details').selectAll().where('title_id', '=', id).executeTakeFirst(),
    filesOf: (titleId: string) =>
      db
        .selectFrom('title_files')
        .selectAll()
        .where('title_id', '=', titleId)
        .orderBy('version')
        .orderBy('part')
        .orderBy('file_id')
        .execute(),
    titlesOfFile: (fileId: string) =>
      db.selectFrom('title_files').selectAll().where('file_id', '=', fileId).execute(),
    titleIdsOfFiles: async (fileIds: readonly string[]) => {
      const found: { file_id: string; title_id: string }[] = []
      for (const ids of chunks(fileIds))
        found.push(
          ...(await db
            .selectFrom('title_files')
            .select(['file_id', 'title_id'])
            .where('file_id', 'in', ids)
            .execute()),
        )
      return found
    },
    genres: () =>
      db
        .selectFrom('title_genres as g')
        .innerJoin('titles as t', 't.id', 'g.title_id')
        .where('t.listed', 'is not', null)
        .select((eb) => ['g.genre as name', eb.fn.countAll<number>().as('count')])
        .groupBy('g.genre')
        .orderBy('g.genre')
        .execute(),
    async setArtwork(id: string, artwork: Updateable<Pick<Tables['titles'], 'poster' | 'backdrop'>>) {
      // Kysely makes no statement of an update that sets nothing.
      if (Object.keys(artwork).length > 0)
        await db.updateTable('titles').set(artwork).where('id', '=', id).execute()
    },
    titleRow: (id: string) => db.selectFrom('titles').selectAll().where('id', '=', id).executeTakeFirst(),
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
      filmsOfName: (libraryId: string, prefix: string): Promise<TitleRow[]> =>
        trx
          .selectFrom('titles')
          .selectAll()
          .where('library_id', '=', libraryId)
          .where('identity', '>=', prefix)
          .where('identity', '<', `${prefix}\uffff`)
          .limit(20)
          .execute(),
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
      unlinkLibrary: async (libraryId: string) => {
        await trx.deleteFrom('title_files').where('library_id', '=', libraryId).execute()
        await sql`delete from title_facets where title_id in (select id from titles where library_id = ${libraryId})`.execute(
          trx,
        )
        await trx
          .updateTable('titles')
          .set({ listed: null, file_count: 0, is_offline: 1, episode_count: 0 })
          .where('library_id', '=', libraryId)
          .execute()
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
      rename: async (id: string, to: { name: string; sort_key: string; year: number; identity: string }) => {
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
export type CatalogStore = ReturnType<typeof createCatalogStore>
