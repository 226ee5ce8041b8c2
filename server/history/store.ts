// The history feature's SQL.
import { type Kysely, sql } from 'kysely'
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
    begunShows: async (viewerId: string, limit: number): Promise<{ id: string; episodes: number }[]> =>
      reader
        .selectFrom('viewer_titles as v')
        .innerJoin('titles as t', 't.id', 'v.title_id')
        .select(['v.title_id as id', 't.episode_count as episodes'])
        .where('v.viewer_id', '=', viewerId)
        .where('v.watched_children', '>', 0)
        .where('t.kind', '=', 'show')
        .orderBy('v.updated_at_ms', 'desc')
        .limit(limit)
        .execute(),

    seen: (viewerId: string, showIds: readonly string[]) =>
      reader
        .selectFrom('viewer_titles')
        .select(['title_id', 'watched', 'position_seconds', 'updated_at_ms'])
        .where('viewer_id', '=', viewerId)
        .where('show_id', 'in', showIds)
        .execute(),

    forgetViewer: (viewerId: string) =>
      db.deleteFrom('viewer_titles').where('viewer_id', '=', viewerId).execute(),
  }
}
export type HistoryStore = ReturnType<typeof createHistoryStore>
