// Connections to Redis (or Valkey): made here alone; a server that cannot be used is refused with a sentence.
import { Redis } from 'ioredis'
import { causeOf, withoutSecrets } from './engine-away.ts'
import type { Log } from './log.ts'
import { StartupFault } from './startup-fault.ts'

/** How long a command may wait for a server that is away; null: until it is back. */
export type Patience = { maxRetriesPerRequest: number | null; commandTimeout?: number }

const OLDEST = [6, 2] as const

/** What a person can do about it. */
function sentenceOf(error: unknown, url: string): string {
  const at = `Redis at ${withoutSecrets(url)}`
  const cause = causeOf(error)
  if (/NOAUTH|WRONGPASS|NOPERM/.test(cause))
    return `${at} does not let this server in: check name and password in MEDIASERVER_REDIS_URL, as in redis://:password@host:6379.`
  const tls = url.startsWith('rediss:')
    ? 'does it speak TLS (else the address begins with redis://)'
    : 'is it running'
  return `${at} cannot be reached (${cause}): ${tls}, and is MEDIASERVER_REDIS_URL right?`
}

/** Resolves when it can be used; away later on, it comes back by itself. */
export async function connectRedis(url: string, log: Log, options: Patience): Promise<Redis> {
  const connection = new Redis(url, {
    ...options,
    lazyConnect: true,
    // What was the primary is a replica now: its name may lead to another one.
    reconnectOnError: ({ message }) => message.startsWith('READONLY'),
  })
  let latest: unknown = null
  let isUsed = false
  connection.on('error', (err) => {
    latest = err
    if (isUsed) log.warn({ err }, 'Redis cannot be reached')
  })
  try {
    await connection.connect()
    // Some servers let anybody connect and say only then that they want a password.
    await connection.ping()
  } catch (error) {
    connection.disconnect()
    const cause = latest ?? error
    throw new StartupFault(sentenceOf(cause, url), { cause })
  }
  isUsed = true
  return connection
}

/** By what Redis says of itself (`INFO`): null when nothing speaks against it, else a fault or an advice (pure). */
export function judgeRedis(info: string): { isFault: boolean; sentence: string } | null {
  const said = (name: string): string => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1] ?? ''
  const [major = 0, minor = 0] = said('redis_version').split('.').map(Number)
  if (major > 0 && (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])))
    return {
      isFault: true,
      sentence: `Redis ${said('redis_version')} is too old: MediaServer needs ${OLDEST.join('.')} or newer.`,
    }
  if (said('role') === 'slave' && said('slave_read_only') !== '0')
    return {
      isFault: true,
      sentence:
        'This Redis is a replica that nobody may write to: name its primary in MEDIASERVER_REDIS_URL.',
    }
  const policy = said('maxmemory_policy')
  if (policy !== '' && policy !== 'noeviction')
    return {
      isFault: false,
      sentence: `Redis throws jobs away when its memory is full (maxmemory-policy ${policy}): set it to noeviction.`,
    }
  return null
}

/** Throws when it cannot be used at all; tells of what ought to be changed. */
export async function inspectRedis(connection: Redis, advise: (sentence: string) => void): Promise<void> {
  // Who may not ask is told nothing.
  const verdict = judgeRedis(await connection.info().catch(() => ''))
  if (verdict?.isFault) throw new StartupFault(verdict.sentence)
  if (verdict) advise(verdict.sentence)
}
