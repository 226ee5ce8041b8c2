// Titles: files put under them, lists, one title with everything known of it, search.
import type { TitleCard, TitleDetails } from '#shared/api/catalog.ts'
import type { MediaInfo } from '#shared/media.ts'
import { type LibraryFile, placementOf, sortKeyOf } from '../library/library.ts'
import { newId } from '../platform/ids.ts'
import { Problem } from '../platform/problem.ts'
import { cardOf, cursorOf, parseCursor, stateOf } from './cards.ts'
import { factsOf, facetsAsked, GENRE } from './facets.ts'
import type { CardRow, CatalogStore, ListFilter, NewTitleFile, SortColumn, TitleRow } from './store.ts'

type LibraryKind = 'films' | 'series' | 'mixed'

/** A file as the library tells of it: new, or moved to another path. */
export type FileToPlace = {
  id: string
  libraryId: string
  libraryKind: LibraryKind
  relativePath: string
  addedAtMs: number
  isOffline?: boolean
}

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

const SORTS: Record<string, SortColumn> = {
  name: 'sort_key',
  added: 'added_at_ms',
  year: 'year',
  rating: 'rating',
  runtime: 'runtime_seconds',
}
const BATCH = 500

export type ListInput = {
  cursor?: string
  limit?: number
  libraryId?: string
  sort?: string
  order?: 'asc' | 'desc'
  genre?: string
  year?: number
  resolution?: string
  hdr?: boolean
  videoCodec?: string
  audioLanguage?: string
  subtitleLanguage?: string
  watched?: boolean
  favourite?: boolean
}

export function createCatalog({ store, fileById, nextUp, onTitles, surroundings }: CatalogDeps) {
  type Tx = Parameters<Parameters<CatalogStore['placing']>[0]>[0]

  /** The title that a merged one has become; itself where it was never merged. */
  async function nowOf(at: { row: (id: string) => Promise<TitleRow | undefined> }, row: TitleRow) {
    let now = row
    for (let hops = 0; now.merged_into !== null && hops < 20; hops += 1)
      now = (await at.row(now.merged_into)) ?? now
    return now
  }

  /** Finds or makes the titles of one batch of files, and links them. */
  async function placeBatch(tx: Tx, files: readonly FileToPlace[]): Promise<string[]> {
    const touched = new Set<string>()
    const links: NewTitleFile[] = []
    const linked = new Map<string, string[]>()
    for (const { file_id, title_id } of await tx.linked(files.map((f) => f.id)))
      linked.set(file_id, [...(linked.get(file_id) ?? []), title_id])
    const placed = files.flatMap((file) => {
      const placement = placementOf(file.relativePath, file.libraryKind)
      return placement ? [{ file, placement }] : []
    })
    const known = new Map<string, TitleRow>()
    const byLibrary = Map.groupBy(placed, (p) => p.file.libraryId)
    for (const [libraryId, some] of byLibrary) {
      for (const row of await tx.findByIdentity(libraryId, [
        ...new Set(some.map(({ placement: p }) => p.identity)),
      ]))
        known.set(`${libraryId}|${row.identity}`, await nowOf(tx, row))
      const below = new Set<string>()
      for (const { placement: p } of some)
        for (const e of p.episodes) {
          const show = known.get(`${libraryId}|${p.identity}`)?.identity ?? p.identity
          below.add(`${show}|season|${p.season}`)
          below.add(`${show}|${e.identity}`)
        }
      for (const row of await tx.findByIdentity(libraryId, [...below]))
        known.set(`${libraryId}|${row.identity}`, row)
    }

    const ensure = async (
      file: FileToPlace,
      identity: string,
      row: Omit<
        TitleRow,
        | 'seq'
        | 'id'
        | 'library_id'
        | 'identity'
        | 'rating'
        | 'runtime_seconds'
        | 'is_offline'
        | 'file_count'
        | 'episode_count'
        | 'poster'
        | 'backdrop'
        | 'listed'
        | 'added_at_ms'
        | 'merged_into'
      >,
      words: string,
    ) => {
      const key = `${file.libraryId}|${identity}`
      const there = known.get(key)
      if (there) return there
      const made = {
        ...row,
        id: newId(),
        library_id: file.libraryId,
        identity,
        added_at_ms: file.addedAtMs,
        listed: null,
      }
      await tx.insert(made, words)
      const whole: TitleRow = {
        ...made,
        seq: 0,
        rating: 0,
        runtime_seconds: 0,
        is_offline: 0,
        file_count: 0,
        episode_count: 0,
        poster: null,
        backdrop: null,
        merged_into: null,
      }
      known.set(key, whole)
      return whole
    }
    const none = {
      parent_id: null,
      show_id: null,
      season_number: null,
      episode_number: null,
      last_episode_number: null,
      aired_on: null,
    }

    for (const { file, placement: p } of placed) {
      const link = (titleId: string) => {
        touched.add(titleId)
        links.push({
          file_id: file.id,
          title_id: titleId,
          library_id: file.libraryId,
          version: p.version,
          part: p.part,
          is_offline: file.isOffline ? 1 : 0,
        })
      }
      const before = linked.get(file.id)
      if (before) {
        // A moved file keeps its title, and with it everybody's history; a film's only file may give it a new name
        // and take it along into another library.
        for (const id of before) link(id)
        const row = before.length === 1 ? await tx.row(before[0] ?? '') : undefined
        const place = { identity: p.identity, library_id: file.libraryId }
        if (
          row?.kind === 'movie' &&
          p.kind === 'movie' &&
          (row.identity !== p.identity || row.library_id !== file.libraryId) &&
          (await tx.countFiles(row.id)) === 1 &&
          (await tx.findByIdentity(file.libraryId, [p.identity])).length === 0
        )
          await tx.rename(
            row.id,
            // What the metadata source or a person says of it outlives a new file name.
            (await tx.isMatched(row.id))
              ? { ...place, name: row.name, sort_key: row.sort_key, year: row.year }
              : { ...place, name: p.name, sort_key: p.sortKey, year: p.year ?? 0 },
          )
        continue
      }
      const top = { ...none, name: p.name, sort_key: p.sortKey, year: p.year ?? 0 }
      if (p.kind === 'movie') {
        const row = await ensure(file, p.identity, { ...top, kind: 'movie' }, p.name)
        if (Object.keys(p.ids).length > 0) await tx.setIds(row.id, p.ids)
        link(row.id)
        continue
      }
      const show = await ensure(file, p.identity, { ...top, kind: 'show' }, p.name)
      if (show.year === 0 && p.year !== null) {
        show.year = p.year
        await tx.adoptYear(show.id, p.year)
      }
      if (Object.keys(p.ids).length > 0) await tx.setIds(show.id, p.ids)
      const seasonName = p.season === 0 ? 'Specials' : `Season ${p.season}`
      const season = await ensure(
        file,
        `${show.identity}|season|${p.season}`,
        {
          ...none,
          kind: 'season',
          parent_id: show.id,
          show_id: show.id,
          name: seasonName,
          sort_key: seasonName.toLowerCase(),
          year: 0,
          season_number: p.season,
        },
        '',
      )
      for (const e of p.episodes) {
        const name = e.name ?? (e.number === null ? p.name : `Episode ${e.number}`)
        const row = await ensure(
          file,
          `${show.identity}|${e.identity}`,
          {
            ...none,
            kind: 'episode',
            parent_id: season.id,
            show_id: show.id,
            name,
            sort_key: name.toLowerCase(),
            year: 0,
            season_number: p.season,
            episode_number: e.number,
            aired_on: p.airedOn,
          },
          e.name ?? '',
        )
        link(row.id)
      }
    }
    await tx.link(links)
    return [...touched]
  }

  async function cards(viewerId: string, ids: readonly string[]): Promise<TitleCard[]> {
    return (await store.cardsByIds(viewerId, ids)).map(cardOf)
  }

  async function must(viewerId: string, id: string): Promise<CardRow> {
    const row = await store.card(viewerId, id)
    if (!row) throw new Problem('title-not-found')
    // An address from before two titles became one.
    if (row.merged_into === null) return row
    const { id: nowId } = await nowOf({ row: store.titleRow }, row)
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
      input: ListInput,
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
        originalName: details?.original_name ?? null,
        tagline: details?.tagline ?? null,
        overview: details?.overview ?? null,
        releasedOn: details?.released_on ?? row.aired_on,
        certification: details?.certification ?? null,
        genres: JSON.parse(details?.genres ?? '[]') as string[],
        ...((await surroundings?.(id)) ?? { people: [], collection: null }),
        ids: Object.fromEntries(
          Object.entries(JSON.parse(details?.ids ?? '{}') as Record<string, unknown>).map(([k, v]) => [
            k,
            String(v),
          ]),
        ),
        files: links.flatMap((link) => {
          const file = files.get(link.file_id)
          if (!file) return []
          return [
            {
              fileId: file.id,
              fileName: file.relativePath.slice(file.relativePath.lastIndexOf('/') + 1),
              version: link.version,
              part: link.part,
              sizeBytes: file.sizeBytes,
              container: file.media?.container ?? null,
              durationSeconds: file.media?.durationSeconds ?? null,
              bitrateBps: file.media?.bitrateBps ?? null,
              offline: link.is_offline === 1,
              video: file.media?.video ?? [],
              audio: file.media?.audio ?? [],
              subtitles: file.media?.subtitles ?? [],
              chapters: file.media?.chapters ?? [],
            },
          ]
        }),
        children: children.map(cardOf),
        previousId: at > 0 ? (around[at - 1]?.id ?? null) : null,
        nextId: at >= 0 ? (around[at + 1]?.id ?? null) : null,
        nextUp: next === null ? null : ((await cards(viewerId, [next]))[0] ?? null),
        match: {
          state: details?.match_state ?? 'name-only',
          confidence: details?.match_confidence ?? null,
          parts: JSON.parse(details?.match_parts ?? '[]') as TitleDetails['match']['parts'],
        },
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
      const row = await nowOf({ row: store.titleRow }, asked)
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
    episodeOrder: store.episodeOrder,
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
