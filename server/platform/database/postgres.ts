// Kysely over `pg`, for several processes; int8 as number, migrations by one process at a time.
import { Kysely, PostgresDialect, sql } from 'kysely'
import { Pool, types } from 'pg'
import { type Migration, migrate } from './migrate.ts'
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

export async function openPostgres(
  url: string,
  options: { nowMs: () => number; migrations: readonly Migration[] },
): Promise<Kysely<Tables>> {
  const pool = new Pool({
    connectionString: url,
    max: 10,
    connectionTimeoutMillis: 10_000,
    types: { getTypeParser: (id, format) => (id === INT8 ? toNumber : types.getTypeParser(id, format)) },
  })
  // An idle connection that the server closes is replaced when next needed; unheard, its error ends the process.
  pool.on('error', () => {})
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) })
  try {
    await db.connection().execute(async (one) => {
      await sql`select pg_advisory_lock(${sql.lit(MIGRATION_LOCK)})`.execute(one)
      try {
        await migrate({ db: one, dialect: 'postgres', ...options })
      } finally {
        await sql`select pg_advisory_unlock(${sql.lit(MIGRATION_LOCK)})`.execute(one)
      }
    })
    return db
  } catch (error) {
    await db.destroy()
    throw error
  }
}
