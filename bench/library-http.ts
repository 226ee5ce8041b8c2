// Lists, search and home over HTTP on one connection, with a catalogue of any size made for it.
import { mkdirSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { createApp } from '../server/app.ts'
import { parseConfig } from '../server/platform/config.ts'
import { openDatabase } from '../server/platform/database/database.ts'
import { silentLog } from '../server/platform/log.ts'

const OWNER = { name: 'Bench', password: 'correct horse' }
const RUNS = 300
const WARM_UP = 20
const WORDS =
  'amber anchor arrow autumn beacon bridge candle canyon cedar circle cloud copper crimson crystal dawn desert dragon echo ember falcon feather forest garden glass golden harbor hollow island ivory jade lantern legend marble meadow midnight mirror mountain ocean orchid paper phantom pilgrim planet raven river saffron scarlet secret shadow silent silver stone storm summer thunder tiger tower valley velvet violet water whisper willow winter wolf'.split(
    ' ',
  )

/** Rows written straight into the file while nothing else has it open: as a scan would have, in seconds. */
async function seed(path: string, count: number): Promise<void> {
  const opened = await openDatabase({ kind: 'sqlite', path }, Date.now)
  await opened[Symbol.asyncDispose]()
  const db = new DatabaseSync(path)
  db.exec('pragma synchronous = off; pragma cache_size = -400000; begin')
  // Built once at the end: a million rows in random order into twenty indexes take many times as long.
  const indexes = db
    .prepare(
      `select name, sql from sqlite_master where type = 'index' and tbl_name like 'title%' and sql is not null`,
    )
    .all()
  for (const { name } of indexes) db.exec(`drop index ${String(name)}`)
  db.exec("insert into libraries (id, name, kind, created_at_ms) values ('lib', 'Films', 'films', 0)")
  const title = db.prepare(
    `insert into titles (id, library_id, kind, identity, name, sort_key, year, rating, runtime_seconds, added_at_ms, listed, file_count)
     values (?, 'lib', 'movie', ?, ?, ?, ?, ?, ?, ?, 'movie', 1) returning seq`,
  )
  const words = db.prepare('insert into title_search (rowid, words) values (?, ?)')
  const detail = db.prepare('insert into title_details (title_id) values (?)')
  const file = db.prepare(
    `insert into title_files (file_id, title_id, library_id, height, video_codec) values (?, ?, 'lib', 1080, 'h264')`,
  )
  const facet = db.prepare('insert into title_facets (facet, title_id) values (?, ?)')
  let random = 42
  const next = (below: number) => {
    random = (random * 1_103_515_245 + 12_345) % 2 ** 31
    return Math.floor((random / 2 ** 31) * below)
  }
  for (let nth = 0; nth < count; nth += 1) {
    const id = `t${String(nth).padStart(8, '0')}`
    const name = `${WORDS[next(WORDS.length)]} ${WORDS[next(WORDS.length)]} ${nth}`
    const row = title.get(id, name, name, name, 1950 + next(75), next(100) / 10, 3600 + next(7200), nth)
    words.run(Number(row?.['seq']), name)
    detail.run(id)
    file.run(`f${id}`, id)
    // Common and rare ones, as in a real library.
    facet.run(nth % 10 === 0 ? 'resolution:4k' : 'resolution:1080p', id)
    facet.run(nth % 3 === 0 ? 'audio:deu' : 'audio:eng', id)
    if (nth % 50 === 0) facet.run('hdr', id)
    if (nth % 1000 === 0) facet.run('video:av1', id)
  }
  for (const index of indexes) db.exec(String(index['sql']))
  db.exec('commit; analyze; pragma wal_checkpoint(truncate)')
  db.close()
}

export async function httpTimes(folder: string, count: number) {
  mkdirSync(folder, { recursive: true })
  await seed(join(folder, 'mediaserver.db'), count)
  const config = parseConfig({
    MEDIASERVER_PORT: '0',
    MEDIASERVER_HOST: '127.0.0.1',
    MEDIASERVER_DATA: folder,
    MEDIASERVER_OWNER_NAME: OWNER.name,
    MEDIASERVER_OWNER_PASSWORD: OWNER.password,
    MEDIASERVER_LOG_LEVEL: 'silent',
  })
  await using app = await createApp(config, { log: silentLog() })
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
    times.sort((a, b) => a - b)
    return { p50: times[Math.floor(RUNS * 0.5)] ?? 0, p99: times[Math.floor(RUNS * 0.99)] ?? 0 }
  }
  const sorts = ['name', 'added', 'year', 'rating']
  const cursors: (string | null)[] = sorts.map(() => null)
  for (const [at, sort] of sorts.entries()) {
    const { text } = await ask(`/api/library/movies?limit=50&sort=${sort}`, { headers: { cookie } })
    cursors[at] = (JSON.parse(text) as { nextCursor: string | null }).nextCursor
  }
  const times = {
    list: await measure((nth) => {
      const at = nth % sorts.length
      const cursor = nth % 8 < 4 ? '' : `&cursor=${encodeURIComponent(cursors[at] ?? '')}`
      return `/api/library/movies?limit=50&sort=${sorts[at]}${cursor}`
    }),
    filtered: await measure((nth) => {
      const filters = ['resolution=4k', 'audioLanguage=ger', 'hdr=true', 'videoCodec=av1', 'year=1999']
      return `/api/library/movies?limit=50&sort=${sorts[nth % sorts.length]}&${filters[nth % filters.length]}`
    }),
    search: await measure((nth) => {
      const word = WORDS[nth % WORDS.length] ?? ''
      const text = nth % 3 === 0 ? word.slice(0, 3 + (nth % 3)) : `${word} ${nth * 37}`
      return `/api/search?q=${encodeURIComponent(text)}`
    }),
    home: await measure(() => '/api/home'),
  }
  agent.destroy()
  return times
}
