// The composition root: config in, running app out; with `wiring/` the only code that knows every feature.
import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { ScanProgress } from '#shared/api/library.ts'
import { createAccounts } from './accounts/accounts.ts'
import { createAuth } from './accounts/auth.ts'
import { createAccountsStore } from './accounts/store.ts'
import { createAdmin } from './admin/admin.ts'
import { createProcesses } from './admin/processes.ts'
import { createStorage } from './admin/storage.ts'
import { createSubjects } from './admin/subjects.ts'
import { createArtwork } from './catalog/artwork.ts'
import { createCatalog } from './catalog/catalog.ts'
import { createMetadata } from './catalog/metadata/metadata.ts'
import { createMetadataStore } from './catalog/store-metadata.ts'
import { createCatalogStore } from './catalog/store.ts'
import { createHistory } from './history/history.ts'
import { createHistoryStore } from './history/store.ts'
import type { Authenticate } from './http/authenticate.ts'
import { observability } from './http/observability.ts'
import { openApi } from './http/openapi.ts'
import { createHttpServer } from './http/server.ts'
import { createSockets } from './http/sockets.ts'
import { webAssets } from './http/web-assets.ts'
import { makePreviews, prepareFile, scanLibrary } from './job-kinds.ts'
import { queuedScans } from './library/jobs.ts'
import { createLibrary } from './library/library.ts'
import { createLibraryStore } from './library/store.ts'
import { GUEST_COOKIE } from './party/guest-ticket.ts'
import { createParty } from './party/party.ts'
import { createPeers } from './party/peers.ts'
import { createRooms } from './party/rooms.ts'
import { createServerTime, followTime } from './party/server-time.ts'
import { partySocket } from './party/socket.ts'
import { createPartyStore } from './party/store.ts'
import { type Clock, systemClock } from './platform/clock.ts'
import type { Config } from './platform/config.ts'
import type { JobKind } from './platform/jobs/job.ts'
import type { JobQueue } from './platform/jobs/queue.ts'
import type { JobWorker } from './platform/jobs/worker.ts'
import type { Logs } from './platform/log.ts'
import { createPlayback } from './playback/playback.ts'
import { segmentRoutes } from './playback/routes.ts'
import { createPlaybackStore } from './playback/store.ts'
import { VERSION } from './version.ts'
import { startBackground } from './wiring/background.ts'
import { openPlatform } from './wiring/platform.ts'
import { addRoutes } from './wiring/routes.ts'
import { followSettings } from './wiring/settings-changes.ts'
import { fullName, tellOfTitles } from './wiring/told-of-titles.ts'

export type AppOptions = {
  logs: Logs
  clock?: Clock
  webFolder?: string
  /** Encoders stand ready before anybody plays. */
  isWarm?: boolean
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
/** Sockets and tickets may be on any process. */
const SIGNED_OUT = 'signed-out'

/** It failed for good, or somebody cancelled it: it waits for a person. */
async function isGivenUp(queue: JobQueue, { kind }: JobKind, key: string): Promise<boolean> {
  for (const state of ['buried', 'cancelled'] as const)
    if ((await queue.list({ kind, state, limit: 500 })).some((job) => job.key === key)) return true
  return false
}

export async function createApp(
  given: Config,
  { logs, clock = systemClock, webFolder = WEB_FOLDER, isWarm = true, onScan }: AppOptions,
): Promise<App> {
  await using stack = new AsyncDisposableStack()
  const platform = stack.use(await openPlatform(given, { logs, clock, isWarm }))
  const { config, database, coordination, adminStore, settings, queue, limits, blobs, engine, hardware } =
    platform
  const { metrics, tracer, giveWay, logOf, instance, isEncoder } = platform
  const { db, reader, dialect } = database
  const { log } = logs

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
    queuedScans: () => queuedScans(queue),
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

  const told = tellOfTitles({ catalog, library })

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
      titleOf: told.forParty,
    }),
  )

  // playback
  const playback = await createPlayback({
    engine,
    encoder: platform.encoder,
    blobs,
    file: library.file,
    keyframes: (fileId) => library.keyframes(fileId),
    identities: () => library.identities(),
    title: (viewer, titleId) => told.forPlayback(viewer, titleId, party),
    sidecars: told.sidecars,
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
  followSettings({ settings, logs, queue, sweep: playback.sweep })
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
    freeBytes: blobs.freeBytes,
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
      shared: config.redisUrl === null ? null : { url: config.redisUrl, installation: platform.installation },
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
  const features = { accounts, library, catalog, artwork, metadata, history, playback, party, admin, storage }
  if (config.role !== 'worker') {
    addRoutes(http, features, config)
    await partySocket({ io: sockets.io, party, log: logOf('party'), monotonicMs: clock.monotonicMs })
    await openApi(http, VERSION)
    await webAssets(http, webFolder)
  }
  if (isEncoder && config.redisUrl !== null) segmentRoutes(http, playback, internalSecret)

  // background
  if (config.role !== 'web') {
    const background = stack.use(await startBackground(platform, features, log))
    worker = background.worker
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
