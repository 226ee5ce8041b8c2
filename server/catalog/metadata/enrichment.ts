// Gives titles what the source (or an NFO file) says of them: texts, people, collections, pictures, episodes.
import { type LibraryFile, placementOf, sortKeyOf } from '../../library/library.ts'
import type { ArtworkStore } from '../artwork.ts'
import type { CatalogStore, TitleRow } from '../store.ts'
import type { MetadataStore, TitleFacts } from '../store-metadata.ts'
import { factsOf } from './describe.ts'
import { episodeNfo, gatherEvidence } from './evidence.ts'
import { episodeOfNames, episodeOfNfo, type Facts, factsOfNames, factsOfNfo } from './facts.ts'
import { type Beside, createLocalArtwork } from './local-artwork.ts'
import type { Tmdb } from './tmdb.ts'
import { dateOf, Episode, itemsOf, textOf } from './tmdb-shapes.ts'

export type EnrichmentDeps = {
  store: MetadataStore
  catalogStore: CatalogStore
  tmdb: Tmdb
  artwork: ArtworkStore
  fileById: (id: string) => Promise<LibraryFile | null>
  /** Titles that want a turn of their own. */
  enqueue: (titleIds: readonly string[]) => Promise<void>
  nowMs: () => number
}

const PORTRAITS = 12
/** The source's paths name their bytes for good. */
const KEEP_PICTURE_MS = 365 * 86_400_000
const wordsOf = (...texts: (string | null | undefined)[]) => [...new Set(texts.filter(Boolean))].join(' · ')

export function createEnrichment(deps: EnrichmentDeps) {
  const { store, catalogStore, tmdb, artwork } = deps
  const localArtwork = createLocalArtwork(deps)

  /** The artwork kept for a picture of the source's; what is there already is not fetched again. */
  async function picture(path: string | null, size: string, present: string | null, signal?: AbortSignal) {
    if (path === null) return null
    const source = `${size}${path}`
    if (present !== null && (JSON.parse(present) as { source?: string }).source === source) return present
    // Two titles may show the same picture, and one may come back to it.
    const url = `image ${source}`
    const kept = await store.answer(url)
    if (kept && kept.fresh_until_ms > deps.nowMs()) return kept.body
    const bytes = await tmdb.image(path, size, signal)
    const body = bytes && (await artwork.fromImage(bytes, source))
    const now = deps.nowMs()
    if (body !== null)
      await store.keepAnswer({
        url,
        status: 200,
        etag: null,
        body,
        fresh_until_ms: now + KEEP_PICTURE_MS,
        stored_at_ms: now,
      })
    return body
  }

  async function storeFacts(titleId: string, facts: Facts): Promise<void> {
    const people = await store.ensurePeople(
      [...new Map(facts.people.map((p) => [p.remoteId, p])).values()].map((p) => ({
        remoteId: p.remoteId,
        name: p.name,
        sortKey: sortKeyOf(p.name),
        portraitPath: p.portraitPath,
      })),
    )
    const row: TitleFacts = {
      name: facts.name,
      sortKey: sortKeyOf(facts.name),
      year: facts.year ?? 0,
      rating: facts.rating ?? 0,
      originalName: facts.originalName,
      tagline: facts.tagline,
      overview: facts.overview,
      releasedOn: facts.releasedOn,
      certification: facts.certification,
      genres: facts.genres,
      ids: facts.ids,
      people: facts.people.flatMap((p) => {
        const person = people.get(p.remoteId)
        return person ? [{ personId: person.id, name: p.name, job: p.job, role: p.role }] : []
      }),
      words: wordsOf(
        facts.name,
        facts.originalName,
        ...facts.people.slice(0, 15).map((p) => p.name),
        ...facts.otherNames,
      ),
    }
    await store.setFacts(titleId, row)
  }

  async function portraits(titleId: string, signal?: AbortSignal): Promise<void> {
    for (const person of (await store.peopleOf(titleId)).slice(0, PORTRAITS)) {
      const kept = await picture(person.portrait_path, 'w185', person.portrait, signal)
      if (kept !== null && kept !== person.portrait) await store.setPortrait(person.id, kept)
    }
  }

  async function collection(titleId: string, of: Facts['collection'], signal?: AbortSignal): Promise<void> {
    const row = await store.putInCollection(titleId, of && { ...of, sortKey: sortKeyOf(of.name) })
    if (!row || row.overview !== null || of === null) return
    const details = await tmdb.collection(of.remoteId, signal)
    if (!details) return
    await store.describeCollection(row.id, {
      overview: details.overview ?? '',
      poster: await picture(textOf(details.poster_path), 'w780', row.poster, signal),
      backdrop: await picture(textOf(details.backdrop_path), 'w1280', row.backdrop, signal),
    })
  }

  async function fromSource(
    title: TitleRow,
    remoteId: number,
    beside: Beside,
    signal?: AbortSignal,
  ): Promise<boolean> {
    const kind = title.kind === 'show' ? 'tv' : 'movie'
    const details = await tmdb.details(kind, remoteId, signal)
    // Deleted there: what is known stays.
    if (!details) return false
    const facts = factsOf(kind, details, tmdb.language())
    await storeFacts(title.id, facts)
    const poster = beside.poster ?? (await picture(facts.posterPath, 'w780', title.poster, signal))
    const backdrop = beside.backdrop ?? (await picture(facts.backdropPath, 'w1280', title.backdrop, signal))
    await catalogStore.setArtwork(title.id, { ...(poster && { poster }), ...(backdrop && { backdrop }) })
    await collection(title.id, facts.collection, signal)
    await portraits(title.id, signal)
    if (kind === 'tv') await deps.enqueue((await store.below(title.id)).map((t) => t.id))
    return true
  }

  /** A season or an episode of a series that is known. */
  async function below(title: TitleRow, showId: number, beside: Beside, signal?: AbortSignal): Promise<void> {
    const season =
      title.season_number === null ? null : await tmdb.season(showId, title.season_number, signal)
    if (!season) return
    if (title.kind === 'season') {
      await store.setEpisode(title.id, {
        name: textOf(season.name) ?? title.name,
        overview: textOf(season.overview),
        airedOn: null,
        rating: 0,
      })
      const poster =
        beside.poster ?? (await picture(textOf(season.poster_path), 'w780', title.poster, signal))
      if (poster) await catalogStore.setArtwork(title.id, { poster })
      return
    }
    const episodes = itemsOf(Episode, season.episodes)
    const found = episodes.find((e) =>
      title.episode_number === null
        ? title.aired_on !== null && e.air_date === title.aired_on
        : e.episode_number === title.episode_number,
    )
    if (!found) return
    await store.setEpisode(title.id, {
      name: textOf(found.name) ?? title.name,
      overview: textOf(found.overview),
      airedOn: dateOf(found.air_date),
      rating: found.vote_average ?? 0,
    })
    const still = beside.poster ?? (await picture(textOf(found.still_path), 'original', title.poster, signal))
    if (still) await catalogStore.setArtwork(title.id, { poster: still, backdrop: still })
  }

  /** The file that an episode is told by. */
  async function fileOf(title: TitleRow): Promise<LibraryFile | null> {
    const [fileId] = await store.fileIds(title.id, 1)
    return fileId === undefined ? null : deps.fileById(fileId)
  }

  /** What an NFO file says, where the source says nothing. */
  async function fromNfo(title: TitleRow): Promise<void> {
    if (title.kind === 'season') return
    if (title.kind === 'episode') {
      const file = await fileOf(title)
      const nfo = file && (await episodeNfo(file))
      const facts = nfo && episodeOfNfo(nfo, title)
      if (facts) await store.setEpisode(title.id, facts)
      return
    }
    const known = await gatherEvidence(deps, title)
    const facts = known?.nfo && factsOfNfo(known.nfo, known.placement)
    if (facts) await storeFacts(title.id, facts)
  }

  /** One after the other for each title: an earlier match must not write over a later one. */
  const turns = new Map<string, Promise<unknown>>()

  return {
    async enrich(titleId: string, signal?: AbortSignal): Promise<void> {
      const turn = (turns.get(titleId) ?? Promise.resolve())
        .catch(() => undefined)
        .then(() => enrichNow(titleId, signal))
      turns.set(titleId, turn)
      try {
        await turn
      } finally {
        if (turns.get(titleId) === turn) turns.delete(titleId)
      }
    },
  }

  async function enrichNow(titleId: string, signal?: AbortSignal): Promise<void> {
    const title = await store.title(titleId)
    if (!title || title.merged_into !== null) return
    const match = await store.match(title.show_id ?? titleId)
    const remoteId = tmdb.isOn() ? (match?.remote_id ?? null) : null
    const isTop = title.kind === 'movie' || title.kind === 'show'
    const beside = await localArtwork.ofTitle(title)
    await catalogStore.setArtwork(titleId, beside)
    const frame = async () => {
      if (title.kind === 'movie' || title.kind === 'episode') await artwork.fromFrame(titleId)
    }
    if (remoteId !== null)
      await described(title, remoteId, beside, signal).catch(async (error: unknown) => {
        // A frame until the source answers.
        await frame().catch(() => undefined)
        throw error
      })
    else if (isTop && match?.remote_id === null && match.enriched_at_ms !== null) {
      await forget(title)
      await catalogStore.setArtwork(titleId, beside)
      await store.markEnriched(titleId, null)
      // What was found while there was a key stays as it is.
    } else if (match?.remote_id == null) await fromNfo(title)
    await frame()
  }

  async function described(
    title: TitleRow,
    remoteId: number,
    beside: Beside,
    signal?: AbortSignal,
  ): Promise<void> {
    if (title.kind === 'season' || title.kind === 'episode') return below(title, remoteId, beside, signal)
    // Before its words are the source's, so that half a description is taken away as well.
    await store.markEnriched(title.id, deps.nowMs())
    await fromSource(title, remoteId, beside, signal)
  }

  /** Back to what files alone say, after a match was taken away. */
  async function forget(title: TitleRow): Promise<void> {
    const titleId = title.id
    const known = await gatherEvidence(deps, title)
    if (!known) return
    await store.putInCollection(titleId, null)
    await storeFacts(titleId, factsOfNames(known.placement, known.evidence))
    const children = title.kind === 'show' ? await store.below(titleId) : []
    for (const child of children) await forgetChild(child)
    await store.clearArtwork(titleId)
    await deps.enqueue(children.map((c) => c.id))
  }

  async function forgetChild(child: TitleRow): Promise<void> {
    const file = child.kind === 'episode' ? await fileOf(child) : null
    const placement = file && placementOf(file.relativePath, file.libraryKind)
    await store.setEpisode(child.id, episodeOfNames(child, placement))
  }
}
export type Enrichment = ReturnType<typeof createEnrichment>
