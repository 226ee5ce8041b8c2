// What a process does unasked: jobs as they come, some by the clock, a watch over the folders, and what was lost with a queue.
import { basename, dirname } from 'node:path'
import type { LibraryKind } from '#shared/api/library.ts'
import { accountsJobs } from '../accounts/jobs.ts'
import { catalogJobs } from '../catalog/jobs.ts'
import { JOB_KINDS, evictSegments, refreshMetadata, rescanLibraries, sweepDerived } from '../job-kinds.ts'
import { libraryJobs } from '../library/jobs.ts'
import type { Library } from '../library/library.ts'
import { createJobMetrics } from '../platform/jobs/job-metrics.ts'
import { every, startSchedule } from '../platform/jobs/schedule.ts'
import { startWorker } from '../platform/jobs/worker.ts'
import type { Log } from '../platform/log.ts'
import { playbackJobs } from '../playback/jobs.ts'
import type { Platform } from './platform.ts'
import type { Features } from './routes.ts'

const HOUR_MS = 3_600_000
/** Beside what people wait for when a queue is lost, a look at a few rows costs nothing. */
const RESUME_MS = 15_000
const RESCAN_MS = 12 * HOUR_MS

/** What a folder's name says about what is in it. */
const kindOf = (folder: string): LibraryKind =>
  /film|movie|kino|cine/i.test(folder) ? 'films' : /serie|show|tv|anime/i.test(folder) ? 'series' : 'mixed'

/** Folders named at the start become libraries, unless they are in one already. */
async function ensureLibraries(library: Library, folders: readonly string[]): Promise<void> {
  const libraries = await library.list()
  const known = new Set(libraries.flatMap((l) => l.folders.map((f) => f.path)))
  const names = new Set(libraries.map((l) => l.name))
  for (const folder of folders) {
    if (known.has(folder)) continue
    const short = basename(folder) || folder
    // `Films` of another disk.
    const name = names.has(short) ? `${short} (${basename(dirname(folder))})` : short
    names.add(name)
    await library.add({ name, kind: kindOf(short), folders: [folder] })
  }
}

/** The rows say what is pending; a queue that lost it, as a flushed Redis does, is told again. */
function resumeNowAndThen(resume: () => Promise<void>, log: Log): Disposable {
  const timer = setInterval(() => {
    resume().catch((err: unknown) => log.warn({ err }, 'pending work could not be looked for'))
  }, RESUME_MS)
  return { [Symbol.dispose]: () => clearInterval(timer) }
}

export async function startBackground(platform: Platform, features: Features, log: Log) {
  const { config, queue, coordination, metrics, tracer, giveWay, logOf } = platform
  const { accounts, library, catalog, metadata, playback } = features
  await using stack = new AsyncDisposableStack()
  const worker = stack.use(
    startWorker({
      queue,
      kinds: JOB_KINDS,
      handlers: [
        ...accountsJobs(accounts),
        ...libraryJobs(library),
        ...catalogJobs(metadata),
        ...playbackJobs(playback),
      ],
      log: logOf('jobs'),
      metrics: createJobMetrics({ metrics, queue, kinds: JOB_KINDS }),
      tracer,
      giveWay,
    }),
  )
  stack.use(
    startSchedule({ queue, coordination, log: logOf('jobs') }, [
      every(HOUR_MS, evictSegments, {}),
      every(24 * HOUR_MS, sweepDerived, {}),
      every(HOUR_MS, refreshMetadata, {}),
      // At every start too: what changed while the server was off.
      every(RESCAN_MS, rescanLibraries, {}),
    ]),
  )
  await ensureLibraries(library, config.libraries)
  await catalog.sweep()
  await library.resume()
  stack.use(
    resumeNowAndThen(async () => {
      await library.resume()
      await playback.prepared.resume()
    }, log),
  )
  stack.use(await library.watch())
  const parts = stack.move()
  return { worker, [Symbol.asyncDispose]: () => parts.disposeAsync() }
}
