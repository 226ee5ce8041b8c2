// Private PostgreSQL, Redis, S3 (OpenStack Swift) and nginx servers on free ports of this machine, gone when disposed.
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  existsSync,
  globSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Pool } from 'pg'

const PATHS = ['/usr/bin', '/usr/sbin', '/usr/local/bin', '/usr/local/sbin', '/opt/homebrew/bin']
const found = (name: string): string | undefined =>
  PATHS.map((folder) => join(folder, name)).find((path) => existsSync(path))
const postgresBin = globSync('/usr/lib/postgresql/*/bin').toSorted().at(-1)

/** Reason to skip a test that needs these, or false. */
export function lacking(...servers: ('postgres' | 'redis' | 's3' | 'nginx')[]): string | false {
  const has = {
    postgres: postgresBin !== undefined,
    redis: found('redis-server') !== undefined,
    s3: found('swift-proxy-server') !== undefined && found('memcached') !== undefined,
    nginx: found('nginx') !== undefined,
  }
  const missing = servers.filter((name) => !has[name])
  return missing.length > 0 && `needs ${missing.join(', ')} on this machine (Debian's packages: .ci/run)`
}

const isRoot = process.getuid?.() === 0
/** PostgreSQL refuses to run as root. */
const postgresUser = (): { uid?: number; gid?: number } => {
  if (!isRoot) return {}
  const [, uid, gid] = /^postgres:[^:]*:(\d+):(\d+):/m.exec(readFileSync('/etc/passwd', 'utf8')) ?? []
  return { uid: Number(uid), gid: Number(gid) }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address ? address.port : 0
}

async function answers(port: number, process: ChildProcess, log: string): Promise<void> {
  for (let tries = 0; tries < 2400; tries++) {
    if (process.exitCode !== null) break
    const socket = connect(port, '127.0.0.1')
    const isOpen = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    })
    socket.destroy()
    if (isOpen) return
    await sleep(25)
  }
  throw new Error(`a server did not start: ${readFileSync(log, 'utf8').slice(-2000)}`)
}

/** Whatever ends this process ends its servers, too. */
const alive = new Map<ChildProcess, NodeJS.Signals>()
process.once('exit', () => alive.forEach((signal, child) => child.kill(signal)))

type Program = {
  command: string
  args: readonly string[]
  port: number
  folder: string
  env?: Record<string, string>
  uid?: number
  gid?: number
  /** What ends it for good. nginx' workers outlive a master that is killed outright. */
  endSignal?: NodeJS.Signals
}

/** A server that can be taken away and brought back on the same port. */
export type Server = AsyncDisposable & {
  port: number
  logPath: string
  start(): Promise<void>
  kill(signal?: NodeJS.Signals): Promise<void>
}

export async function runServer(program: Program): Promise<Server> {
  const { command, args, port, folder, env, uid, gid, endSignal = 'SIGKILL' } = program
  let child: ChildProcess | null = null
  const log = join(folder, `${port}.log`)
  const kill = async (signal: NodeJS.Signals = 'SIGKILL'): Promise<void> => {
    const running = child
    child = null
    if (!running || running.exitCode !== null || running.signalCode !== null) return
    running.kill(signal)
    await once(running, 'exit')
    alive.delete(running)
  }
  const start = async (): Promise<void> => {
    const output = openSync(log, 'a')
    child = spawn(command, args, {
      cwd: folder,
      stdio: ['ignore', output, output],
      env: { ...process.env, ...env },
      ...(uid !== undefined && gid !== undefined && { uid, gid }),
    })
    alive.set(child, endSignal)
    await answers(port, child, log)
  }
  await start()
  return { port, logPath: log, start, kill, [Symbol.asyncDispose]: () => kill(endSignal) }
}

function temporary(name: string, owner: { uid?: number; gid?: number } = {}): string {
  const folder = mkdtempSync(join(tmpdir(), `mediaserver-${name}-`))
  chmodSync(folder, 0o755)
  if (owner.uid !== undefined && owner.gid !== undefined) chownSync(folder, owner.uid, owner.gid)
  return folder
}

/** The server with its folder: both go together. */
const withFolder = <T extends object>(server: Server, folder: string, more: T): Server & T => ({
  ...server,
  ...more,
  async [Symbol.asyncDispose]() {
    await server[Symbol.asyncDispose]()
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  },
})

/**
 * A database of the official image, and of most machines, has a language, and its texts another order than their bytes:
 * what holds there holds in the plain one, too, but not the other way round.
 */
const ENGLISH = 'en_US.utf8'
const locales = (): string => spawnSync('locale', ['-a'], { encoding: 'utf8' }).stdout ?? ''

export async function startPostgres({ isDurable = false } = {}): Promise<Server & { url: string }> {
  const user = postgresUser()
  const folder = temporary('postgres', user)
  const port = await freePort()
  const bin = (name: string): string => join(postgresBin ?? '', name)
  const language = locales().includes(ENGLISH) ? ['--locale', ENGLISH] : []
  execFileSync(
    bin('initdb'),
    ['-D', join(folder, 'data'), '-U', 'postgres', '-A', 'trust', '-N', ...language],
    { stdio: 'ignore', cwd: folder, ...user },
  )
  const settings = ['listen_addresses=127.0.0.1', ...(isDurable ? [] : ['fsync=off'])]
  const server = await runServer({
    command: bin('postgres'),
    args: ['-D', join(folder, 'data'), '-p', `${port}`, '-k', folder, ...settings.flatMap((s) => ['-c', s])],
    port,
    folder,
    ...user,
  })
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`
  // It listens before it is ready.
  const isReady = () =>
    ask(url, 'select 1').then(
      () => true,
      () => false,
    )
  while (!(await isReady())) await sleep(25)
  return withFolder(server, folder, { url })
}

async function ask(connectionString: string, statement: string): Promise<void> {
  const pool = new Pool({ connectionString })
  try {
    await pool.query(statement)
  } finally {
    await pool.end()
  }
}

/**
 * An empty database, or a copy of the one that `template` names: on the server that the environment names (`npm test`
 * starts one for all), else on one of its own.
 */
export async function freshPostgres(template = 'template1'): Promise<AsyncDisposable & { url: string }> {
  const shared = process.env['TEST_POSTGRES_URL']
  if (shared === undefined) return startPostgres()
  const name = `test_${randomUUID().replaceAll('-', '')}`
  await ask(shared, `create database ${name} template ${template}`)
  return {
    url: Object.assign(new URL(shared), { pathname: `/${name}` }).href,
    [Symbol.asyncDispose]: () => ask(shared, `drop database if exists ${name} with (force)`),
  }
}

/** Its rows are in memory, and on disk only with `isDurable`. */
export async function startRedis({ isDurable = false } = {}): Promise<Server & { url: string }> {
  const folder = temporary('redis')
  const port = await freePort()
  const kept = isDurable ? ['--appendonly', 'yes'] : ['--save', '']
  const server = await runServer({
    command: found('redis-server') ?? 'redis-server',
    args: ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', folder, ...kept],
    port,
    folder,
  })
  return withFolder(server, folder, { url: `redis://127.0.0.1:${port}/0` })
}

/** `configuration` is a whole nginx.conf; `<folder>` in it is its own folder. */
export async function startNginx(port: number, configuration: string): Promise<Server & { url: string }> {
  const folder = temporary('nginx')
  const temporaries = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `  ${name}_temp_path ${folder}/${name};\n`)
    .join('')
  const path = join(folder, 'nginx.conf')
  const whole = configuration.replaceAll('<folder>', folder).replace(/^http \{\n/m, `http {\n${temporaries}`)
  writeFileSync(path, `${isRoot ? 'user root;\n' : ''}daemon off;\npid ${folder}/pid;\n${whole}`)
  const args = ['-c', path, '-p', folder, '-e', join(folder, 'error.log')]
  const command = found('nginx') ?? 'nginx'
  const server = await runServer({ command, args, port, folder, endSignal: 'SIGTERM' })
  return withFolder(server, folder, { url: `http://127.0.0.1:${port}` })
}

export type S3Server = Server & { endpoint: string; accessKeyId: string; secretAccessKey: string }

/** OpenStack Swift with `s3api`: an S3 that knows neither conditional writes nor batch delete as AWS does. */
export async function startS3(): Promise<S3Server> {
  const folder = temporary('swift')
  const [port, ...others] = [await freePort(), await freePort(), await freePort(), await freePort()]
  const cachePort = await freePort()
  const user = isRoot ? 'root' : (process.env['USER'] ?? 'nobody')
  const cache = await runServer({
    command: found('memcached') ?? 'memcached',
    args: ['-u', user, '-l', '127.0.0.1', '-p', `${cachePort}`],
    port: cachePort,
    folder,
  })
  const script = fileURLToPath(new URL('s3-server.py', import.meta.url))
  const server = await runServer({
    // Debian's own Python has Debian's packages.
    command: '/usr/bin/python3',
    args: [script, folder, ...[port, ...others, cachePort].map(String)],
    port,
    folder,
  })
  const all = withFolder(server, folder, {
    endpoint: `http://127.0.0.1:${port}`,
    accessKeyId: 'test:tester',
    secretAccessKey: 'testing',
  })
  return {
    ...all,
    async [Symbol.asyncDispose]() {
      await cache[Symbol.asyncDispose]()
      await all[Symbol.asyncDispose]()
    },
  }
}
