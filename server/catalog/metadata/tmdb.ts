// TMDB's v3 API, typed: every answer is checked, kept with its cache time and asked for again only conditionally.
import type { Static, TSchema } from 'typebox'
import { Check } from 'typebox/value'
import { JOB_REASONS } from '#shared/job-reasons.ts'
import { createSingleFlight } from '../../platform/async.ts'
import type { MetadataAnswerTable } from '../../platform/database/schema.ts'
import { withTmdbKey } from '../../platform/tmdb-key.ts'
import type { MetadataStore } from '../store-metadata.ts'
import { createOutbound, MetadataUnavailable, type Outcome } from './outbound.ts'
import * as shape from './tmdb-shapes.ts'

const HOUR_MS = 3_600_000
const SEARCH_MS = 24 * HOUR_MS
const DETAILS_MS = 7 * 24 * HOUR_MS
/** Running series grow. */
const SEASON_MS = 24 * HOUR_MS
const ABSENT_MS = 24 * HOUR_MS
const MAX_JSON_BYTES = 8_000_000
const MAX_IMAGE_BYTES = 20_000_000

export type RemoteKind = 'movie' | 'tv'
export type TmdbConfig = { key: string | null; baseUrl: string; imageUrl: string; language: string }
export type TmdbDeps = {
  /** Looked at for each question: it may change. */
  config: () => TmdbConfig
  cache: Pick<MetadataStore, 'answer' | 'keepAnswer'>
  fetch?: typeof fetch
  nowMs: () => number
  sleep: (ms: number, signal?: AbortSignal) => Promise<void>
}

/** `off`: no key, nothing is asked. `refused`: the key is not accepted. `waiting`: it could not be reached last time. */
export type MetadataState = 'off' | 'ready' | 'refused' | 'waiting'

/** A relative image path of TMDB's; anything else is not asked for. */
const IMAGE_PATH = /^\/[\w-]{1,100}\.(?:jpe?g|png|webp|svg)$/i

export function createTmdb({ config, cache, nowMs, sleep, ...deps }: TmdbDeps) {
  const fetcher = deps.fetch ?? fetch
  const limits = { fetch: fetcher, nowMs, sleep, timeoutMs: 20_000 }
  const api = createOutbound({ ...limits, spacingMs: 30, atOnce: 4, maxBytes: MAX_JSON_BYTES })
  const pictures = createOutbound({ ...limits, spacingMs: 5, atOnce: 4, maxBytes: MAX_IMAGE_BYTES })
  const oneFlight = createSingleFlight<MetadataAnswerTable>()
  /** How the last question went, by the key it was asked with: a new key begins anew. */
  let last: { key: string; state: MetadataState } | null = null
  const stateNow = (): MetadataState => {
    const { key } = config()
    if (key === null) return 'off'
    return last?.key === key ? last.state : 'ready'
  }

  async function askNow(
    path: string,
    known: MetadataAnswerTable | undefined,
    keepMs: number,
    signal?: AbortSignal,
  ) {
    const { key, baseUrl } = config()
    if (key === null) throw new MetadataUnavailable(HOUR_MS, JOB_REASONS['no-key'])
    const tell = (state: MetadataState): void => void (last = { key, state })
    const url = new URL(baseUrl + path)
    const headers: Record<string, string> = {
      accept: 'application/json',
      ...withTmdbKey(url, key),
      ...(known?.etag && { 'if-none-match': known.etag }),
    }
    /** Half an answer is no answer: it is asked for again. */
    const check = ({ status, body }: Outcome): void => {
      if (status === 200) JSON.parse(Buffer.from(body).toString())
    }
    const outcome = await api(url, headers, { check, ...(signal && { signal }) }).catch((error: unknown) => {
      if (error instanceof MetadataUnavailable) tell('waiting')
      throw error
    })
    const now = nowMs()
    if (outcome.status === 401 || outcome.status === 403) {
      if (config().key !== key) throw new MetadataUnavailable(1000, JOB_REASONS['key-changed'])
      tell('refused')
      throw new MetadataUnavailable(HOUR_MS, JOB_REASONS['key-refused'])
    }
    tell('ready')
    if (outcome.status === 304 && known) {
      const renewed = { ...known, fresh_until_ms: now + keepMs }
      await cache.keepAnswer(renewed)
      return renewed
    }
    if (outcome.status !== 200 && outcome.status !== 404)
      throw new Error(`TMDB answered ${outcome.status} to ${path}`)
    const answer: MetadataAnswerTable = {
      url: path,
      status: outcome.status,
      etag: outcome.headers.get('etag'),
      body: outcome.status === 200 ? Buffer.from(outcome.body).toString() : '',
      fresh_until_ms: now + (outcome.status === 200 ? keepMs : ABSENT_MS),
      stored_at_ms: now,
    }
    await cache.keepAnswer(answer)
    return answer
  }

  /** Null: there is no such thing. */
  async function get<S extends TSchema>(
    schema: S,
    path: string,
    query: Record<string, string>,
    keepMs: number,
    signal?: AbortSignal,
  ): Promise<Static<S> | null> {
    if (config().key === null) return null
    const address = `${path}?${new URLSearchParams(query).toString()}`
    const answer = await oneFlight(address, async () => {
      const known = await cache.answer(address)
      if (known && known.fresh_until_ms > nowMs()) return known
      // A shared flight must not end because the first of its callers went away.
      return askNow(address, known, keepMs)
    })
    signal?.throwIfAborted()
    if (answer.status === 404) return null
    const parsed: unknown = JSON.parse(answer.body)
    return Check(schema, parsed) ? parsed : null
  }

  const language = (): string => config().language
  const append = {
    movie: 'alternative_titles,translations,credits,release_dates,external_ids,images',
    tv: 'alternative_titles,translations,aggregate_credits,content_ratings,external_ids,images',
  }

  return {
    isOn: (): boolean => config().key !== null,
    language,
    state: stateNow,

    async search(kind: RemoteKind, text: string, year: number | null, signal?: AbortSignal) {
      const yearKey = kind === 'movie' ? 'year' : 'first_air_date_year'
      const query = {
        query: text.slice(0, 200),
        language: language(),
        include_adult: 'false',
        ...(year !== null && { [yearKey]: String(year) }),
      }
      const page = await get(shape.FoundPage, `/search/${kind}`, query, SEARCH_MS, signal)
      return shape.itemsOf(shape.Found, page?.results)
    },
    async byExternalId(source: 'imdb_id' | 'tvdb_id', id: string, signal?: AbortSignal) {
      const query = { external_source: source, language: language() }
      const path = `/find/${encodeURIComponent(id)}`
      const found = await get(shape.FoundByExternalId, path, query, SEARCH_MS, signal)
      return {
        movie: shape.itemsOf(shape.Found, found?.movie_results),
        tv: shape.itemsOf(shape.Found, found?.tv_results),
      }
    },
    details: (kind: RemoteKind, id: number, signal?: AbortSignal) =>
      get(
        shape.Details,
        `/${kind}/${id}`,
        {
          language: language(),
          append_to_response: append[kind],
          include_image_language: `${language().slice(0, 2)},en,null`,
        },
        DETAILS_MS,
        signal,
      ),
    season: (showId: number, season: number, signal?: AbortSignal) =>
      get(shape.Season, `/tv/${showId}/season/${season}`, { language: language() }, SEASON_MS, signal),
    collection: (id: number, signal?: AbortSignal) =>
      get(shape.Collection, `/collection/${id}`, { language: language() }, DETAILS_MS, signal),

    /** The bytes of a picture as they come; null when there is none. Not cached here: they become blobs. */
    async image(path: string, size: string, signal?: AbortSignal): Promise<Uint8Array | null> {
      const { key, imageUrl } = config()
      if (key === null || !IMAGE_PATH.test(path)) return null
      const url = new URL(`${imageUrl}/${size}${path}`)
      const { status, body } = await pictures(url, {}, signal ? { signal } : {})
      return status === 200 ? body : null
    },
  }
}
export type Tmdb = ReturnType<typeof createTmdb>
