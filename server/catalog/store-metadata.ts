// The SQL of matching and enrichment: matches, the source's answers, what titles become; people and collections beside it.
import type { Kysely } from 'kysely'
import type { MetadataAnswerTable, Tables, TitleMatchTable } from '../platform/database/schema.ts'
import { createChangeStore, writeMatches } from './store-changes.ts'
import { refacet } from './store-facets.ts'
import { createPeopleStore } from './store-people.ts'

/** What a title becomes; null keys are stored as unknown. */
export type TitleFacts = {
  name: string
  sortKey: string
  year: number
  rating: number
  originalName: string | null
  tagline: string | null
  overview: string | null
  releasedOn: string | null
  certification: string | null
  genres: readonly string[]
  ids: Record<string, string | number>
  /** `personId` refers to `people`. */
  people: readonly { personId: string; name: string; job: string; role: string | null }[]
  /** All that it is found by. */
  words: string
}
/** What a season or an episode becomes. */
export type EpisodeFacts = {
  name: string
  overview: string | null
  airedOn: string | null
  rating: number
}
export type MatchState = TitleMatchTable['state']

/** All that a title is found by. */
async function putWords(trx: Kysely<Tables>, seq: number, words: string): Promise<void> {
  await trx.deleteFrom('title_search').where('rowid', '=', seq).execute()
  await trx.insertInto('title_search').values({ rowid: seq, words }).execute()
}

async function writeFacts(trx: Kysely<Tables>, titleId: string, facts: TitleFacts): Promise<void> {
  const row = await trx
    .updateTable('titles')
    .set({ name: facts.name, sort_key: facts.sortKey, year: facts.year, rating: facts.rating })
    .where('id', '=', titleId)
    .returning('seq')
    .executeTakeFirst()
  if (!row) return
  await trx
    .updateTable('title_details')
    .set({
      original_name: facts.originalName,
      tagline: facts.tagline,
      overview: facts.overview,
      released_on: facts.releasedOn,
      certification: facts.certification,
      genres: JSON.stringify(facts.genres),
      ids: JSON.stringify(facts.ids),
    })
    .where('title_id', '=', titleId)
    .execute()
  await refacet(trx, [titleId])
  await trx.deleteFrom('title_people').where('title_id', '=', titleId).execute()
  if (facts.people.length > 0)
    await trx
      .insertInto('title_people')
      .values(
        facts.people.map((p, position) => ({
          title_id: titleId,
          person_id: p.personId,
          job: p.job,
          role: p.role,
          position,
        })),
      )
      .execute()
  await putWords(trx, row.seq, facts.words.slice(0, 4000))
}

export function createMetadataStore(db: Kysely<Tables>) {
  return {
    ...createChangeStore(db),
    ...createPeopleStore(db),

    // the source's answers
    answer: (url: string) =>
      db.selectFrom('metadata_answers').selectAll().where('url', '=', url).executeTakeFirst(),
    keepAnswer: async (answer: MetadataAnswerTable): Promise<void> => {
      await db
        .insertInto('metadata_answers')
        .values(answer)
        .onConflict((c) => c.column('url').doUpdateSet(answer))
        .execute()
    },
    pruneAnswers: (staleSinceMs: number) =>
      db.deleteFrom('metadata_answers').where('fresh_until_ms', '<', staleSinceMs).execute(),

    // titles as evidence
    title: (id: string) => db.selectFrom('titles').selectAll().where('id', '=', id).executeTakeFirst(),
    /** Files of a film, or of a series' episodes. */
    fileIds: async (titleId: string, limit: number): Promise<string[]> =>
      (
        await db
          .selectFrom('title_files as f')
          .innerJoin('titles as t', 't.id', 'f.title_id')
          .where((eb) =>
            eb.or([eb('t.id', '=', titleId), eb('t.show_id', '=', titleId), eb('t.parent_id', '=', titleId)]),
          )
          .select('f.file_id')
          .distinct()
          .orderBy('f.file_id')
          .limit(limit)
          .execute()
      ).map((r) => r.file_id),
    /** Seasons and episodes of a series, a bounded number. */
    below: (showId: string) =>
      db
        .selectFrom('titles')
        .selectAll()
        .where('show_id', '=', showId)
        .where('file_count', '>', 0)
        .orderBy('season_number')
        .orderBy('episode_number')
        .limit(20_000)
        .execute(),

    // matches
    match: (titleId: string) =>
      db.selectFrom('title_matches').selectAll().where('title_id', '=', titleId).executeTakeFirst(),
    setMatches: (rows: readonly TitleMatchTable[], parts: (row: TitleMatchTable) => string) =>
      db.transaction().execute((trx) => writeMatches(trx, rows, parts)),
    /** Films or series that the source knows by one number, the oldest first. */
    sameTitles: (libraryId: string, kind: Tables['titles']['kind'], remoteId: number) =>
      db
        .selectFrom('title_matches as m')
        .innerJoin('titles as t', 't.id', 'm.title_id')
        .select(['t.id'])
        .where('m.library_id', '=', libraryId)
        .where('m.remote_id', '=', remoteId)
        .where('m.state', 'in', ['matched', 'pinned'])
        .where('t.kind', '=', kind)
        .where('t.merged_into', 'is', null)
        .orderBy('t.id')
        .limit(50)
        .execute(),
    markEnriched: (titleId: string, atMs: number | null) =>
      db.updateTable('title_matches').set({ enriched_at_ms: atMs }).where('title_id', '=', titleId).execute(),
    toRefresh: (beforeMs: number, limit: number) =>
      db
        .selectFrom('title_matches')
        .select('title_id')
        .where('remote_id', 'is not', null)
        .where((eb) => eb.or([eb('enriched_at_ms', '<', beforeMs), eb('enriched_at_ms', 'is', null)]))
        .orderBy('enriched_at_ms')
        .limit(limit)
        .execute(),
    /** Films and series that nobody has judged yet. */
    unmatched: (limit: number) =>
      db
        .selectFrom('titles as t')
        .leftJoin('title_matches as m', 'm.title_id', 't.id')
        .select('t.id')
        .where('t.listed', 'is not', null)
        .where('m.title_id', 'is', null)
        .limit(limit)
        .execute(),
    /** Films and episodes without a picture though a file that shows one is at hand. */
    pictureless: (limit: number) =>
      db
        .selectFrom('titles as t')
        .select('t.id')
        .where('t.poster', 'is', null)
        .where('t.kind', 'in', ['movie', 'episode'])
        .where((eb) =>
          eb.exists(
            eb
              .selectFrom('title_files as f')
              .select('f.file_id')
              .whereRef('f.title_id', '=', 't.id')
              .where('f.height', 'is not', null)
              .where('f.is_offline', '=', 0),
          ),
        )
        .orderBy('t.id')
        .limit(limit)
        .execute(),
    reviewPage: (afterId: string, limit: number) =>
      db
        .selectFrom('title_matches as m')
        .innerJoin('titles as t', 't.id', 'm.title_id')
        .select(['t.id', 't.kind', 't.name', 't.year', 't.poster', 't.runtime_seconds'])
        .select(['m.candidates', 'm.confidence'])
        .where('m.state', '=', 'review')
        .where('t.listed', 'is not', null)
        .where('t.id', '>', afterId)
        .orderBy('t.id')
        .limit(limit)
        .execute(),
    reviewCount: async (): Promise<number> =>
      Number(
        (
          await db
            .selectFrom('title_matches as m')
            .innerJoin('titles as t', 't.id', 'm.title_id')
            .select((eb) => eb.fn.countAll<number>().as('count'))
            .where('m.state', '=', 'review')
            .where('t.listed', 'is not', null)
            .executeTakeFirst()
        )?.count ?? 0,
      ),

    // what titles become
    setFacts: (titleId: string, facts: TitleFacts) =>
      db.transaction().execute((trx) => writeFacts(trx, titleId, facts)),
    /** A season or an episode. */
    setEpisode: (id: string, { name, overview, airedOn, rating }: EpisodeFacts) =>
      db.transaction().execute(async (trx) => {
        const row = await trx
          .updateTable('titles')
          .set({
            name,
            sort_key: name.toLowerCase(),
            rating,
            ...(airedOn !== null && { aired_on: airedOn }),
          })
          .where('id', '=', id)
          .returning(['seq', 'kind'])
          .executeTakeFirst()
        if (!row) return
        await trx
          .updateTable('title_details')
          .set({ overview, released_on: airedOn })
          .where('title_id', '=', id)
          .execute()
        await putWords(trx, row.seq, row.kind === 'episode' ? name : '')
      }),
    clearArtwork: (titleId: string) =>
      db
        .updateTable('titles')
        .set({ poster: null, backdrop: null })
        .where((eb) => eb.or([eb('id', '=', titleId), eb('show_id', '=', titleId)]))
        .execute(),
  }
}
export type MetadataStore = ReturnType<typeof createMetadataStore>
