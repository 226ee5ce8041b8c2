// Kysely over `pg`, for several processes; int8 as number, migrations by one process at a time.
import { Kysely, PostgresDialect, sql } from 'kysely'
import { type ClientBase, Pool, types } from 'pg'
import { StartupFault } from '../startup-fault.ts'
import { type Migration, migrate } from './migrate.ts'
import { postgresSentence, tooOld } from './postgres-faults.ts'
import type { Tables } from './schema.ts'

const INT8 = 20
/** Any number that nobody else in this database uses for an advisory lock. */
const MIGRATION_LOCK = 7_206_241_103

/** Our int8 are times and sizes, all below 2^53; pg gives them as text unless told otherwise. */
function toNumber(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new RangeError(`${text} is too large for a number`)
  return value
}

/** What holds others up ends by itself: a lock that is not given, a statement that hangs, a transaction whose process is gone. */
const PATIENCE = [
  `set lock_timeout = '10s'`,
  `set statement_timeout = '60s'`,
  `set idle_in_transaction_session_timeout = '60s'`,
].join(';')
/** Of one process; another one holds the database (`postgres-hold.ts`). */
const MOST_CONNECTIONS = 9
/** Where the server itself says nothing any more: after its own limits. */
const SILENCE_MS = 70_000

function connectTo(url: string, { max, isPatient }: { max: number; isPatient: boolean }): Kysely<Tables> {
  const pool = new Pool({
    connectionString: url,
    max,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    ...(!isPatient && {
      query_timeout: SILENCE_MS,
      // Not in the address: a pooler in between would not know these.
      // oxlint-disable-next-line typescript/no-misused-promises -- it is waited for, whatever its type says
      onConnect: async (client: ClientBase) => void (await client.query(PATIENCE)),
    }),
    types: { getTypeParser: (id, format) => (id === INT8 ? toNumber : types.getTypeParser(id, format)) },
  })
  // A connection that the server closes is replaced when next needed. Unheard, its error ends the process: the pool's
  // own where it is idle, the connection's where somebody holds it between two statements.
  pool.on('error', () => {})
  pool.on('connect', (client) => void client.on('error', () => {}))
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) })
}

async function bringUpToDate(
  db: Kysely<Tables>,
  options: { nowMs: () => number; migrations: readonly Migration[] },
): Promise<void> {
  await db.connection().execute(async (one) => {
    const { rows } = await sql<{ version: number }>`
      select current_setting('server_version_num')::int as version`.execute(one)
    const fault = tooOld(rows[0]?.version ?? 0)
    if (fault !== null) throw new StartupFault(fault)
    await sql`select pg_advisory_lock(${sql.lit(MIGRATION_LOCK)})`.execute(one)
    try {
      await migrate({ db: one, dialect: 'postgres', ...options })
    } finally {
      await sql`select pg_advisory_unlock(${sql.lit(MIGRATION_LOCK)})`.execute(one)
    }
  })
}

export async function openPostgres(
  url: string,
  options: { nowMs: () => number; migrations: readonly Migration[] },
): Promise<Kysely<Tables>> {
  // Migrations take as long as they take.
  const first = connectTo(url, { max: 1, isPatient: true })
  try {
    await bringUpToDate(first, options)
  } catch (error) {
    const sentence = postgresSentence(error, url)
    throw sentence === null ? error : new StartupFault(sentence, { cause: error })
  } finally {
    await first.destroy()
  }
  return connectTo(url, { max: MOST_CONNECTIONS, isPatient: false })
}
