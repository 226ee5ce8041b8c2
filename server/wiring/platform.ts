// What features stand on, opened as the settings say: database, coordination, jobs, blobs, media engine, metrics.
import { mkdir } from 'node:fs/promises'
import { hostname } from 'node:os'
import { createSettings } from '../admin/settings.ts'
import { createAdminStore } from '../admin/store.ts'
import { JOB_KINDS } from '../job-kinds.ts'
import { createMediaEngine } from '../media/engine.ts'
import { createHardware, findHardware } from '../media/hardware.ts'
import { observeEngine } from '../media/observed-engine.ts'
import { openBlobs } from '../platform/blobs/open.ts'
import type { Clock } from '../platform/clock.ts'
import { type Config, MOST_ENCODES } from '../platform/config.ts'
import { createInProcessCoordination } from '../platform/coordination/in-process.ts'
import { openRedisCoordination } from '../platform/coordination/redis.ts'
import { openDatabase } from '../platform/database/database.ts'
import { installationOf } from '../platform/database/setting-once.ts'
import { createGiveWay } from '../platform/give-way.ts'
import { openQueue } from '../platform/jobs/open.ts'
import type { Logs } from '../platform/log.ts'
import { createMetrics } from '../platform/metrics.ts'
import { createOtlpExporter } from '../platform/otlp.ts'
import { createTracer } from '../platform/tracing.ts'
import { createRateLimits } from '../platform/rate-limit.ts'
import { mostHeads } from '../playback/sessions.ts'
import { VERSION } from '../version.ts'

/** Processes that make segments of the same renditions must agree, which nobody but the operator can see to. */
const usesHardware = ({ media, redisUrl }: Config): boolean =>
  media.hardware === 'on' || (media.hardware === 'auto' && redisUrl === null)

export type PlatformOptions = { logs: Logs; clock: Clock; isWarm: boolean }

/** Everything here closes with it, the last opened first. */
export async function openPlatform(given: Config, { logs, clock, isWarm }: PlatformOptions) {
  await using stack = new AsyncDisposableStack()
  const { log } = logs
  const metrics = createMetrics()
  metrics.observeProcess()
  const logOf = (feature: string) => log.child({ feature })
  await mkdir(given.dataPath, { recursive: true })
  const instance = `${given.role}-${hostname()}-${process.pid}`
  const giveWay = createGiveWay(clock.monotonicMs)
  // Without Redis its jobs and parties are known to this process alone.
  const use = given.redisUrl === null ? 'alone' : 'shared'
  const database = stack.use(await openDatabase(given.database, clock.nowMs, undefined, { giveWay, use }))
  const { db } = database
  const installation = await installationOf(db, clock.nowMs())
  const coordination = stack.use(
    given.redisUrl
      ? await openRedisCoordination({ url: given.redisUrl, installation, log: logOf('coordination') })
      : createInProcessCoordination({ nowMs: clock.monotonicMs, log: logOf('coordination') }),
  )
  const adminStore = createAdminStore(db)
  const settings = stack.use(
    await createSettings({
      store: adminStore,
      coordination,
      config: given,
      log: logOf('admin'),
      nowMs: clock.nowMs,
    }),
  )
  const config = settings.started
  if (config.log.level !== given.log.level) logs.setLevel(config.log.level)
  const exporter = config.traces
    ? stack.use(createOtlpExporter({ ...config.traces, version: VERSION, instance, log, metrics }))
    : null
  const tracer = createTracer(exporter, config.traces?.share)
  const queue = stack.use(
    await openQueue({ config, installation, db, kinds: JOB_KINDS, log: logOf('jobs'), nowMs: clock.nowMs }),
  )
  const limits = createRateLimits({ coordination, log: logOf('limits'), nowMs: clock.monotonicMs })
  const blobs = stack.use(await openBlobs(config))
  // A web process has films encoded by the workers.
  const isEncoder = config.role !== 'web'
  const found = isEncoder && usesHardware(config) ? await findHardware(logOf('media')) : []
  const hardware = createHardware(found, { log: logOf('media'), nowMs: clock.monotonicMs })
  const engine = stack.use(
    observeEngine(
      createMediaEngine({
        readers: config.media.workers,
        maxHeads: isEncoder ? mostHeads(MOST_ENCODES) : 0,
        isWarm,
        hardware,
        log: logOf('media'),
      }),
      { metrics, tracer, log: logOf('media') },
    ),
  )
  const parts = stack.move()
  return {
    /** As started: settings that an administrator changed are in it. */
    config,
    database,
    coordination,
    adminStore,
    settings,
    queue,
    limits,
    blobs,
    engine,
    hardware,
    /** Segments of several makers differ: which may stand in one rendition. */
    encoder: found.length > 0 || config.media.hardware === 'on' ? ('any' as const) : ('exact' as const),
    isEncoder,
    installation,
    metrics,
    tracer,
    giveWay,
    logOf,
    /** This process among all of an installation. */
    instance,
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  }
}
export type Platform = Awaited<ReturnType<typeof openPlatform>>
