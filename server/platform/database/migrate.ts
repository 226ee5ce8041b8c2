// Applies every migration that is missing, in order, in one transaction; refuses a database that a newer version has written.
import { type Kysely, sql } from 'kysely'
import { StartupFault } from '../startup-fault.ts'
import type { Tables } from './schema.ts'

export type Migration = {
  /** Its own and for ever; gaps are allowed. */
  version: number
  name: string
  /** Statements that both SQLite and PostgreSQL understand, or one that makes them for a dialect. */
  up: readonly string[] | ((dialect: 'sqlite' | 'postgres') => readonly string[])
  /** What no statement can say, after them and in the same transaction. */
  fill?: (trx: Kysely<Tables>) => Promise<void>
}

/** The database was written by a newer version of this program: nothing was changed. */
export class DatabaseTooNew extends StartupFault {
  override name = 'DatabaseTooNew'
}

export type MigrateOptions = {
  db: Kysely<Tables>
  dialect: 'sqlite' | 'postgres'
  migrations: readonly Migration[]
  nowMs: () => number
  /** Called before the first change to a database that already holds something. */
  backup?: (fromVersion: number) => Promise<void>
}

/** The versions in the database; null when it is empty. */
export async function appliedVersions(
  db: Kysely<Tables>,
  dialect: 'sqlite' | 'postgres',
): Promise<Set<number> | null> {
  const table =
    dialect === 'sqlite'
      ? await sql`select 1 from sqlite_master where type = 'table' and name = 'migrations'`.execute(db)
      : await sql`select 1 from information_schema.tables where table_schema = current_schema() and table_name = 'migrations'`.execute(
          db,
        )
  if (table.rows.length === 0) return null
  const rows = await db.selectFrom('migrations').select('version').execute()
  return new Set(rows.map(({ version }) => Number(version)))
}

/** Returns how many were applied. */
export async function migrate({ db, dialect, migrations, nowMs, backup }: MigrateOptions): Promise<number> {
  const applied = await appliedVersions(db, dialect)
  const current = Math.max(0, ...(applied ?? []))
  const newest = Math.max(0, ...migrations.map((m) => m.version))
  if (current > newest)
    throw new DatabaseTooNew(
      `The database is of version ${current}, this program knows versions up to ${newest}. Start the newer MediaServer, or restore a backup made with this one.`,
    )
  // By number, not by the highest: two branches may each have brought one.
  const pending = migrations.filter((m) => !applied?.has(m.version))
  if (pending.length === 0) return 0
  if (current > 0) await backup?.(current)
  await db.transaction().execute(async (trx) => {
    if (applied === null)
      await sql`create table migrations (version integer primary key, name text not null, applied_at_ms bigint not null)`.execute(
        trx,
      )
    for (const migration of pending) {
      const statements = typeof migration.up === 'function' ? migration.up(dialect) : migration.up
      for (const statement of statements) await sql.raw(statement).execute(trx)
      await migration.fill?.(trx)
      await trx
        .insertInto('migrations')
        .values({ version: migration.version, name: migration.name, applied_at_ms: nowMs() })
        .execute()
    }
  })
  return pending.length
}
