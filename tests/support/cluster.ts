// A whole installation on this machine: web and worker processes, PostgreSQL, Redis, S3 and nginx in front; any of them can be killed.
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Client, createClient, OWNER, signIn } from './app.ts'
import { nginxSettings } from './nginx.ts'
import {
  type S3Server,
  type Server,
  freePort,
  lacking,
  runServer,
  startNginx,
  startPostgres,
  startRedis,
  startS3,
} from './servers.ts'

export const lackingForCluster = lacking('postgres', 'redis', 's3', 'nginx')

/** One process of MediaServer. */
export type Member = Server & { name: string; url: string; log: () => string }

export type Cluster = AsyncDisposable & {
  /** nginx. */
  url: string
  webs: readonly Member[]
  workers: readonly Member[]
  postgres: Server & { url: string }
  redis: Server & { url: string }
  s3: S3Server
  nginx: Server
  /** Through nginx, or to one web process. */
  client: (url?: string) => Client
  owner: (url?: string) => Promise<Client>
}

export type ClusterOptions = {
  webs?: number
  workers?: number
  /** Every process gets these settings. */
  env?: Record<string, string>
  /** Folders of films that nginx may send. */
  films: string
  /** PostgreSQL and Redis as they are meant to be run, for measuring; tests need no disk to be waited for. */
  isDurable?: boolean
}

const MAIN = fileURLToPath(new URL('../../server/main.ts', import.meta.url))

export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const { webs: webCount = 2, workers: workerCount = 2, env = {}, films, isDurable = false } = options
  await using all = new AsyncDisposableStack()
  const folder = mkdtempSync(join(tmpdir(), 'mediaserver-cluster-'))
  all.defer(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))
  const [postgres, redis, s3] = await Promise.all([
    startPostgres({ isDurable }).then((server) => all.use(server)),
    startRedis({ isDurable }).then((server) => all.use(server)),
    startS3().then((server) => all.use(server)),
  ])

  const member = async (role: 'web' | 'worker', number: number): Promise<Member> => {
    const name = `${role}-${number}`
    const home = join(folder, name)
    mkdirSync(home)
    const port = await freePort()
    const url = `http://127.0.0.1:${port}`
    const server = await runServer({
      command: process.execPath,
      args: [MAIN, '--role', role],
      port,
      folder: home,
      env: {
        MEDIASERVER_HOST: '127.0.0.1',
        MEDIASERVER_PORT: `${port}`,
        MEDIASERVER_INTERNAL_URL: url,
        MEDIASERVER_DATA: join(home, 'data'),
        MEDIASERVER_DATABASE_URL: postgres.url,
        MEDIASERVER_REDIS_URL: redis.url,
        MEDIASERVER_S3_BUCKET: 'mediaserver',
        MEDIASERVER_S3_ENDPOINT: s3.endpoint,
        MEDIASERVER_S3_ACCESS_KEY: s3.accessKeyId,
        MEDIASERVER_S3_SECRET_KEY: s3.secretAccessKey,
        MEDIASERVER_OWNER_NAME: OWNER.name,
        MEDIASERVER_OWNER_PASSWORD: OWNER.password,
        MEDIASERVER_TRUSTED_PROXIES: '127.0.0.1',
        MEDIASERVER_ACCEL_PREFIX: '/_mediaserver',
        // All the viewers of a test are one address.
        MEDIASERVER_RATE_LIMITS: 'off',
        MEDIASERVER_LOG_LEVEL: process.env['TEST_LOG'] ?? 'info',
        MEDIASERVER_LOG_FORMAT: 'json',
        ...env,
      },
    })
    return all.use({ ...server, name, url, log: () => readFileSync(server.logPath, 'utf8') })
  }
  const many = (role: 'web' | 'worker', count: number) =>
    Promise.all(Array.from({ length: count }, (_, n) => member(role, n + 1)))
  // The first makes the tables; the others would wait for it anyway.
  const first = await member('web', 1)
  const [others, workers] = await Promise.all([
    Promise.all(Array.from({ length: webCount - 1 }, (_, n) => member('web', n + 2))),
    many('worker', workerCount),
  ])
  const webs = [first, ...others]

  const port = await freePort()
  const settings = nginxSettings({
    port,
    upstreams: webs.map((web) => `127.0.0.1:${web.port}`),
    home: '<folder>',
    films,
  })
  const nginx = all.use(await startNginx(port, settings))
  const client = (url = nginx.url): Client => createClient(url)
  const parts = all.move()
  return {
    url: nginx.url,
    webs,
    workers,
    postgres,
    redis,
    s3,
    nginx,
    client,
    owner: async (url) => signIn(client(url)),
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  }
}
