// Matching, enrichment and review joined together, and what their background jobs do.
import type { TitleDetails } from '#shared/api/catalog.ts'
import type { JobQueue } from '../../platform/jobs/queue.ts'
import { enrichTitle, matchTitle } from '../../job-kinds.ts'
import type { LibraryFile } from '../../library/library.ts'
import { sleep } from '../../platform/async.ts'
import { RetryLater } from '../../platform/jobs/job.ts'
import type { ArtworkStore } from '../artwork.ts'
import { artworkOf } from '../cards.ts'
import type { Catalog } from '../catalog.ts'
import type { CatalogStore } from '../store.ts'
import type { MetadataStore } from '../store-metadata.ts'
import { createEnrichment } from './enrichment.ts'
import { createMatching } from './matching.ts'
import { createMerging } from './merging.ts'
import { MetadataUnavailable } from './outbound.ts'
import { createPeople } from './people.ts'
import { createReview, mergeChange, tellOutage } from './review.ts'
import { createTmdb, type TmdbConfig } from './tmdb.ts'

export type MetadataDeps = {
  store: MetadataStore
  catalogStore: CatalogStore
  catalog: Pick<Catalog, 'cards'>
  artwork: ArtworkStore
  fileById: (id: string) => Promise<LibraryFile | null>
  /** An administrator changes it while the server runs. */
  config: () => TmdbConfig
  queue: Pick<JobQueue, 'enqueueAll' | 'list'>
  nowMs: () => number
  fetch?: typeof fetch
}

const DAY_MS = 86_400_000
const REFRESH_AFTER_MS = 30 * DAY_MS
const FORGET_ANSWERS_AFTER_MS = 60 * DAY_MS
const AT_ONCE = 500
/** A key that was set later finds a whole library waiting. */
const UNMATCHED_AT_ONCE = 20_000

/** A service that cannot be asked now costs no attempt. */
async function later<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (cause) {
    if (cause instanceof MetadataUnavailable)
      throw new RetryLater(Math.max(cause.afterMs, 1000), cause.message, { cause })
    throw cause
  }
}

export function createMetadata(deps: MetadataDeps) {
  const { store, queue, nowMs } = deps
  const tmdb = createTmdb({
    config: deps.config,
    cache: store,
    nowMs,
    sleep,
    ...(deps.fetch && { fetch: deps.fetch }),
  })

  /** `of` sets a job apart from one for an earlier match that may be running: it must not be taken for the same. */
  const wantFacts = async (ids: readonly string[], of: string, priority: number) =>
    void (await queue.enqueueAll(
      enrichTitle,
      ids.map((titleId) => ({ payload: { titleId }, options: { key: `${titleId} ${of}`, priority } })),
    ))
  const wantMatches = async (ids: readonly string[], priority: number) =>
    void (await queue.enqueueAll(
      matchTitle,
      ids.map((titleId) => ({ payload: { titleId }, options: { key: titleId, priority } })),
    ))

  const common = { store, tmdb, fileById: deps.fileById, nowMs }
  const matching = createMatching(common)
  const enrichment = createEnrichment({
    ...common,
    catalogStore: deps.catalogStore,
    artwork: deps.artwork,
    enqueue: (ids) => wantFacts(ids, String(nowMs()), -5),
  })
  const merging = createMerging({ store, catalogStore: deps.catalogStore })
  const review = createReview({
    store,
    tmdb,
    merging,
    fileById: deps.fileById,
    nowMs,
    onChanged: async (ids) => {
      await wantFacts(ids, String(nowMs()), 20)
      const matches = await Promise.all(ids.map((id) => store.match(id)))
      await wantMatches(
        ids.filter((_, nth) => matches[nth]?.evidence === ''),
        20,
      )
    },
  })

  return {
    review,
    people: createPeople({ store, catalog: deps.catalog }),
    searchByHand: (titleId: string, text: string, year: number | null) =>
      tellOutage(matching.searchByHand(titleId, text, year)),
    /** What a candidate looks like: a small WebP, or null where the source has no such picture. */
    candidatePicture: async (path: string): Promise<Uint8Array | null> => {
      const bytes = await tellOutage(tmdb.image(path, 'w154'))
      return bytes && deps.artwork.glance(bytes)
    },
    surroundings: async (titleId: string): Promise<Pick<TitleDetails, 'people' | 'collection'>> => ({
      people: (await store.peopleOf(titleId)).map((p) => ({
        id: p.id,
        name: p.name,
        job: p.job,
        character: p.role,
        portrait: artworkOf(p.portrait),
      })),
      collection: (await store.collectionOf(titleId)) ?? null,
    }),

    /** Titles whose files came, went or changed: pictures for all, a look at who the films and series are. */
    async onTitles(ids: readonly string[]): Promise<void> {
      await wantFacts(ids, '', -10)
      if (!tmdb.isOn()) return
      const tops = new Set<string>()
      for (const id of ids) {
        const title = await store.title(id)
        if (title) tops.add(title.show_id ?? title.id)
      }
      await wantMatches([...tops], 0)
    },

    jobs: {
      match: (titleId: string, signal: AbortSignal) =>
        later(
          (async () => {
            const match = await matching.matchTitle(titleId, signal)
            if (!match) return
            await wantFacts([titleId], String(match.matched_at_ms), 0)
            const stayed = await merging.unite([titleId], (united) => mergeChange(united, nowMs()))
            await wantFacts(stayed, `${match.matched_at_ms} merged`, 0)
          })(),
        ),
      enrich: (titleId: string, signal: AbortSignal) => later(enrichment.enrich(titleId, signal)),
      /**
       * Old descriptions are asked for again, titles nobody has judged are judged, old answers are thrown away; a
       * lost queue's pictures are made.
       */
      async refresh(): Promise<void> {
        await store.pruneAnswers(nowMs() - FORGET_ANSWERS_AFTER_MS)
        // What failed for good would fail again each time.
        const failed = await queue.list({ kind: enrichTitle.kind, state: 'buried', limit: AT_ONCE })
        const failedIds = new Set(failed.map(({ payload }) => (payload as { titleId: string }).titleId))
        const bare = await store.pictureless(AT_ONCE)
        await wantFacts(
          bare.flatMap(({ id }) => (failedIds.has(id) ? [] : [id])),
          '',
          -20,
        )
        if (!tmdb.isOn()) return
        const old = await store.toRefresh(nowMs() - REFRESH_AFTER_MS, AT_ONCE)
        await wantFacts(
          old.map((t) => t.title_id),
          'refresh',
          -20,
        )
        await wantMatches(
          (await store.unmatched(UNMATCHED_AT_ONCE)).map((t) => t.id),
          -5,
        )
      },
    },
  }
}
export type Metadata = ReturnType<typeof createMetadata>
