// One process of MediaServer as it is started by people, with the CPU time and memory of it and of its media workers.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Client, createClient, OWNER } from '../../tests/support/app.ts'

const MAIN = fileURLToPath(new URL('../../server/main.ts', import.meta.url))
const TICKS_A_SECOND = 100
const PAGE_BYTES = 4096

type Stat = { ppid: number; cpuSeconds: number; rssBytes: number }

function statOf(pid: number): Stat | null {
  try {
    // `pid (name) state ppid … utime stime cutime cstime … rss` (proc(5)); the name may hold anything.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? []
    const ticks = [11, 12, 13, 14].reduce((sum, at) => sum + Number(fields[at]), 0)
    return {
      ppid: Number(fields[1]),
      cpuSeconds: ticks / TICKS_A_SECOND,
      rssBytes: Number(fields[21]) * PAGE_BYTES,
    }
  } catch {
    return null
  }
}

/** CPU seconds of a process, of those it started, and of those of them that have ended. */
export function cpuOf(pid: number): { own: number; children: number } {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => statOf(Number(name)))
  const children = all.reduce((sum, stat) => sum + (stat?.ppid === pid ? stat.cpuSeconds : 0), 0)
  return { own: statOf(pid)?.cpuSeconds ?? 0, children }
}

export type BenchServer = AsyncDisposable & {
  url: string
  port: number
  pid: number
  dataPath: string
  /** Signed in, from an address of their own: limits are for one viewer, not for all of them. */
  visitor: (number: number) => Promise<Client>
  rssBytes: () => number
  metric: (name: string) => Promise<number>
}

export const addressOf = (number: number): string =>
  `10.${number >> 16}.${(number >> 8) & 255}.${number & 255}`

/** `dataPath` of an earlier one is used again and kept. */
export async function startServer(
  env: Record<string, string>,
  folders: readonly string[] = [],
  dataPath?: string,
): Promise<BenchServer> {
  const data = dataPath ?? mkdtempSync(join(tmpdir(), 'mediaserver-scale-'))
  const child: ChildProcess = spawn(process.execPath, [MAIN, ...folders], {
    env: {
      PATH: process.env['PATH'] ?? '',
      MEDIASERVER_HOST: '127.0.0.1',
      MEDIASERVER_PORT: '0',
      MEDIASERVER_DATA: data,
      MEDIASERVER_OWNER_NAME: OWNER.name,
      MEDIASERVER_OWNER_PASSWORD: OWNER.password,
      MEDIASERVER_TRUSTED_PROXIES: '127.0.0.1',
      MEDIASERVER_METRICS_TOKEN: 'bench',
      MEDIASERVER_LOG_LEVEL: 'warn',
      // One account asks for all of them.
      MEDIASERVER_RATE_LIMITS: 'off',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  child.stderr?.on('data', (text: Buffer) => (said += text.toString()))
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout?.on('data', (text: Buffer) => {
      said += text.toString()
      const [, found] = /ready at (\S+)/.exec(said) ?? []
      if (found) resolve(found.replace('localhost', '127.0.0.1'))
    })
    child.once('exit', () => reject(new Error(`the server did not start: ${said}`)))
  })
  const pid = child.pid ?? 0
  const cookies = new Map<string, string>()
  return {
    url,
    port: Number(new URL(url).port),
    pid,
    dataPath: data,
    async visitor(number) {
      const client = createClient(url, { 'x-forwarded-for': addressOf(number) })
      if (cookies.size === 0) {
        const reply = await client.request('/api/sign-in', {
          method: 'POST',
          body: JSON.stringify(OWNER),
          headers: { 'content-type': 'application/json' },
        })
        if (!reply.ok) throw new Error(`sign-in failed: ${await reply.text()}`)
        for (const [name, value] of client.cookies) cookies.set(name, value)
      }
      for (const [name, value] of cookies) client.cookies.set(name, value)
      return client
    },
    rssBytes: () => statOf(pid)?.rssBytes ?? 0,
    async metric(name) {
      const text = await (
        await fetch(`${url}/metrics`, { headers: { authorization: 'Bearer bench' } })
      ).text()
      return text
        .split('\n')
        .filter((line) => line.startsWith(name))
        .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null) {
        child.kill()
        await once(child, 'exit')
      }
      if (dataPath === undefined) rmSync(data, { recursive: true, force: true })
    },
  }
}
