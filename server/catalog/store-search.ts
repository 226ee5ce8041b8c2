// The SQL of search as you type: names that begin so from their index, then any part of any word from the text index.
import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { Tables } from '../platform/database/schema.ts'

/** Hits of the text index that are looked at: a common word among a million titles has too many to sort. */
const HITS = 400
/** What the text index is made of: shorter words are not in it, but looked for in what it finds. */
const SHORTEST = 3

/** What stands between words beside a space: WALL·E, X-Men, (2). */
const MARKS = ['-', '·', '.', '(', '/']

type Found = { id: string; sort_key: string }
const byName = (a: Found, b: Found) => (a.sort_key < b.sort_key ? -1 : a.sort_key > b.sort_key ? 1 : 0)
/** A letter or two begin a word; a character or two of scripts without spaces stand anywhere. */
const shortPattern = (word: string) => (/^[a-z0-9]+$/i.test(word) ? `% ${word}%` : `%${likely(word)}%`)
const likely = (word: string) => word.replace(/[\\%_]/g, (c) => `\\${c}`)
const idsOf = (rows: readonly Found[]) => rows.map(({ id }) => id)

export function createSearchStore(db: Kysely<Tables>, dialect: 'sqlite' | 'postgres') {
  /** Each kind is one range of the names' index. */
  const beginning = async (sortKey: string, limit: number): Promise<Found[]> => {
    const of = (listed: 'movie' | 'show') =>
      db
        .selectFrom('titles')
        .select(['id', 'sort_key'])
        .where('listed', '=', listed)
        .where('sort_key', '>=', sortKey)
        .where('sort_key', '<', `${sortKey}\uffff`)
        .orderBy('sort_key')
        .limit(limit)
        .execute()
    return [...(await of('movie')), ...(await of('show'))].toSorted(byName).slice(0, limit)
  }

  /** Films and series before episodes; all words must be there, in whatever order. */
  const anywhere = async (asked: readonly string[], limit: number): Promise<Found[]> => {
    const isShort = (word: string) => Array.from(word).length < SHORTEST
    const words = asked.filter((word) => !isShort(word))
    if (words.length === 0) return []
    const matches =
      dialect === 'sqlite'
        ? sql`title_search match ${words.map((word) => `"${word.replaceAll('"', '""')}"`).join(' ')}`
        : sql.join(
            words.map((word) => sql`words ilike ${`%${likely(word)}%`}`),
            sql` and `,
          )
    const like = sql.raw(dialect === 'sqlite' ? 'like' : 'ilike')
    const spaced = MARKS.reduce<RawBuilder<unknown>>(
      (text, mark) => sql`replace(${text}, ${mark}, ' ')`,
      sql`h.words`,
    )
    const short = asked
      .filter(isShort)
      .map((word) => sql` and ' ' || ${spaced} ${like} ${shortPattern(word)} escape '\\'`)
    const { rows } = await sql<Found>`select t.id, t.sort_key
      from (select rowid as hit, words from title_search where ${matches} limit ${HITS}) as h
      cross join titles t where t.seq = h.hit and t.file_count > 0${sql.join(short, sql``)}
      order by case when t.listed is null then 1 else 0 end, t.sort_key limit ${limit}`.execute(db)
    return rows
  }

  return {
    /** `sortKey`: the text as names are sorted. Ids, the best first. */
    async search(text: string, sortKey: string, limit: number): Promise<string[]> {
      const first = idsOf(await beginning(sortKey || text.toLowerCase(), limit))
      if (first.length >= limit) return first
      const words = text.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word))
      const rest = idsOf(await anywhere(words, limit))
      return [...new Set([...first, ...rest])].slice(0, limit)
    },
  }
}
