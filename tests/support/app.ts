// `createTestApp()`: the whole server in this process, on a temporary folder and a free port; `await using` it.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type App, createApp } from '../../server/app.ts'
import type { Endpoint, Input, Reply } from '../../shared/endpoint.ts'
import type { ProblemBody } from '../../shared/problems.ts'
import { parseConfig } from '../../server/platform/config.ts'
import { createLogs } from '../../server/platform/log.ts'
import { databaseIn, dropDatabaseIn } from './database.ts'

export const OWNER = { name: 'Ada', password: 'correct horse' }

export type TestAppOptions = {
  /** Extra settings, by their variable names. */
  env?: Record<string, string>
  folders?: readonly string[]
  /** Keep the data of an earlier app: a restart. */
  dataPath?: string
  /** Pages from somewhere else than `dist/web`. */
  webFolder?: string
  /** Encoders stand ready, as in a server that people use: 1.6 s of a core, so only benches have them so. */
  isWarm?: boolean
  /** Takes the log's lines, from `debug` on. */
  onLog?: (line: Record<string, unknown>) => void
}

/** A client with its own cookies. Paths are relative to the server; `call` takes a shared contract. */
export function createClient(url: string, always: Readonly<Record<string, string>> = {}) {
  const cookies = new Map<string, string>()
  const request = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const headers = new Headers({ ...always, ...Object.fromEntries(new Headers(init.headers)) })
    if (cookies.size > 0) headers.set('cookie', [...cookies].map(([k, v]) => `${k}=${v}`).join('; '))
    const response = await fetch(new URL(path, url), { redirect: 'manual', ...init, headers })
    for (const line of response.headers.getSetCookie()) {
      const [name = '', value = ''] = line.split(';')[0]!.split(/=(.*)/s)
      if (value === '' || /max-age=0/i.test(line)) cookies.delete(name)
      else cookies.set(name, value)
    }
    return response
  }
  const send = async (e: Endpoint, input: unknown): Promise<Response> => {
    const {
      params = {},
      query = {},
      body,
    } = input as { params?: Record<string, unknown>; query?: Record<string, unknown>; body?: unknown }
    const path = e.path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(params[name])))
    const search = new URLSearchParams(Object.entries(query).map(([k, v]) => [k, String(v)])).toString()
    return request(search ? `${path}?${search}` : path, {
      method: e.method,
      // As browsers do: a proxy that changes `Host` makes it another site.
      headers: {
        origin: new URL(url).origin,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
  }
  return {
    cookies,
    request,
    async call<E extends Endpoint>(e: E, input: Input<E>): Promise<Reply<E>> {
      const response = await send(e, input)
      const text = await response.text()
      if (!response.ok) throw new Error(`${e.method} ${e.path}: ${response.status} ${text}`)
      return JSON.parse(text) as Reply<E>
    },
    /** The problem that the server answers with; fails when it does not refuse. */
    async refused<E extends Endpoint>(e: E, input: Input<E>): Promise<ProblemBody> {
      const response = await send(e, input)
      if (response.ok) throw new Error(`${e.method} ${e.path} was not refused`)
      return (await response.json()) as ProblemBody
    },
    cookieHeader: () => [...cookies].map(([k, v]) => `${k}=${v}`).join('; '),
  }
}
export type Client = ReturnType<typeof createClient>

export async function signIn(client: Client): Promise<Client> {
  const response = await client.request('/api/sign-in', {
    method: 'POST',
    body: JSON.stringify(OWNER),
    headers: { 'content-type': 'application/json' },
  })
  if (!response.ok) throw new Error(`sign-in failed: ${await response.text()}`)
  return client
}

export type TestApp = AsyncDisposable & {
  app: App
  url: string
  dataPath: string
  client: () => Client
  owner: () => Promise<Client>
}

/** With `TEST_DATABASE=postgres` every app that names no database gets one of its own there, the same after a restart. */
async function databaseOf(dataPath: string, env: Record<string, string>): Promise<Record<string, string>> {
  if (env['MEDIASERVER_DATABASE_URL'] !== undefined) return {}
  const database = await databaseIn(dataPath)
  return database.kind === 'postgres' ? { MEDIASERVER_DATABASE_URL: database.url } : {}
}

export async function createTestApp({
  env = {},
  folders = [],
  dataPath,
  webFolder,
  onLog,
  isWarm = false,
}: TestAppOptions = {}): Promise<TestApp> {
  const data = dataPath ?? (await mkdtemp(join(tmpdir(), 'mediaserver-test-')))
  const config = parseConfig(
    {
      MEDIASERVER_PORT: '0',
      MEDIASERVER_HOST: '127.0.0.1',
      MEDIASERVER_DATA: data,
      MEDIASERVER_LOG_LEVEL: process.env.TEST_LOG ?? 'silent',
      // Tests and benches ask faster than people; the test of the limits turns them on.
      MEDIASERVER_RATE_LIMITS: 'off',
      MEDIASERVER_OWNER_NAME: OWNER.name,
      MEDIASERVER_OWNER_PASSWORD: OWNER.password,
      ...(await databaseOf(data, env)),
      ...env,
    },
    { folders },
  )
  const logs = onLog
    ? createLogs({ level: 'debug', pretty: false, write: (line) => onLog(JSON.parse(line)) })
    : createLogs(config.log)
  const app = await createApp(config, { logs, isWarm, ...(webFolder && { webFolder }) })
  const url = `http://127.0.0.1:${app.port}`
  return {
    app,
    url,
    dataPath: data,
    client: () => createClient(url),
    owner: () => signIn(createClient(url)),
    [Symbol.asyncDispose]: async () => {
      await app[Symbol.asyncDispose]()
      if (dataPath !== undefined) return
      await rm(data, { recursive: true, force: true })
      await dropDatabaseIn(data)
    },
  }
}
