// A local stand-in for TMDB: searches, details, seasons, collections and pictures, with faults on demand.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import sharp from 'sharp'

export type FakeTitle = {
  id: number
  kind: 'movie' | 'tv'
  title: string
  originalTitle?: string
  date: string
  runtime?: number
  otherTitles?: string[]
  imdb?: string
  overview?: string
  collection?: { id: number; name: string }
  /** Episodes of each season, by number. */
  seasons?: Record<number, string[]>
  cast?: { id: number; name: string; character: string }[]
}

/** What happens to a request instead of an answer. */
export type Fault = 'busy' | 'broken' | 'silent' | 'half'

export type FakeTmdb = AsyncDisposable & {
  url: string
  env: Record<string, string>
  /** Every request that was answered with data, in order, without the key. */
  asked: string[]
  /** Faults for the next requests, one each. */
  faults: Fault[]
  titles: FakeTitle[]
}

const details = (t: FakeTitle) => {
  const isFilm = t.kind === 'movie'
  const alternatives = (t.otherTitles ?? []).map((title) => ({ iso_3166_1: 'DE', title, type: '' }))
  return {
    ...listed(t),
    tagline: '',
    runtime: isFilm ? (t.runtime ?? null) : undefined,
    vote_average: 7.5,
    genres: [{ id: 18, name: 'Drama' }],
    backdrop_path: `/backdrop${t.id}.jpg`,
    belongs_to_collection: t.collection ? { ...t.collection, poster_path: null, backdrop_path: null } : null,
    alternative_titles: isFilm ? { titles: alternatives } : { results: alternatives },
    translations: { translations: [] },
    external_ids: { imdb_id: t.imdb ?? null },
    ...(isFilm
      ? {
          credits: {
            cast: (t.cast ?? []).map((c, order) => ({ ...c, order, profile_path: `/face${c.id}.jpg` })),
            crew: [],
          },
        }
      : { aggregate_credits: { cast: [], crew: [] } }),
    release_dates: {
      results: [{ iso_3166_1: 'US', release_dates: [{ certification: '' }, { certification: 'R' }] }],
    },
    seasons: Object.entries(t.seasons ?? {}).map(([n, e]) => ({
      season_number: Number(n),
      episode_count: e.length,
    })),
  }
}

const listed = (t: FakeTitle) => ({
  id: t.id,
  [t.kind === 'movie' ? 'title' : 'name']: t.title,
  [t.kind === 'movie' ? 'original_title' : 'original_name']: t.originalTitle ?? t.title,
  [t.kind === 'movie' ? 'release_date' : 'first_air_date']: t.date,
  overview: t.overview ?? `About ${t.title}.`,
  poster_path: `/poster${t.id}.jpg`,
  vote_count: 1000,
})

export async function startFakeTmdb(titles: FakeTitle[], key = 'k'.repeat(32)): Promise<FakeTmdb> {
  const asked: string[] = []
  const faults: Fault[] = []
  const picture = await sharp({ create: { width: 60, height: 90, channels: 3, background: '#a33' } })
    .png()
    .toBuffer()

  function answer(url: URL): unknown {
    const [, kind = '', id = '', part, season] = url.pathname.split('/').filter((_, n) => n !== 1)
    if (kind === 'search') {
      const q = (url.searchParams.get('query') ?? '').toLowerCase()
      const year = url.searchParams.get('year') ?? url.searchParams.get('first_air_date_year') ?? ''
      const hits = titles.filter((t) => {
        const names = [t.title, t.originalTitle ?? '', ...(t.otherTitles ?? [])]
        return t.kind === id && names.some((n) => n.toLowerCase().includes(q)) && t.date.startsWith(year)
      })
      return { page: 1, results: hits.map(listed), total_results: hits.length }
    }
    if (kind === 'find') {
      const hits = titles.filter((t) => t.imdb === id)
      return {
        movie_results: hits.filter((t) => t.kind === 'movie').map(listed),
        tv_results: hits.filter((t) => t.kind === 'tv').map(listed),
      }
    }
    if (kind === 'collection')
      return { id: Number(id), name: 'All of them', overview: 'Together.', parts: [] }
    const title = titles.find((t) => t.kind === kind && String(t.id) === id)
    if (!title) return null
    if (part !== 'season') return details(title)
    const names = title.seasons?.[Number(season)]
    if (!names) return null
    return {
      name: `Season ${season}`,
      season_number: Number(season),
      poster_path: null,
      episodes: names.map((name, n) => ({
        id: n + 1,
        episode_number: n + 1,
        season_number: Number(season),
        name,
        overview: '',
        air_date: '2001-02-03',
        still_path: `/still${n + 1}.jpg`,
      })),
    }
  }

  function handle(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', 'http://fake')
    const json = (status: number, body: unknown, headers: Record<string, string> = {}) => {
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
    }
    const fault = faults.shift()
    if (fault === 'silent') return void request.socket.destroy()
    if (fault === 'busy') return json(429, { status_code: 25 }, { 'retry-after': '0' })
    if (fault === 'broken') return json(502, 'no')
    if (fault === 'half')
      return void response.writeHead(200, { 'content-type': 'application/json' }).end('{"id": 1, "tit')
    if (url.pathname.startsWith('/images/')) {
      asked.push(url.pathname)
      return void response.writeHead(200, { 'content-type': 'image/png' }).end(picture)
    }
    const isKnown =
      url.searchParams.get('api_key') === key || request.headers.authorization === `Bearer ${key}`
    if (!isKnown) return json(401, { status_code: 7, status_message: 'Invalid API key', success: false })
    url.searchParams.delete('api_key')
    asked.push(`${url.pathname}${url.search}`)
    const found = answer(url)
    if (found === null) return json(404, { status_code: 34, success: false })
    const etag = `"${Buffer.from(JSON.stringify(found)).length}"`
    if (request.headers['if-none-match'] === etag) return void response.writeHead(304, { etag }).end()
    json(200, found, { etag })
  }

  const server = createServer(handle)
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    asked,
    faults,
    titles,
    env: {
      MEDIASERVER_TMDB_KEY: key,
      MEDIASERVER_TMDB_URL: `${url}/3`,
      MEDIASERVER_TMDB_IMAGE_URL: `${url}/images`,
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
    },
  }
}
