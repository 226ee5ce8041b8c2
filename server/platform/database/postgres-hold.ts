// Who uses a PostgreSQL database: servers that share it by way of Redis, or one alone; told by an advisory lock of a session.
import { Client } from 'pg'
import { sleep } from '../async.ts'
import { withoutSecrets } from '../engine-away.ts'
import { StartupFault } from '../startup-fault.ts'
import { postgresSentence } from './postgres-faults.ts'

/** `shared`: by several processes that know of each other. `alone`: what nobody else may write to meanwhile. */
export type DatabaseUse = 'shared' | 'alone'

/** Any number that nobody else in this database uses for an advisory lock. */
const USE_LOCK = 7_206_241_104
/** A server that is just ending is waited for; its connection holds the lock a moment longer. */
const PATIENCE_MS = 2_000
/** PostgreSQL's `lock_not_available`: the wait was over. */
const NOT_GIVEN = '55P03'
const SILENCE_MS = 10_000
const AGAIN_MS = 1_000
const FAREWELL_MS = 1_000

/** PostgreSQL notices within half a minute instead of hours that the machine of whoever holds it is gone. */
const KEEPALIVE =
  'set tcp_keepalives_idle = 10; set tcp_keepalives_interval = 5; set tcp_keepalives_count = 3'

const refusal = (url: string, use: DatabaseUse): string =>
  use === 'alone'
    ? `PostgreSQL at ${withoutSecrets(url)} is in use by another MediaServer: stop it first. Several at once need Redis (MEDIASERVER_REDIS_URL), the same for all.`
    : `PostgreSQL at ${withoutSecrets(url)} is in use by a MediaServer without Redis, or by a command that replaces its rows: stop it first, or wait for its end.`

async function take(url: string, use: DatabaseUse, patienceMs: number): Promise<Client> {
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: SILENCE_MS,
    query_timeout: SILENCE_MS,
    keepAlive: true,
  })
  // Unheard it would end the process.
  client.on('error', () => {})
  try {
    await client.connect()
    await client.query(`set lock_timeout = ${patienceMs}; ${KEEPALIVE}`)
    await client.query(
      `select ${use === 'alone' ? 'pg_advisory_lock' : 'pg_advisory_lock_shared'}(${USE_LOCK})`,
    )
    return client
  } catch (cause) {
    void client.end().catch(() => {})
    const isTaken = cause instanceof Error && 'code' in cause && cause.code === NOT_GIVEN
    const sentence = isTaken ? refusal(url, use) : postgresSentence(cause, url)
    throw sentence === null ? cause : new StartupFault(sentence, { cause })
  }
}

/**
 * Until disposed, or until the process is gone. A connection that breaks, as when PostgreSQL starts again, is made anew
 * for as long as it takes. Throws `StartupFault` where others use the database.
 */
export async function holdPostgres(
  url: string,
  use: DatabaseUse,
  patienceMs = PATIENCE_MS,
): Promise<AsyncDisposable> {
  const over = new AbortController()
  const { signal } = over
  let client: Client | null = null
  const keep = (taken: Client): void => {
    client = taken
    taken.once('end', () => {
      client = null
      if (!signal.aborted) void again()
    })
  }
  const again = async (): Promise<void> => {
    while (!signal.aborted) {
      const taken = await take(url, use, patienceMs).catch(() => null)
      if (taken && signal.aborted) void taken.end()
      else if (taken) return keep(taken)
      await sleep(AGAIN_MS, signal).catch(() => {})
    }
  }
  keep(await take(url, use, patienceMs))
  return {
    async [Symbol.asyncDispose]() {
      over.abort()
      // One that does not answer would be waited for without end.
      const patience = new AbortController()
      await Promise.race([client?.end(), sleep(FAREWELL_MS, patience.signal)]).finally(() => patience.abort())
    },
  }
}
