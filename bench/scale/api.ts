// The API under load, on SQLite and on PostgreSQL with the same rows: latency, and what of the work is whose.
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Client } from '../../tests/support/app.ts'
import { getHome, getTitle, listMovies, searchTitles } from '../../shared/api/catalog.ts'
import { plainClip } from '../../tests/support/films.ts'
import { startPostgres, startRedis } from '../../tests/support/servers.ts'
import { percentile } from '../party/frame-error.ts'
import { type BenchServer, cpuOf, startServer } from './server.ts'

const MAIN = fileURLToPath(new URL('../../server/main.ts', import.meta.url))
const TITLES = 200
const REQUESTS = 1200
const WARM_UP = 100
const AT_ONCE = 4
/** One for each of them, two for PostgreSQL, one for whoever asks. */
const CORES_OF_TWO_WEBS = 5

function manyFilms(): Disposable & { path: string } {
  const home = mkdtempSync(join(tmpdir(), 'mediaserver-scale-titles-'))
  const path = join(home, 'Films')
  mkdirSync(path)
  const yesterday = new Date(Date.now() - 86_400_000)
  for (let n = 0; n < TITLES; n++) {
    const file = join(path, `Harbour ${String.fromCodePoint(65 + (n % 26))} ${n} (${1950 + (n % 70)}).mp4`)
    cpSync(plainClip(), file)
    utimesSync(file, yesterday, yesterday)
  }
  return { path, [Symbol.dispose]: () => rmSync(home, { recursive: true, force: true }) }
}

/** What a person looking around asks for. */
async function look(client: Client, n: number, ids: readonly string[]): Promise<void> {
  if (n % 4 === 0) await client.call(getHome, {})
  else if (n % 4 === 1) await client.call(listMovies, { query: { limit: 50 } })
  else if (n % 4 === 2) await client.call(searchTitles, { query: { q: `harbour ${n % 100}` } })
  else await client.call(getTitle, { params: { id: ids[n % ids.length] ?? '' } })
}

/** Some visitors at each of the servers, all at the same time. */
async function load(servers: readonly BenchServer[], requests: number) {
  const clients = (
    await Promise.all(
      servers.map((server) => Promise.all(Array.from({ length: AT_ONCE }, (_, n) => server.visitor(n + 1)))),
    )
  ).flat()
  let ids: string[] = []
  for (const server of servers) {
    const client = await server.visitor(1)
    ids = (await client.call(listMovies, { query: { limit: 50 } })).items.map(({ id }) => id)
    for (let n = 0; n < WARM_UP; n++) await look(client, n, ids)
  }
  const cpuSeconds = () => servers.reduce((sum, { pid }) => sum + cpuOf(pid).own, 0)
  const before = cpuSeconds()
  const startedAtMs = performance.now()
  const tookMs: number[] = []
  let next = 0
  await Promise.all(
    clients.map(async (client) => {
      while (next < requests) {
        const [n, beganAtMs] = [next++, performance.now()]
        await look(client, n, ids)
        tookMs.push(performance.now() - beganAtMs)
      }
    }),
  )
  return {
    p99Ms: percentile(tookMs, 99),
    cpuMs: ((cpuSeconds() - before) / requests) * 1000,
    perSecond: (requests / (performance.now() - startedAtMs)) * 1000,
  }
}

/** CPU seconds of PostgreSQL: its postmaster's children come and go. */
function postgresCpu(port: number): number {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name)))
    try {
      const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
      if (words.includes('-p') && words.includes(`${port}`) && words[0]?.endsWith('postgres')) {
        const { own, children } = cpuOf(Number(pid))
        return own + children
      }
    } catch {
      // It ended in between.
    }
  return 0
}

async function untilFound(server: BenchServer): Promise<void> {
  const client = await server.visitor(1)
  // Pictures are made afterwards; they would be measured along.
  for (;;) {
    const { items } = await client.call(listMovies, { query: { limit: 50 } })
    const waiting = await server.metric('mediaserver_jobs{')
    const done = await server.metric('mediaserver_library_files_total')
    if (items.length > 0 && done >= TITLES && waiting - (await doneJobs(server)) === 0) return
    await new Promise((go) => setTimeout(go, 500))
  }
}

async function doneJobs(server: BenchServer): Promise<number> {
  const text = await (
    await fetch(`${server.url}/metrics`, { headers: { authorization: 'Bearer bench' } })
  ).text()
  return [...text.matchAll(/^mediaserver_jobs\{[^}]*state="(?:done|buried|cancelled)"\} (\d+)/gm)].reduce(
    (sum, [, count]) => sum + Number(count),
    0,
  )
}

/** How many times the requests of one web process two of them answer in the same time. */
async function twoAgainstOne(env: Record<string, string>, dataPath: string): Promise<number> {
  await using redis = await startRedis()
  const start = () =>
    startServer({ ...env, MEDIASERVER_REDIS_URL: redis.url, MEDIASERVER_ROLE: 'web' }, [], dataPath)
  await using one = await start()
  const alone = await load([one], REQUESTS)
  await using other = await start()
  const together = await load([one, other], REQUESTS)
  return Number((together.perSecond / alone.perSecond).toFixed(2))
}

export async function measureApi() {
  using films = manyFilms()
  const dataPath = mkdtempSync(join(tmpdir(), 'mediaserver-scale-api-'))
  try {
    {
      await using server = await startServer({}, [films.path], dataPath)
      await untilFound(server)
    }
    let onSqlite
    {
      // As new as the one on PostgreSQL: what media workers of a scan took counts as this process's once they end.
      await using server = await startServer({}, [], dataPath)
      onSqlite = await load([server], REQUESTS)
    }
    await using postgres = await startPostgres({ isDurable: true })
    const moved = spawnSync(process.execPath, [MAIN, 'migrate-to', postgres.url, '--data', dataPath], {
      encoding: 'utf8',
    })
    if (moved.status !== 0) throw new Error(moved.stderr)
    let onPostgres
    let databaseMs
    {
      await using server = await startServer({ MEDIASERVER_DATABASE_URL: postgres.url }, [], dataPath)
      const before = postgresCpu(postgres.port)
      onPostgres = await load([server], REQUESTS)
      databaseMs = ((postgresCpu(postgres.port) - before) / (REQUESTS + WARM_UP)) * 1000
    }
    return {
      api_p99_ms_postgres_vs_sqlite: Number((onPostgres.p99Ms / onSqlite.p99Ms).toFixed(2)),
      api_p99_ms: {
        sqlite: Number(onSqlite.p99Ms.toFixed(1)),
        postgres: Number(onPostgres.p99Ms.toFixed(1)),
      },
      api_cpu_ms_per_request: {
        sqlite: Number(onSqlite.cpuMs.toFixed(2)),
        postgres_web: Number(onPostgres.cpuMs.toFixed(2)),
        postgres_database: Number(databaseMs.toFixed(2)),
      },
      api_two_webs_vs_one_by_the_clock: await twoAgainstOne(
        { MEDIASERVER_DATABASE_URL: postgres.url },
        dataPath,
      ),
      ...(availableParallelism() < CORES_OF_TWO_WEBS && {
        api_two_webs_note: `${availableParallelism()} cores also carry PostgreSQL and the load generator: two web processes cannot be twice as fast as one here`,
      }),
      /** With those cores; PostgreSQL, a process for each connection, is the part that is not doubled. */
      api_two_webs_vs_one_by_cpu: Number(
        (onPostgres.cpuMs / Math.max(onPostgres.cpuMs / 2, databaseMs / 2)).toFixed(2),
      ),
    }
  } finally {
    rmSync(dataPath, { recursive: true, force: true })
  }
}
