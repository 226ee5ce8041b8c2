// Titles: files put under them, lists, one title with everything known of it, search.
import type { ListQuery, TitleCard, TitleDetails } from '#shared/api/catalog.ts'
import type { MediaInfo } from '#shared/media.ts'
import { type LibraryFile, sortKeyOf } from '../library/library.ts'
import { Problem } from '../platform/problem.ts'
import { cardOf, cursorOf, parseCursor, stateOf, toldBy, versionOf } from './cards.ts'
import { factsOf, facetsAsked, GENRE } from './facets.ts'
import { type FileToPlace, nowOf, placeBatch } from './placing.ts'
import type { CardRow, CatalogStore, ListFilter, SortColumn, TitleRow } from './store.ts'

export type CatalogDeps = {
  store: CatalogStore
  fileById: (id: string) => Promise<LibraryFile | null>
  /** Titles that want a picture, after files were put under them. */
  onTitles?: (titleIds: readonly string[]) => Promise<void>
  /** Who made it, and the collection it belongs to. */
  surroundings?: (titleId: string) => Promise<Pick<TitleDetails, 'people' | 'collection'>>
  /** The episode this viewer watches next; history knows. */
  nextUp: (viewerId: string, showId: string) => Promise<string | null>
}

const SORTS: Record<NonNullable<ListQuery['sort']>, SortColumn> = {
  name: 'sort_key',
  added: 'added_at_ms',
  year: 'year',
  rating: 'rating',
  runtime: 'runtime_seconds',
}
const BATCH = 500

export function createCatalog({ store, fileById, nextUp, onTitles, surroundings }: CatalogDeps) {
  async function cards(viewerId: string, ids: readonly string[]): Promise<TitleCard[]> {
    return (await store.cardsByIds(viewerId, ids)).map(cardOf)
  }

  async function must(viewerId: string, id: string): Promise<CardRow> {
    const row = await store.card(viewerId, id)
    if (!row) throw new Problem('title-not-found')
    // An address from before two titles became one.
    if (row.merged_into === null) return row
    const { id: nowId } = await nowOf(row, store.titleRow)
    return (await store.card(viewerId, nowId)) ?? row
  }

  async function placeFiles(files: readonly FileToPlace[]): Promise<string[]> {
    const touched: string[] = []
    for (let i = 0; i < files.length; i += BATCH)
      touched.push(
        ...(await store.placing(async (tx) => {
          const titles = await placeBatch(tx, files.slice(i, i + BATCH))
          await tx.recount(titles)
          return titles
        })),
      )
    return touched
  }

  const describeFiles = (files: readonly { id: string; info: MediaInfo }[]): Promise<void> =>
    store.placing(async (tx) => {
      for (const file of files) await tx.describe(file.id, factsOf(file.info))
      await tx.recount([...new Set((await tx.linked(files.map((f) => f.id))).map((l) => l.title_id))])
    })

  return {
    /**
     * The library's news, at least once: files new, changed, moved, offline or back. A file that cannot be played
     * makes no title; one that was playable before keeps its own.
     */
    async hear(files: readonly LibraryFile[]): Promise<void> {
      const known = new Set((await store.titleIdsOfFiles(files.map((f) => f.id))).map((l) => l.file_id))
      const good = files.filter((f) => known.has(f.id) || f.state === 'ready')
      const touched = new Set<string>()
      for (let i = 0; i < good.length; i += BATCH)
        await store.placing(async (tx) => {
          const some = good.slice(i, i + BATCH)
          const titles = await placeBatch(
            tx,
            some.map((f) => ({ ...f, isOffline: f.offline })),
          )
          for (const file of some) if (file.media) await tx.describe(file.id, factsOf(file.media))
          // Also those of files that make no title under their new names.
          const linked = (await tx.linked(some.map((f) => f.id))).map((link) => link.title_id)
          await tx.recount([...new Set([...titles, ...linked])])
          for (const id of titles) touched.add(id)
        })
      await store.sweep(false)
      await onTitles?.([...touched])
    },

    /** Files and libraries that are gone for good leave the lists; for the start and now and then. */
    sweep: () => store.sweep(true),

    /** New and moved files; a batch of 500 is one transaction. Idempotent. Gives back the titles touched. */
    placeFiles,

    /** What a probe found: running times, and what lists filter by. */
    describeFiles,

    setOffline: (fileIds: readonly string[], isOffline: boolean): Promise<void> =>
      store.placing(async (tx) => {
        await tx.setOffline(fileIds, isOffline)
        await tx.recount([...new Set((await tx.linked(fileIds)).map((l) => l.title_id))])
      }),

    /** Deleted for good. Their titles leave the lists but stay in the table: history hangs on them. */
    forgetFiles: (fileIds: readonly string[]): Promise<void> =>
      store.placing(async (tx) => {
        const titles = [...new Set((await tx.linked(fileIds)).map((l) => l.title_id))]
        await tx.unlink(fileIds)
        await tx.recount(titles)
      }),

    titleIdsOfFiles: store.titleIdsOfFiles,

    async list(
      viewerId: string,
      listed: 'movie' | 'show',
      input: ListQuery,
    ): Promise<{ items: TitleCard[]; nextCursor: string | null }> {
      const sort = SORTS[input.sort ?? 'name'] ?? 'sort_key'
      const limit = input.limit ?? 50
      const { year, watched, favourite, libraryId } = input
      const filter: ListFilter = {
        listed,
        sort,
        descending: (input.order ?? (sort === 'sort_key' ? 'asc' : 'desc')) === 'desc',
        limit: limit + 1,
        ...(input.cursor !== undefined && { after: parseCursor(input.cursor, sort) }),
        ...(libraryId !== undefined && { libraryId }),
        ...(year !== undefined && { year }),
        facets: facetsAsked(input),
        ...(watched !== undefined && { watched }),
        ...(favourite !== undefined && { favourite }),
      }
      const rows = await store.list(viewerId, filter)
      const last = rows.length > limit ? rows[limit - 1] : undefined
      return { items: rows.slice(0, limit).map(cardOf), nextCursor: last ? cursorOf(last, sort) : null }
    },

    async title(viewerId: string, asked: string): Promise<TitleDetails> {
      const row = await must(viewerId, asked)
      const { id } = row
      const details = await store.details(id)
      const isParent = row.kind === 'show' || row.kind === 'season'
      const links = isParent ? [] : await store.filesOf(id)
      const files = new Map(
        (await Promise.all(links.map((l) => fileById(l.file_id)))).flatMap((f) =>
          f ? [[f.id, f] as const] : [],
        ),
      )
      const children = isParent ? await store.children(viewerId, id) : []
      const around =
        row.kind === 'episode' && row.show_id !== null ? await store.episodesOf(viewerId, row.show_id) : []
      const at = around.findIndex((e) => e.id === id)
      const next = row.kind === 'show' ? await nextUp(viewerId, id) : null
      return {
        ...cardOf(row),
        ...toldBy(details, row.aired_on),
        ...((await surroundings?.(id)) ?? { people: [], collection: null }),
        files: links.flatMap((link) => {
          const file = files.get(link.file_id)
          return file ? [versionOf(link, file)] : []
        }),
        children: children.map(cardOf),
        previousId: at > 0 ? (around[at - 1]?.id ?? null) : null,
        nextId: at >= 0 ? (around[at + 1]?.id ?? null) : null,
        nextUp: next === null ? null : ((await cards(viewerId, [next]))[0] ?? null),
      }
    },

    /** For other features: a title as a card, in the order asked for; unknown ones are left out. */
    cards,
    state: async (viewerId: string, id: string) => stateOf(await must(viewerId, id)),
    /** Of an episode its season and show; of a season and show its episodes. */
    family: async (
      id: string,
    ): Promise<{
      id: string
      kind: TitleRow['kind']
      seasonId: string | null
      showId: string | null
      episodeIds: string[]
    }> => {
      const asked = await store.titleRow(id)
      if (!asked) throw new Problem('title-not-found')
      const row = await nowOf(asked, store.titleRow)
      const all =
        row.kind === 'show'
          ? await store.episodesOf('', row.id)
          : row.kind === 'season'
            ? await store.children('', row.id)
            : []
      return {
        id: row.id,
        kind: row.kind,
        seasonId: row.kind === 'episode' ? row.parent_id : null,
        showId: row.show_id,
        episodeIds: all.map((e) => e.id),
      }
    },
    episodes: store.episodesOf,
    /** Newest first; films and shows are two index walks, merged. */
    async recentlyAdded(viewerId: string, libraryId: string, limit: number): Promise<TitleCard[]> {
      const newest = (listed: 'movie' | 'show') =>
        store.list(viewerId, { listed, libraryId, sort: 'added_at_ms', descending: true, limit })
      const rows = [...(await newest('movie')), ...(await newest('show'))]
      return rows
        .toSorted((a, b) => b.added_at_ms - a.added_at_ms)
        .slice(0, limit)
        .map(cardOf)
    },
    async search(viewerId: string, text: string, limit = 20): Promise<TitleCard[]> {
      const asked = text.trim()
      return cards(viewerId, await store.search(asked, sortKeyOf(asked), limit))
    },
    genres: async () =>
      (await store.facetCounts(GENRE)).map(({ facet, titles }) => ({
        name: facet.slice(GENRE.length),
        count: titles,
      })),
  }
}
export type Catalog = ReturnType<typeof createCatalog>
