// The SQL of lists and search: a page of ids from an index first, then what its cards show.
import { type Kysely, type RawBuilder, type Selectable, sql, type SqlBool } from 'kysely'
import type { Tables } from '../platform/database/schema.ts'
import { inAllFacets } from './store-facets.ts'

export type TitleRow = Selectable<Tables['titles']>
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
  year?: number
  /** All of these; see `facets.ts`. */
  facets?: readonly string[]
  watched?: boolean
  favourite?: boolean
}

/** Titles that a filter leaves: as one range of an index, and as a question about one title of `t`. */
type Narrowing = { seqs: () => RawBuilder<unknown>; holds: RawBuilder<SqlBool>; size: number }

/** Marks of a viewer are counted this far; nobody has watched more. */
const COUNT_TO = 20_000
/** So few are sorted in a moment, whatever the order of the list has to do with the filter. */
const FEW = 2000

export function createListStore(db: Kysely<Tables>, dialect: 'sqlite' | 'postgres') {
  const numbers = (list: readonly number[]) =>
    dialect === 'sqlite'
      ? sql`select value as seq from json_each(${JSON.stringify(list)})`
      : sql`select value::bigint as seq from json_array_elements_text(${JSON.stringify(list)}::json)`
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
  const cardsByIds = async (viewerId: string, ids: readonly string[]): Promise<CardRow[]> => {
    if (ids.length === 0) return []
    const rows = new Map(
      (await cards(viewerId).where('t.id', 'in', ids).execute()).map((row) => [row.id, row]),
    )
    return ids.flatMap((id) => rows.get(id) ?? [])
  }
  const numberOf = async (query: RawBuilder<{ n: number }>): Promise<number> =>
    Number((await query.execute(db)).rows[0]?.n ?? 0)

  /** One facet is a range of its index; what several leave together is read from their sets. */
  async function ofFacets(facets: readonly string[]): Promise<Narrowing[]> {
    if (facets.length === 0) return []
    const rows = await db.selectFrom('facet_counts').selectAll().where('facet', 'in', facets).execute()
    const counts = new Map(rows.map((row) => [row.facet, row.titles]))
    const rarestFirst = facets.toSorted((a, b) => (counts.get(a) ?? 0) - (counts.get(b) ?? 0))
    const holds = sql<SqlBool>`${sql.join(
      rarestFirst.map(
        (facet) => sql`exists (select 1 from title_facets h where h.facet = ${facet} and h.seq = t.seq)`,
      ),
      sql` and `,
    )}`
    const [first = ''] = rarestFirst
    const size = counts.get(first) ?? 0
    if (facets.length === 1 || size === 0)
      return [{ seqs: () => sql`select f.seq from title_facets f where f.facet = ${first}`, holds, size }]
    const { size: both, seqs } = await inAllFacets(db, facets)
    return [{ seqs: () => numbers(seqs()), holds, size: both }]
  }

  async function ofMarks(viewerId: string, f: ListFilter): Promise<Narrowing[]> {
    const marks = [
      ...(f.favourite ? [sql`v.favourite = 1`] : []),
      ...(f.watched ? [f.listed === 'movie' ? sql`v.watched = 1` : sql`v.watched_children > 0`] : []),
    ]
    return Promise.all(
      marks.map(async (mark) => {
        const seqs = () =>
          sql`select m.seq from viewer_titles v join titles m on m.id = v.title_id where v.viewer_id = ${viewerId} and ${mark}`
        const size = await numberOf(
          sql`select count(*) as n from (select 1 from viewer_titles v where v.viewer_id = ${viewerId} and ${mark} limit ${COUNT_TO}) as some`,
        )
        return {
          seqs,
          holds: sql<SqlBool>`exists (select 1 from viewer_titles v where v.viewer_id = ${viewerId} and v.title_id = t.id and ${mark})`,
          size,
        }
      }),
    )
  }

  /** The ids of a page, in its order. Whichever looks at fewer titles: sorting the rarest, or walking the list. */
  async function pageOf(viewerId: string, f: ListFilter): Promise<string[]> {
    const all = await numberOf(sql`select max(seq) as n from titles`)
    const narrowings = [...(await ofFacets(f.facets ?? [])), ...(await ofMarks(viewerId, f))].toSorted(
      (a, b) => a.size - b.size,
    )
    const [rarest] = narrowings
    const left = narrowings.reduce((share, { size }) => share * Math.min(1, size / all), all)
    const isSorted = rarest && (rarest.size <= FEW || rarest.size <= (f.limit * all) / Math.max(1, left))
    const sort = sql.ref(`t.${f.sort}`)
    const direction = sql.raw(f.descending ? 'desc' : 'asc')
    // `cross join`: SQLite takes the tables in this order, the few before the many.
    const from = isSorted
      ? sql`(${rarest.seqs()}) as n cross join titles as t where t.seq = n.seq and`
      : sql`titles as t where`
    const where = [
      sql<SqlBool>`t.listed = ${f.listed}`,
      ...(f.libraryId === undefined ? [] : [sql<SqlBool>`t.library_id = ${f.libraryId}`]),
      ...narrowings.filter((one) => !isSorted || one !== rarest).map(({ holds }) => holds),
      // In the order of years one of them is a range of that order's index.
      ...(f.year !== undefined && f.sort === 'year' ? [sql<SqlBool>`t.year = ${f.year}`] : []),
      ...unmarked(viewerId, f),
      ...(f.after
        ? [
            sql<SqlBool>`(${sort}, t.id) ${sql.raw(f.descending ? '<' : '>')} (${f.after.value}, ${f.after.id})`,
          ]
        : []),
    ]
    const { rows } = await sql<{
      id: string
    }>`select t.id from ${from} ${sql.join(where, sql` and `)} order by ${sort} ${direction}, t.id ${direction} limit ${f.limit}`.execute(
      db,
    )
    return rows.map(({ id }) => id)
  }

  return {
    cards,
    cardsByIds,
    list: async (viewerId: string, f: ListFilter) => cardsByIds(viewerId, await pageOf(viewerId, f)),
  }
}

/** What most titles are: not watched, no favourite, or a series that is not watched to its end. */
function unmarked(viewerId: string, f: ListFilter): RawBuilder<SqlBool>[] {
  const mark = (column: string) =>
    sql`coalesce((select ${sql.ref(column)} from viewer_titles w where w.viewer_id = ${viewerId} and w.title_id = t.id), 0)`
  const isSeen = sql<SqlBool>`${mark('watched_children')} >= t.episode_count`
  return [
    ...(f.favourite === false ? [sql<SqlBool>`${mark('favourite')} = 0`] : []),
    ...(f.watched === false && f.listed === 'movie' ? [sql<SqlBool>`${mark('watched')} = 0`] : []),
    ...(f.watched !== undefined && f.listed === 'show'
      ? [f.watched ? isSeen : sql<SqlBool>`not (${isSeen})`]
      : []),
  ]
}
