// The library measured: first scan beside ffprobe and MiniDLNA, rescan beside find, lists over HTTP, memory.
import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createMediaEngine } from '../server/media/engine.ts'
import { createLibrary } from '../server/library/library.ts'
import { warmUp } from '../server/library/placement.ts'
import { createLibraryStore } from '../server/library/store.ts'
import { createCatalog } from '../server/catalog/catalog.ts'
import { createCatalogStore } from '../server/catalog/store.ts'
import { systemClock } from '../server/platform/clock.ts'
import { openDatabase } from '../server/platform/database/database.ts'
import { within } from '../server/platform/scope.ts'
import { silentLog } from '../server/platform/log.ts'
import { createMetrics } from '../server/platform/metrics.ts'
import { median } from './figures.ts'
import { manyFiles, realFilms } from './library-files.ts'
import { httpTimes } from './library-http.ts'
import { watchLoop } from './loop-watch.ts'

const FILMS = 800
/** Ours and theirs in turns, and the median of each: what else the machine does meanwhile strikes both. */
const TURNS = 5
/** Films that `ffprobe` opens in each of its turns. */
const PROBED = 60
const RESCAN_FILES = 100_000
const CPUS = 2

const seconds = async (work: () => unknown): Promise<number> => {
  const started = performance.now()
  await work()
  return (performance.now() - started) / 1000
}

/** The library as `app.ts` wires it, without HTTP; the catalogue only where something is told to it. */
async function openLibrary(
  home: string,
  engine: Parameters<typeof createLibrary>[0]['engine'],
  isCatalogued: boolean,
) {
  const database = await openDatabase({ kind: 'sqlite', path: join(home, 'bench.db') }, Date.now)
  const store = createLibraryStore(database.db)
  const catalog = createCatalog({
    store: createCatalogStore(database.db, database.dialect),
    fileById: (id) => library.file(id),
    nextUp: async () => null,
  })
  const library = createLibrary({
    store,
    engine,
    probeConcurrency: CPUS,
    clock: systemClock,
    log: silentLog(),
    metrics: createMetrics(),
    enqueueScan: async () => {},
    queuedScans: async () => [],
    announce: async (files) => (isCatalogued ? catalog.hear(files) : undefined),
    settleMs: 0,
  })
  return { database, library, store }
}

async function firstScan(home: string, folder: string) {
  await using engine = createMediaEngine({ readers: CPUS })
  // The server has its workers warm and its patterns compiled long before anybody adds a library.
  warmUp()
  await Promise.all([1, 2].map(() => engine.probe(import.meta.filename).catch(() => {})))
  const { database, library } = await openLibrary(home, engine, true)
  const { id } = await library.add({ name: 'Films', kind: 'films', folders: [folder] })
  let rss = 0
  const watch = setInterval(() => (rss = Math.max(rss, process.memoryUsage.rss())), 50)
  const loop = watchLoop()
  // As the server's jobs do: in small bites.
  const took = await seconds(() => within({ jobId: 'bench' }, () => library.runScan({ libraryId: id })))
  clearInterval(watch)
  const held = loop()
  await database[Symbol.asyncDispose]()
  return { took, rss, held }
}

function ffprobeLoop(paths: readonly string[]): Promise<number> {
  const left = [...paths]
  const count = left.length
  const one = async () => {
    for (let path = left.pop(); path !== undefined; path = left.pop()) {
      const flags = [
        '-v',
        'quiet',
        '-print_format',
        'json',
        '-show_format',
        '-show_streams',
        '-show_chapters',
      ]
      await once(spawn('ffprobe', [...flags, path], { stdio: 'ignore' }), 'exit')
    }
  }
  return seconds(() => Promise.all([one(), one()])).then((took) => count / took)
}

/** Files per second until its database holds them all; null where it is not installed. */
async function miniDlna(home: string, folder: string, count: number): Promise<number | null> {
  const found = ['/usr/sbin/minidlnad', '/usr/bin/minidlnad'].find(
    (path) => spawnSync(path, ['-V']).error === undefined,
  )
  if (!found) return null
  const own = join(home, 'minidlna')
  mkdirSync(own)
  const config = join(own, 'conf')
  writeFileSync(
    config,
    `media_dir=V,${folder}\ndb_dir=${own}\nlog_dir=${own}\nport=18200\nnetwork_interface=lo\ninotify=no\n`,
  )
  const { DatabaseSync } = await import('node:sqlite')
  const started = performance.now()
  const child = spawn(found, ['-d', '-R', '-f', config, '-P', join(own, 'pid')], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [rows, changedAt, text] = [0, started, '']
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (data: Buffer) => (text = (text + data.toString()).slice(-4000)))
  try {
    while (child.exitCode === null && performance.now() - started < 300_000) {
      await new Promise((go) => setTimeout(go, 50))
      let now = rows
      try {
        const db = new DatabaseSync(join(own, 'files.db'), { readOnly: true })
        now = Number(db.prepare('select count(*) as n from details where mime is not null').get()?.['n'] ?? 0)
        db.close()
      } catch {
        // Not there yet, or locked for a moment.
      }
      if (now > rows) [rows, changedAt] = [now, performance.now()]
      if (rows >= count || /Scanning .* finished/.test(text)) break
      if (rows > 0 && performance.now() - changedAt > 5000) break
    }
  } finally {
    child.kill('SIGKILL')
  }
  if (rows === 0) process.stderr.write(`MiniDLNA found nothing: ${text.slice(-400)}\n`)
  return rows > 0 ? rows / ((changedAt - started) / 1000) : null
}

async function rescan(home: string, count: number) {
  const folder = join(home, `many ${count}`)
  manyFiles(folder, count)
  const nothing = {
    describe: async (paths: readonly string[]) =>
      paths.map(() => ({ fingerprint: '', reason: 'Nothing is in it.' })),
    keyframes: async () => null,
  }
  const { database, library } = await openLibrary(home, nothing, false)
  const { id } = await library.add({ name: `${count}`, kind: 'series', folders: [folder] })
  await library.runScan({ libraryId: id })
  let heap = 0
  // What is still held: garbage is no size. Often enough that a quick scan is seen, too.
  const watch = setInterval(() => {
    globalThis.gc?.()
    heap = Math.max(heap, process.memoryUsage().heapUsed)
  }, 20)
  await library.runScan({ libraryId: id })
  clearInterval(watch)
  const ours: number[] = []
  const theirs: number[] = []
  const find = ['-type', 'f', '-printf', '%p %s %T@ %i\\n']
  for (let run = 0; run < 3; run += 1) {
    theirs.push(await seconds(() => once(spawn('find', [folder, ...find], { stdio: 'ignore' }), 'exit')))
    ours.push(await seconds(() => library.runScan({ libraryId: id })))
  }
  await database[Symbol.asyncDispose]()
  return { ours: Math.min(...ours), find: Math.min(...theirs), heap }
}

export async function run(args: readonly string[]): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'mediaserver-bench-'))
  const round = (value: number) => Math.round(value * 100) / 100
  const say = (line: string) => void (args.includes('--json') || process.stdout.write(`${line}\n`))
  const part = args.find((arg) => !arg.startsWith('-'))
  const does = (name: string) => part === undefined || part === name
  // `--keep=<folder>`: catalogues are made there once and used again.
  const kept = args.find((arg) => arg.startsWith('--keep='))?.slice(7)
  const result: Record<string, unknown> = {}
  try {
    if (does('scan')) {
      const films = join(home, 'films')
      const paths = realFilms(films, FILMS)
      const scans: Awaited<ReturnType<typeof firstScan>>[] = []
      const probes: number[] = []
      for (let turn = 0; turn < TURNS; turn += 1) {
        probes.push(await ffprobeLoop(paths.slice(turn * PROBED, (turn + 1) * PROBED)))
        const place = join(home, `turn ${turn}`)
        mkdirSync(place)
        scans.push(await firstScan(place, films))
      }
      const rates = scans.map(({ took }) => FILMS / took)
      const [rate, probe] = [median(rates), median(probes)]
      const rss = Math.max(...scans.map((scan) => scan.rss))
      const longest = Math.max(...scans.map(({ held }) => held.longestMs))
      const own = Math.max(...scans.map(({ held }) => held.ownMs))
      const [slowest] = scans.map(({ held }) => held).toSorted((a, b) => b.statementMs - a.statementMs)
      say(
        `first scan        ${round(rate)} files/s, ${round(rss / 2 ** 20)} MiB, loop blocked at most ${round(longest)} ms, ${round(own)} ms by its own work`,
      )
      say(`longest statement ${round(slowest?.statementMs ?? 0)} ms: ${slowest?.statement}`)
      say(
        `turns             ours ${rates.map((one) => Math.round(one)).join(' ')}, ffprobe ${probes.map((one) => Math.round(one)).join(' ')} files/s`,
      )
      say(`ffprobe, two      ${round(probe)} files/s: ours ${round(rate / probe)} times as fast`)
      const dlna = await miniDlna(home, films, FILMS)
      say(
        dlna
          ? `MiniDLNA          ${round(dlna)} files/s: ours ${round(rate / dlna)} times as fast`
          : 'MiniDLNA          not installed',
      )
      result['first_scan_vs_ffprobe_loop'] = round(rate / probe)
      result['first_scan_vs_minidlna'] = dlna && round(rate / dlna)
      result['rss_mb_scan'] = round(rss / 2 ** 20)
      result['loop_blocked_ms_scan'] = round(longest)
      result['loop_own_ms_scan'] = round(own)
      result['longest_statement_ms_scan'] = round(slowest?.statementMs ?? 0)
    }
    if (does('rescan')) {
      setFlagsFromString('--expose-gc')
      globalThis.gc = runInNewContext('gc') as typeof globalThis.gc
      const few = await rescan(home, RESCAN_FILES / 5)
      const { ours, find, heap } = await rescan(home, RESCAN_FILES)
      say(
        `rescan of ${RESCAN_FILES} ${round(ours)} s, find ${round(find)} s: ${round(ours / find)} times as long`,
      )
      say(
        `held meanwhile    ${round(heap / 2 ** 20)} MiB; ${round(few.heap / 2 ** 20)} MiB with a fifth of the files`,
      )
      result['heap_mb_rescan'] = { '20k': round(few.heap / 2 ** 20), '100k': round(heap / 2 ** 20) }
      result['rescan_vs_find'] = round(ours / find)
    }
    if (does('http')) {
      const sizes = { '10k': 10_000, '100k': 100_000, '1m': 1_000_000 }
      for (const [name, count] of Object.entries(sizes)) {
        const times = await httpTimes(join(kept ?? home, name), count)
        for (const [what, { p50, p99 }] of Object.entries(times)) {
          say(`${what.padEnd(18)}${count} files: p50 ${round(p50)} ms, p99 ${round(p99)} ms`)
          const key = `http_${what}_p99_ms`
          result[key] = { ...(result[key] as object), [name]: round(p99) }
        }
      }
    }
    if (args.includes('--json')) process.stdout.write(`${JSON.stringify(result)}\n`)
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}
