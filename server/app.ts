// The composition root: config in, running app out; the only file that knows every feature.
import { mkdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { createAccounts } from './accounts/accounts.ts'
import { createAuth } from './accounts/auth.ts'
import { accountsRoutes } from './accounts/routes.ts'
import { createAccountsStore } from './accounts/store.ts'
import { observability } from './http/observability.ts'
import { openApi } from './http/openapi.ts'
import { createHttpServer } from './http/server.ts'
import { webAssets } from './http/web-assets.ts'
import { type Clock, systemClock } from './platform/clock.ts'
import type { Config } from './platform/config.ts'
import { openDatabase } from './platform/database/database.ts'
import type { Log } from './platform/log.ts'
import { createMetrics } from './platform/metrics.ts'
import { VERSION } from './version.ts'
import { randomBytes } from 'node:crypto'

export type AppOptions = { log: Log; clock?: Clock; webFolder?: string }

export type App = AsyncDisposable & {
  /** Where it listens, for people: `http://localhost:8096`. */
  url: string
  port: number
  /** To be typed by whoever becomes the owner from another machine; null once there is an owner. */
  claimCode: () => Promise<string | null>
}

const WEB_FOLDER = fileURLToPath(new URL('../dist/web', import.meta.url))

export async function createApp(
  config: Config,
  { log, clock = systemClock, webFolder = WEB_FOLDER }: AppOptions,
): Promise<App> {
  await using stack = new AsyncDisposableStack()
  const metrics = createMetrics()
  await mkdir(config.dataPath, { recursive: true })

  // platform
  const database = stack.use(await openDatabase(config.database, clock.nowMs))
  const { db, dialect } = database

  // accounts
  const accountsStore = createAccountsStore(db)
  const secret = await accountsStore.settingOnce(
    'secret.auth',
    randomBytes(32).toString('base64url'),
    clock.nowMs(),
  )
  const auth = createAuth({
    db,
    dialect,
    secret,
    isSecure: config.http.publicUrl?.startsWith('https:') ?? false,
  })
  const accounts = createAccounts({
    store: accountsStore,
    auth,
    log: log.child({ feature: 'accounts' }),
    nowMs: clock.nowMs,
  })
  if (config.owner) await accounts.ensureOwner(config.owner)

  // http
  const http = await createHttpServer({
    log,
    metrics,
    authenticate: async ({ headers }) => accounts.identify(headers),
    trustedProxies: config.http.trustedProxies,
  })
  stack.defer(() => http.close())
  observability(http, { metrics, metricsToken: config.metricsToken, checks: { database: database.ping } })
  accountsRoutes(http, accounts)
  await openApi(http, VERSION)
  await webAssets(http, webFolder)

  await http.listen({ host: config.http.host, port: config.http.port })
  const address = http.server.address()
  const port = typeof address === 'object' && address ? address.port : config.http.port
  const parts = stack.move()
  return {
    url: config.http.publicUrl ?? `http://localhost:${port}`,
    port,
    claimCode: accounts.claimCode,
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  }
}
