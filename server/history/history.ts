// Progress, watched, favourites, the rows of the home page.
import type { HomeRow, ViewerState } from '#shared/api/catalog.ts'
import type { Catalog } from '../catalog/catalog.ts'
import type { HistoryStore } from './store.ts'

/** Past this share of the running time a title counts as watched: credits are not worth resuming. */
const WATCHED_SHARE = 0.92
/** Less than this is a look, not a start. */
const START_SECONDS = 10
const ROW_LENGTH = 24

export type HistoryDeps = {
  store: HistoryStore
  catalog: Pick<Catalog, 'family' | 'state' | 'cards' | 'episodes' | 'recentlyAdded'>
  libraries: () => Promise<readonly { id: string; name: string }[]>
  nowMs: () => number
}

export function createHistory({ store, catalog, libraries, nowMs }: HistoryDeps) {
  const parentsOf = (family: { seasonId: string | null; showId: string | null }) =>
    [family.seasonId, family.showId].filter((id) => id !== null)

  const nextUpOf = async (viewerId: string, showId: string): Promise<string | null> =>
    (await store.nextUp(viewerId, [showId]))[0] ?? null

  return {
    async saveProgress(
      viewerId: string,
      asked: string,
      at: { positionSeconds: number; durationSeconds: number },
    ): Promise<ViewerState> {
      const family = await catalog.family(asked)
      const titleId = family.id
      if (family.kind === 'movie' || family.kind === 'episode')
        await store.saveProgress({
          viewerId,
          titleId,
          showId: family.showId,
          atMs: nowMs(),
          positionSeconds:
            at.positionSeconds < START_SECONDS ? 0 : Math.min(at.positionSeconds, at.durationSeconds),
          durationSeconds: at.durationSeconds,
          watched: at.positionSeconds >= at.durationSeconds * WATCHED_SHARE,
          parentIds: parentsOf(family),
        })
      return catalog.state(viewerId, titleId)
    },

    /** Of a season or a show: all its episodes, and the counts above them. */
    async setWatched(viewerId: string, asked: string, watched: boolean): Promise<ViewerState> {
      const family = await catalog.family(asked)
      const titleId = family.id
      const isParent = family.kind === 'show' || family.kind === 'season'
      const showId = family.kind === 'show' ? titleId : family.showId
      const titles = isParent
        ? family.episodeIds.map((id) => ({ titleId: id, showId }))
        : [{ titleId, showId }]
      const parents = new Set([...parentsOf(family), ...(isParent ? [titleId] : [])])
      if (family.kind === 'show')
        for (const e of await catalog.episodes(viewerId, titleId))
          if (e.parent_id !== null) parents.add(e.parent_id)
      await store.setWatched(viewerId, titles, watched, [...parents], nowMs())
      return catalog.state(viewerId, titleId)
    },

    async setFavourite(viewerId: string, asked: string, favourite: boolean): Promise<ViewerState> {
      const { id: titleId, showId } = await catalog.family(asked)
      await store.setFavourite({ viewerId, titleId, showId, favourite, atMs: nowMs() })
      return catalog.state(viewerId, titleId)
    },

    nextUpOf,

    async home(viewerId: string): Promise<{ rows: HomeRow[] }> {
      const unfinished = await store.unfinished(viewerId, ROW_LENGTH)
      const resumed = new Set(unfinished)
      const begun = await store.begunShows(viewerId, ROW_LENGTH)
      const next = (await store.nextUp(viewerId, begun)).filter((id) => !resumed.has(id))
      const rows: HomeRow[] = [
        { id: 'continue', name: 'Continue watching', items: await catalog.cards(viewerId, unfinished) },
        { id: 'next-up', name: 'Next up', items: await catalog.cards(viewerId, next) },
      ]
      for (const library of await libraries())
        rows.push({
          id: `added:${library.id}`,
          name: library.name,
          items: await catalog.recentlyAdded(viewerId, library.id, ROW_LENGTH),
        })
      return { rows: rows.filter((r) => r.items.length > 0) }
    },

    forgetViewer: store.forgetViewer,
  }
}
export type History = ReturnType<typeof createHistory>
