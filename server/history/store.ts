// The history feature's SQL.
import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { Tables } from '../platform/database/schema.ts'

/** `reader` answers what pages ask. */
export function createHistoryStore(db: Kysely<Tables>, reader: Kysely<Tables> = db) {
  type Mark = { viewerId: string; titleId: string; showId: string | null; atMs: number }
  const row = ({ viewerId, titleId, showId, atMs }: Mark) => ({
    viewer_id: viewerId,
    title_id: titleId,
    show_id: showId,
    updated_at_ms: atMs,
  })

  /** Shows and seasons keep how many of their episodes are watched, so that lists need no counting. */
  const recount = async (
    trx: Kysely<Tables>,
    viewerId: string,
    parentIds: readonly string[],
    atMs: number,
  ) => {
    for (const id of parentIds) {
      await trx
        .insertInto('viewer_titles')
        .values({
          viewer_id: viewerId,
          title_id: id,
          show_id: null,
          updated_at_ms: atMs,
          watched_children: sql<number>`(select count(*) from titles e join viewer_titles v on v.title_id = e.id and v.viewer_id = ${viewerId} and v.watched = 1
            where (e.parent_id = ${id} or e.show_id = ${id}) and e.kind = 'episode')`,
        })
        .onConflict((c) =>
          c.columns(['viewer_id', 'title_id']).doUpdateSet((eb) => ({
            watched_children: eb.ref('excluded.watched_children'),
            updated_at_ms: atMs,
          })),
        )
        .execute()
    }
  }

  return {
    saveProgress: (
      mark: Mark & {
        positionSeconds: number
        durationSeconds: number
        watched: boolean
        parentIds: readonly string[]
      },
    ): Promise<void> =>
      db.transaction().execute(async (trx) => {
        const state = {
          position_seconds: mark.watched ? 0 : mark.positionSeconds,
          duration_seconds: mark.durationSeconds,
        }
        await trx
          .insertInto('viewer_titles')
          .values({ ...row(mark), ...state, watched: mark.watched ? 1 : 0 })
          .onConflict((c) =>
            c.columns(['viewer_id', 'title_id']).doUpdateSet({
              ...state,
              updated_at_ms: mark.atMs,
              show_id: mark.showId,
              ...(mark.watched && { watched: 1 }),
            }),
          )
          .execute()
        if (mark.watched) await recount(trx, mark.viewerId, mark.parentIds, mark.atMs)
      }),

    setWatched: (
      viewerId: string,
      titles: readonly { titleId: string; showId: string | null }[],
      watched: boolean,
      parentIds: readonly string[],
      atMs: number,
    ): Promise<void> =>
      db.transaction().execute(async (trx) => {
        const state = { watched: watched ? 1 : 0, position_seconds: 0, updated_at_ms: atMs }
        for (let i = 0; i < titles.length; i += 500)
          await trx
            .insertInto('viewer_titles')
            .values(titles.slice(i, i + 500).map((t) => ({ ...row({ viewerId, ...t, atMs }), ...state })))
            .onConflict((c) => c.columns(['viewer_id', 'title_id']).doUpdateSet(state))
            .execute()
        await recount(trx, viewerId, parentIds, atMs)
      }),

    setFavourite: (mark: Mark & { favourite: boolean }) =>
      db
        .insertInto('viewer_titles')
        .values({ ...row(mark), favourite: mark.favourite ? 1 : 0 })
        .onConflict((c) =>
          c.columns(['viewer_id', 'title_id']).doUpdateSet({ favourite: mark.favourite ? 1 : 0 }),
        )
        .execute(),

    unfinished: async (viewerId: string, limit: number): Promise<string[]> =>
      (
        await reader
          .selectFrom('viewer_titles as v')
          .innerJoin('titles as t', 't.id', 'v.title_id')
          .select('v.title_id')
          .where('v.viewer_id', '=', viewerId)
          .where('v.watched', '=', 0)
          .where('v.position_seconds', '>', 0)
          .where('t.file_count', '>', 0)
          .orderBy('v.updated_at_ms', 'desc')
          .limit(limit)
          .execute()
      ).map((r) => r.title_id),

    /** Shows of which this viewer has watched an episode, the newest first. */
    begunShows: async (viewerId: string, limit: number): Promise<string[]> =>
      (
        await reader
          .selectFrom('viewer_titles as v')
          .innerJoin('titles as t', 't.id', 'v.title_id')
          .select('v.title_id as id')
          .where('v.viewer_id', '=', viewerId)
          .where('v.watched_children', '>', 0)
          .where('t.kind', '=', 'show')
          .orderBy('v.updated_at_ms', 'desc')
          .limit(limit)
          .execute()
      ).map(({ id }) => id),

    /** Of each of these shows the episode that comes next, in their order; none where all is watched. */
    async nextUp(viewerId: string, showIds: readonly string[]): Promise<string[]> {
      if (showIds.length === 0) return []
      const { rows } = await nextUpOf(viewerId, showIds).execute(reader)
      const next = new Map(rows.map(({ show_id, id }) => [show_id, id]))
      return showIds.flatMap((id) => next.get(id) ?? [])
    },

    forgetViewer: (viewerId: string) =>
      db.deleteFrom('viewer_titles').where('viewer_id', '=', viewerId).execute(),
  }
}
export type HistoryStore = ReturnType<typeof createHistoryStore>

/**
 * The episode left unfinished last; else the first unwatched after the one watched last; else the first unwatched of
 * all; specials (season 0) only when nothing else is left. Each is the first entry of an index that fits, however
 * many episodes there are.
 */
function nextUpOf(viewerId: string, showIds: readonly string[]) {
  const order = sql`e.season_number, e.episode_number, e.aired_on, e.id`
  const key = (of: string) => {
    const column = (name: string) => sql.ref(`${of}.${name}`)
    return sql`(${column('season_number')}, coalesce(${column('episode_number')}, 0), coalesce(${column('aired_on')}, ''), ${column('id')})`
  }
  const firstUnwatched = (condition: RawBuilder<unknown>) => sql`(select e.id from titles e
    where e.show_id = newest.show_id and e.kind = 'episode' and e.file_count > 0 and ${condition}
      and not exists (select 1 from viewer_titles w where w.viewer_id = ${viewerId} and w.title_id = e.id and w.watched = 1)
    order by ${order} limit 1)`
  return sql<{ show_id: string; id: string | null }>`
    with newest as (select s.id as show_id, (select v.title_id from viewer_titles v join titles e on e.id = v.title_id
        where v.viewer_id = ${viewerId} and v.show_id = s.id and (v.watched = 1 or v.position_seconds > 0)
          and e.kind = 'episode' and e.file_count > 0
        order by v.updated_at_ms desc, case when e.season_number > 0 then 0 else 1 end desc, e.season_number desc,
          e.episode_number desc, e.aired_on desc, e.id desc limit 1) as title_id
      from titles s where s.id in (${sql.join(showIds)}))
    select newest.show_id, coalesce(
        case when mark.watched = 0 then mark.title_id end,
        ${firstUnwatched(sql`e.season_number > 0 and last.season_number > 0 and ${key('e')} > ${key('last')}`)},
        ${firstUnwatched(sql`e.season_number = 0 and last.season_number = 0 and ${key('e')} > ${key('last')}`)},
        ${firstUnwatched(sql`e.season_number > 0`)},
        ${firstUnwatched(sql`e.season_number = 0`)}) as id
      from newest left join titles last on last.id = newest.title_id
      left join viewer_titles mark on mark.viewer_id = ${viewerId} and mark.title_id = newest.title_id`
}
