// The composition root: config in, running app out; the only file that knows every feature.
import { randomBytes } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { hostname } from 'node:os'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { LibraryKind, ScanProgress } from '#shared/api/library.ts'
import { createAccounts } from './accounts/accounts.ts'
import { createAuth } from './accounts/auth.ts'
import { accountsJobs } from './accounts/jobs.ts'
import { accountsRoutes } from './accounts/routes.ts'
import { createAccountsStore } from './accounts/store.ts'
import { createAdmin } from './admin/admin.ts'
import { createProcesses } from './admin/processes.ts'
import { adminRoutes } from './admin/routes.ts'
import { createSettings } from './admin/settings.ts'
import { createAdminStore } from './admin/store.ts'
import { createStorage } from './admin/storage.ts'
import { createSubjects } from './admin/subjects.ts'
import { createArtwork } from './catalog/artwork.ts'
import { createCatalog } from './catalog/catalog.ts'
import { catalogJobs } from './catalog/jobs.ts'
import { createMetadata } from './catalog/metadata/metadata.ts'
import { catalogRoutes, metadataRoutes } from './catalog/routes.ts'
import { createMetadataStore } from './catalog/store-metadata.ts'
import { createCatalogStore } from './catalog/store.ts'
import { createHistory } from './history/history.ts'
import { historyRoutes } from './history/routes.ts'
import { createHistoryStore } from './history/store.ts'
import type { Authenticate } from './http/authenticate.ts'
import { auditAdministrators } from './http/audit.ts'
import { createHandOver } from './http/hand-over.ts'
import { observability } from './http/observability.ts'
import { openApi } from './http/openapi.ts'
import { createHttpServer } from './http/server.ts'
import { createSockets } from './http/sockets.ts'
import { webAssets } from './http/web-assets.ts'
import {
  JOB_KINDS,
  enrichTitle,
  evictSegments,
  matchTitle,
  refreshMetadata,
  makePreviews,
  prepareFile,
  rescanLibraries,
  scanLibrary,
  sweepDerived,
} from './job-kinds.ts'
import { libraryJobs } from './library/jobs.ts'
import { type Library, createLibrary } from './library/library.ts'
import { libraryRoutes } from './library/routes.ts'
import { createLibraryStore } from './library/store.ts'
import { createMediaEngine } from './media/engine.ts'
import { createHardware, findHardware } from './media/hardware.ts'
import { observeEngine } from './media/observed-engine.ts'
import { GUEST_COOKIE } from './party/guest-ticket.ts'
import { createParty } from './party/party.ts'
import { createPeers } from './party/peers.ts'
import { createRooms } from './party/rooms.ts'
import { partyRoutes } from './party/routes.ts'
import { createServerTime, followTime } from './party/server-time.ts'
import { partySocket } from './party/socket.ts'
import { createPartyStore } from './party/store.ts'
import { openBlobs } from './platform/blobs/open.ts'
import { type Clock, systemClock } from './platform/clock.ts'
import { type Config, MOST_ENCODES } from './platform/config.ts'
import { createInProcessCoordination } from './platform/coordination/in-process.ts'
import { openRedisCoordination } from './platform/coordination/redis.ts'
import { openDatabase } from './platform/database/database.ts'
import { createGiveWay } from './platform/give-way.ts'
import type { JobKind } from './platform/jobs/job.ts'
import { createJobMetrics } from './platform/jobs/job-metrics.ts'
import { openQueue } from './platform/jobs/open.ts'
import type { JobQueue } from './platform/jobs/queue.ts'
import { every, startSchedule } from './platform/jobs/schedule.ts'
import { type JobWorker, startWorker } from './platform/jobs/worker.ts'
import type { Log, Logs } from './platform/log.ts'
import { createMetrics } from './platform/metrics.ts'
import { createOtlpExporter } from './platform/otlp.ts'
import { Problem } from './platform/problem.ts'
import { createTracer } from './platform/tracing.ts'
import { createRateLimits } from './platform/rate-limit.ts'
import { playbackJobs } from './playback/jobs.ts'
import { createPlayback } from './playback/playback.ts'
import { playbackRoutes, segmentRoutes } from './playback/routes.ts'
import { mostHeads } from './playback/sessions.ts'
import { createPlaybackStore } from './playback/store.ts'
import { VERSION } from './version.ts'

export type AppOptions = {
  logs: Logs
  clock?: Clock
  webFolder?: string
  /** Every step of every scan, for the terminal. */
  onScan?: (progress: ScanProgress, libraryName: string) => void
}

export type App = AsyncDisposable & {
  /** Where it listens, for people: `http://localhost:8096`. */
  url: string
  port: number
  /** To be typed by whoever becomes the owner from another machine; null once there is an owner. */
  claimCode: () => Promise<string | null>
}

const WEB_FOLDER = fileURLToPath(new URL('../dist/web', import.meta.url))
const HOUR_MS = 3_600_000
/** Beside what people wait for when a queue is lost, a look at a few rows costs nothing. */
const RESUME_MS = 15_000
const RESCAN_MS = 12 * HOUR_MS
/** Sockets and tickets may be on any process. */
const SIGNED_OUT = 'signed-out'

/** What a folder's name says about what is in it. */
const kindOf = (folder: string): LibraryKind =>
  /film|movie|kino|cine/i.test(folder) ? 'films' : /serie|show|tv|anime/i.test(folder) ? 'series' : 'mixed'

/** An episode's own name says little without its series. */
const fullName = (title: {
  name: string
  showName: string | null
  seasonNumber: number | null
  episodeNumber: number | null
}) =>
  title.showName === null
    ? title.name
    : `${title.showName} ${title.seasonNumber ?? 0}×${title.episodeNumber ?? '?'} ${title.name}`

/** Folders named at the start become libraries, unless they are in one already. */
async function ensureLibraries(library: Library, folders: readonly string[]): Promise<void> {
  const known = new Set((await library.list()).flatMap((l) => l.folders.map((f) => f.path)))
  for (const folder of folders) {
    if (known.has(folder)) continue
    const name = basename(folder) || folder
    await library.add({ name, kind: kindOf(name), folders: [folder] })
  }
}

/** Processes that make segments of the same renditions must agree, which nobody but the operator can see to. */
const usesHardware = ({ media, redisUrl }: Config): boolean =>
  media.hardware === 'on' || (media.hardware === 'auto' && redisUrl === null)

/** It failed for good, or somebody cancelled it: it waits for a person. */
async function isGivenUp(queue: JobQueue, { kind }: JobKind, key: string): Promise<boolean> {
  for (const state of ['buried', 'cancelled'] as const)
    if ((await queue.list({ kind, state, limit: 500 })).some((job) => job.key === key)) return true
  return false
}

/** The rows say what is pending; a queue that lost it, as a flushed Redis does, is told again. */
function resumeNowAndThen(resume: () => Promise<void>, log: Log): Disposable {
  const timer = setInterval(() => {
    resume().catch((err: unknown) => log.warn({ err }, 'pending work could not be looked for'))
  }, RESUME_MS)
  return { [Symbol.dispose]: () => clearInterval(timer) }
}

export async function createApp(
  given: Config,
  { logs, clock = systemClock, webFolder = WEB_FOLDER, onScan }: AppOptions,
): Promise<App> {
  await using stack = new AsyncDisposableStack()
  const { log } = logs
  const metrics = createMetrics()
  metrics.observeProcess()
  const logOf = (feature: string) => log.child({ feature })
  await mkdir(given.dataPath, { recursive: true })
  const instance = `${given.role}-${hostname()}-${process.pid}`

  // platform
  const giveWay = createGiveWay(clock.monotonicMs)
  const database = stack.use(await openDatabase(given.database, clock.nowMs, undefined, { giveWay }))
  const { db, reader, dialect } = database
  const coordination = stack.use(
    given.redisUrl
      ? await openRedisCoordination({ url: given.redisUrl, log: logOf('coordination') })
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
    await openQueue({ config, db, kinds: JOB_KINDS, log: logOf('jobs'), nowMs: clock.nowMs }),
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
        hardware,
        log: logOf('media'),
      }),
      { metrics, tracer, log: logOf('media') },
    ),
  )

  // accounts
  const accountsStore = createAccountsStore(db)
  const secretOf = (name: string) =>
    accountsStore.settingOnce(`secret.${name}`, randomBytes(32).toString('base64url'), clock.nowMs())
  const internalSecret = await secretOf('internal')
  const ownUrl = config.http.internalUrl ?? `http://${hostname()}:${config.http.port}`
  const isSecure = config.http.publicUrl?.startsWith('https:') ?? false
  const accounts = createAccounts({
    store: accountsStore,
    auth: createAuth({ db, secret: await secretOf('auth'), isSecure }),
    limits,
    log: logOf('accounts'),
    nowMs: clock.nowMs,
    onSignedOut: (ended) => {
      endSignIn(ended)
      coordination
        .signal(SIGNED_OUT, JSON.stringify(ended))
        .catch((err: unknown) => log.error({ err }, 'other processes were not told of a sign-out'))
    },
  })
  const endSignIn = (ended: { signInId?: string; personId?: string }): void => {
    playback.signedOut(ended)
    sockets.signedOut(ended)
  }
  if (config.owner) await accounts.ensureOwner(config.owner)

  // library, catalogue, history
  const library = createLibrary({
    store: createLibraryStore(db, reader),
    engine,
    probeConcurrency: config.media.workers,
    clock,
    log: logOf('library'),
    metrics,
    enqueueScan: async (request, options) => void (await queue.enqueue(scanLibrary, request, options)),
    announce: (files) => catalog.hear(files),
    onForgotten: () => catalog.sweep(),
    folderRoots: config.browseRoots,
    titlesOf: (fileIds) => catalog.titleIdsOfFiles(fileIds),
    ...(onScan && { onProgress: onScan }),
  })
  const catalogStore = createCatalogStore(db, dialect, reader)
  const catalog = createCatalog({
    store: catalogStore,
    fileById: library.file,
    nextUp: (viewerId, showId) => history.nextUpOf(viewerId, showId),
    onTitles: (ids) => metadata.onTitles(ids),
    surroundings: (titleId) => metadata.surroundings(titleId),
  })
  const history = createHistory({
    store: createHistoryStore(db, reader),
    catalog,
    libraries: library.names,
    nowMs: clock.nowMs,
  })
  const artwork = createArtwork({ store: catalogStore, blobs, engine, fileById: library.file })
  const metadata = createMetadata({
    store: createMetadataStore(db),
    catalogStore,
    catalog,
    artwork,
    fileById: library.file,
    config: () => settings.now().tmdb,
    queue,
    nowMs: clock.nowMs,
  })

  // party
  const partyStore = createPartyStore(db)
  const time = config.redisUrl
    ? stack.use(
        await followTime(clock, coordination.timeMs, (err) => log.debug({ err }, 'the common clock is away')),
      )
    : createServerTime(clock)
  const party = stack.use(
    createParty({
      store: partyStore,
      time,
      metrics,
      rooms: createRooms({ coordination, store: partyStore, serverMs: time.nowMs }),
      peers: createPeers({ coordination, self: time.epoch, nowMs: clock.monotonicMs }),
      limits,
      secret: await secretOf('party'),
      prepareSeek: (fileId, seconds, signal) => playback.prepareSeek(fileId, seconds, signal),
      onEnded: (partyId) => playback.partyEnded(partyId),
      onGuestRemoved: (personId) => playback.signedOut({ personId }),
      titleOf: async (titleId, fileId) => {
        const title = await catalog.title('', titleId).catch(() => null)
        const file = title?.files.find((f) => (fileId === null ? !f.offline : f.fileId === fileId))
        if (!title || !file?.durationSeconds) return null
        // One file for all: personal versions would end at different moments.
        return {
          titleId,
          titleName: fullName(title),
          fileId: file.fileId,
          durationSeconds: file.durationSeconds,
        }
      },
    }),
  )

  // playback
  const playback = await createPlayback({
    engine,
    encoder: found.length > 0 || config.media.hardware === 'on' ? 'any' : 'exact',
    blobs,
    file: library.file,
    keyframes: (fileId) => library.keyframes(fileId),
    identities: () => library.identities(),
    title: async (viewer, titleId) => {
      if (viewer.kind === 'guest' && !(await party.guestMayPlay(viewer, titleId)))
        throw new Problem('not-allowed', 'Guests of a party see what it plays and nothing else.')
      const title = await catalog.title(viewer.id, titleId)
      return {
        name: fullName(title),
        fileIds: title.files.map((f) => f.fileId),
        resumeSeconds: title.state.watched ? 0 : title.state.positionSeconds,
        nextTitleId: title.nextId,
      }
    },
    sidecars: async (fileId) => {
      const file = await library.file(fileId)
      if (!file) return []
      const folder = file.path.slice(0, file.path.length - file.relativePath.length)
      return (await library.sidecars(fileId)).map((s) => ({
        path: `${folder}${s.relative_path}`,
        format: s.format,
        language: s.language,
        isForced: s.is_forced === 1,
        isHearingImpaired: s.is_hearing_impaired === 1,
      }))
    },
    mayWatch: async ({ viewerId, signInId, partyId }) =>
      partyId === null
        ? signInId !== null && (await accounts.signInStands(signInId))
        : party.guestStays(partyId, viewerId),
    store: createPlaybackStore(db),
    enqueuePrepare: async (wanted, isWantedAnew) => {
      const given = { key: wanted.fileId, priority: -20 }
      if (isWantedAnew || !(await isGivenUp(queue, prepareFile, given.key)))
        await queue.enqueue(prepareFile, wanted, given)
    },
    enqueuePreviews: async (fileId) =>
      void (await queue.enqueue(makePreviews, { fileId }, { key: fileId, priority: -30 })),
    secret: await secretOf('playback'),
    cluster: config.redisUrl === null ? null : { coordination, ownUrl, secret: internalSecret, isEncoder },
    maxEncodes: () => settings.now().media.maxEncodes,
    cacheBytes: () => settings.now().media.cacheBytes,
    cacheRamBytes: () => settings.now().media.cacheRamBytes,
    log: logOf('playback'),
    metrics,
    nowMs: clock.nowMs,
  })
  stack.use(playback)

  // administration
  let worker: JobWorker | null = null
  settings.onChange((now, before) => {
    if (now.log.level !== before.log.level) logs.setLevel(now.log.level)
    playback.sweep()
    // What has to be done about it is done once: one job, whichever process takes it.
    const due = [
      ...(now.media.cacheBytes < before.media.cacheBytes ? [evictSegments] : []),
      ...(now.tmdb.key !== before.tmdb.key ? [refreshMetadata] : []),
    ]
    // Every process does it: whichever runs them knows the new key by then.
    if (now.tmdb.key !== before.tmdb.key)
      for (const kind of [matchTitle, enrichTitle])
        queue.hurry(kind).catch((err: unknown) => log.warn({ err, kind: kind.kind }, 'jobs wait on'))
    for (const kind of due)
      queue
        .enqueue(kind, {}, { key: 'settings', priority: 10 })
        .catch((err: unknown) =>
          log.warn({ err, kind: kind.kind }, 'a change of settings waits for the schedule'),
        )
  })
  const processes = stack.use(
    await createProcesses({
      coordination,
      self: { name: instance, role: config.role, version: VERSION, startedAtMs: clock.nowMs() },
      doing: () => ({
        jobs: worker?.running() ?? [],
        encodes: playback.status().ownEncodes,
        sockets: sockets.count(),
      }),
      playbacks: () => playback.status().playbacks,
      book: logs.book,
    }),
  )
  const subjects = createSubjects({
    titleNames: async (ids) =>
      new Map((await catalog.cards('', ids)).map((card) => [card.id, fullName(card)])),
    titlesOfFiles: catalog.titleIdsOfFiles,
    file: library.file,
    libraries: library.names,
    people: accounts.people,
  })
  const storage = createStorage({
    blobs,
    databaseBytes: database.sizeBytes,
    budgetBytes: () => settings.now().media.cacheBytes,
    files: () => library.identities(),
    foldersOf: playback.foldersOf,
    titlesOfFiles: catalog.titleIdsOfFiles,
    subjects,
    evict: playback.evictAll,
    nowMs: clock.nowMs,
  })
  const admin = createAdmin({
    store: adminStore,
    queue,
    processes,
    settings,
    live: () => ({ ...playback.status(), hardware: hardware.status() }),
    subjects,
    parties: party.count,
    stopPlayback: playback.stopAny,
    about: { version: VERSION, dataPath: config.dataPath, databaseKind: dialect },
    log: logOf('admin'),
    nowMs: clock.nowMs,
  })

  // http
  const authenticate: Authenticate = async ({ headers, cookies }) => {
    const person = await accounts.identify(headers)
    if (person) return person
    const viewer = await party.guest(cookies[GUEST_COOKIE] ?? '')
    return viewer && { viewer, signInId: null }
  }
  const http = await createHttpServer({
    log,
    metrics,
    authenticate,
    trustedProxies: config.http.trustedProxies,
    tracer,
    giveWay,
    ...(config.http.rateLimits && { limits }),
  })
  stack.defer(() => http.close())
  const { publicUrl } = config.http
  const sockets = stack.use(
    await createSockets({
      http,
      authenticate,
      publicUrl,
      trustedProxies: config.http.trustedProxies,
      redisUrl: config.redisUrl,
      log: logOf('sockets'),
      metrics,
    }),
  )
  stack.use(
    await coordination.onSignal(SIGNED_OUT, (message) =>
      endSignIn(JSON.parse(message) as { signInId?: string; personId?: string }),
    ),
  )
  observability(http, {
    metrics,
    metricsToken: config.metricsToken,
    checks: {
      database: database.ping,
      jobs: () => queue.ping(),
      blobs: () => blobs.ping(),
      coordination: () => coordination.ping(),
    },
  })
  if (config.role !== 'worker') {
    auditAdministrators(http, admin.record)
    accountsRoutes(http, accounts)
    libraryRoutes(http, library)
    catalogRoutes(http, {
      catalog,
      artwork,
      isPartyTitle: (partyId, titleId) =>
        party.guestMayPlay({ kind: 'guest', id: '', name: '', partyId }, titleId),
    })
    metadataRoutes(http, metadata)
    historyRoutes(http, history)
    playbackRoutes(
      http,
      playback,
      createHandOver({ prefix: config.http.accelPrefix, hasBlobFiles: config.s3 === null }),
    )
    partyRoutes(http, party, isSecure)
    await partySocket({ io: sockets.io, party, log: logOf('party'), monotonicMs: clock.monotonicMs })
    adminRoutes(http, admin, storage)
    await openApi(http, VERSION)
    await webAssets(http, webFolder)
  }

  if (isEncoder && config.redisUrl !== null) segmentRoutes(http, playback, internalSecret)

  // background
  if (config.role !== 'web') {
    worker = stack.use(
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
  }

  await http.listen({ host: config.http.host, port: config.http.port })
  const address = http.server.address()
  const port = typeof address === 'object' && address ? address.port : config.http.port
  const parts = stack.move()
  return {
    url: publicUrl ?? `http://localhost:${port}`,
    port,
    claimCode: accounts.claimCode,
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  }
}
