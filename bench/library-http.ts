// Lists, search and home over HTTP on one connection, with a catalogue of any size made for it.
import { existsSync, mkdirSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { createApp } from '../server/app.ts'
import { openDatabase } from '../server/platform/database/database.ts'
import { fillFacetSets } from '../server/platform/database/migrations/0015-facet-sets.ts'
import { parseConfig } from '../server/platform/config.ts'
import { createLogs } from '../server/platform/log.ts'
import { seed, WORDS } from './library-seed.ts'

const OWNER = { name: 'Bench', password: 'correct horse' }
const RUNS = 300
const WARM_UP = 20
const FILTERS = [
  'genre=Western',
  'year=1999',
  'resolution=4k',
  'hdr=true',
  'videoCodec=av1',
  'audioLanguage=ger',
  'subtitleLanguage=fr',
  'watched=true',
  'watched=false',
  'favourite=true',
  'resolution=4k&hdr=true',
  'genre=Western&resolution=4k&hdr=true',
  'year=1999&audioLanguage=ger',
  'resolution=1080p&audioLanguage=ger&subtitleLanguage=eng',
  'resolution=4k&videoCodec=av1&genre=Drama',
]

/** A catalogue of so many files with its owner as the only viewer; one that is there already is used as it is. */
async function prepare(folder: string, count: number) {
  const config = parseConfig({
    MEDIASERVER_PORT: '0',
    MEDIASERVER_HOST: '127.0.0.1',
    MEDIASERVER_DATA: folder,
    MEDIASERVER_OWNER_NAME: OWNER.name,
    MEDIASERVER_OWNER_PASSWORD: OWNER.password,
    MEDIASERVER_LOG_LEVEL: 'silent',
    MEDIASERVER_RATE_LIMITS: 'off',
  })
  if (!existsSync(folder)) {
    mkdirSync(folder, { recursive: true })
    await (
      await createApp(config, { logs: createLogs({ level: 'silent', pretty: false }) })
    )[Symbol.asyncDispose]()
    const path = join(folder, 'mediaserver.db')
    seed(path, count)
    await using database = await openDatabase({ kind: 'sqlite', path }, Date.now)
    await fillFacetSets(database.db)
  }
  return config
}

/** What the page of a list costs where nothing but SQLite is asked. */
function bareSql(path: string): { p50: number; p99: number } {
  const db = new DatabaseSync(path, { readOnly: true })
  db.exec('pragma cache_size = -65536; pragma mmap_size = 268435456')
  const page = db.prepare(`select * from titles where listed = 'movie' and (sort_key, id) > (?, '')
    order by sort_key, id limit 50`)
  const times = Array.from({ length: RUNS + WARM_UP }, (_, nth) => {
    const started = performance.now()
    page.all(WORDS[nth % WORDS.length] ?? '')
    return performance.now() - started
  })
  db.close()
  return percentiles(times.slice(WARM_UP))
}

function percentiles(times: number[]): { p50: number; p99: number } {
  const sorted = times.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.floor(sorted.length * share)] ?? 0
  return { p50: at(0.5), p99: at(0.99) }
}

export async function httpTimes(folder: string, count: number) {
  const config = await prepare(folder, count)
  const bare = bareSql(join(folder, 'mediaserver.db'))
  await using app = await createApp(config, { logs: createLogs({ level: 'silent', pretty: false }) })
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const ask = (
    path: string,
    init: { method?: string; body?: string; headers?: Record<string, string> } = {},
  ) =>
    new Promise<{ status: number; cookies: string[]; text: string }>((resolve, reject) => {
      const { body, ...options } = init
      const sent = request({ host: '127.0.0.1', port: app.port, path, agent, ...options }, (reply) => {
        let text = ''
        reply.setEncoding('utf8').on('data', (part: string) => (text += part))
        reply.on('end', () =>
          resolve({ status: reply.statusCode ?? 0, cookies: reply.headers['set-cookie'] ?? [], text }),
        )
      })
      sent.on('error', reject).end(body)
    })
  const signedIn = await ask('/api/sign-in', {
    method: 'POST',
    body: JSON.stringify(OWNER),
    headers: { 'content-type': 'application/json' },
  })
  const cookie = signedIn.cookies.map((line) => line.split(';')[0]).join('; ')
  const measure = async (pathOf: (nth: number) => string) => {
    const times: number[] = []
    for (let nth = 0; nth < RUNS + WARM_UP; nth += 1) {
      const started = performance.now()
      const { status, text } = await ask(pathOf(nth), { headers: { cookie } })
      if (status !== 200) throw new Error(`${pathOf(nth)}: ${status} ${text}`)
      if (nth >= WARM_UP) times.push(performance.now() - started)
    }
    return percentiles(times)
  }
  const sorts = ['name', 'added', 'year', 'rating', 'runtime']
  const cursors: (string | null)[] = sorts.map(() => null)
  for (const [at, sort] of sorts.entries()) {
    const { text } = await ask(`/api/library/movies?limit=50&sort=${sort}`, { headers: { cookie } })
    cursors[at] = (JSON.parse(text) as { nextCursor: string | null }).nextCursor
  }
  const times = {
    list: await measure((nth) => {
      const at = nth % sorts.length
      const cursor = nth % 10 < 5 ? '' : `&cursor=${encodeURIComponent(cursors[at] ?? '')}`
      return `/api/library/movies?limit=50&sort=${sorts[at]}${cursor}`
    }),
    filtered: await measure(
      (nth) =>
        `/api/library/movies?limit=50&sort=${sorts[nth % sorts.length]}&${FILTERS[nth % FILTERS.length]}`,
    ),
    search: await measure((nth) => {
      const word = WORDS[nth % WORDS.length] ?? ''
      const texts = [
        word.slice(0, 1 + (nth % 4)),
        `${word} ${nth * 37}`,
        `${WORDS[(nth * 7) % WORDS.length]} ${word}`,
      ]
      const text = texts[nth % 3] ?? word
      return `/api/search?q=${encodeURIComponent(text)}`
    }),
    home: await measure(() => '/api/home'),
  }
  agent.destroy()
  return { ...times, bare }
}
