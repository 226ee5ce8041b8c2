// Applies migrations in order, once, in one transaction; refuses a database that a newer version has written.
import { type Kysely, sql } from 'kysely'
import { StartupFault } from '../startup-fault.ts'
import type { Tables } from './schema.ts'

export type Migration = {
  /** Counts up by one. */
  version: number
  name: string
  /** Statements that both SQLite and PostgreSQL understand, or one that makes them for a dialect. */
  up: readonly string[] | ((dialect: 'sqlite' | 'postgres') => readonly string[])
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

async function appliedVersion(db: Kysely<Tables>, dialect: 'sqlite' | 'postgres'): Promise<number> {
  const table =
    dialect === 'sqlite'
      ? await sql`select 1 from sqlite_master where type = 'table' and name = 'migrations'`.execute(db)
      : await sql`select 1 from information_schema.tables where table_name = 'migrations'`.execute(db)
  if (table.rows.length === 0) return 0
  const row = await db
    .selectFrom('migrations')
    .select((eb) => eb.fn.max('version').as('version'))
    .executeTakeFirst()
  return Number(row?.version ?? 0)
}

/** Returns how many were applied. */
export async function migrate({ db, dialect, migrations, nowMs, backup }: MigrateOptions): Promise<number> {
  const current = await appliedVersion(db, dialect)
  const newest = migrations.at(-1)?.version ?? 0
  if (current > newest)
    throw new DatabaseTooNew(
      `The database is of version ${current}, this program knows versions up to ${newest}. Start the newer MediaServer, or restore a backup made with this one.`,
    )
  const pending = migrations.filter((m) => m.version > current)
  if (pending.length === 0) return 0
  if (current > 0) await backup?.(current)
  await db.transaction().execute(async (trx) => {
    if (current === 0)
      await sql`create table migrations (version integer primary key, name text not null, applied_at_ms bigint not null)`.execute(
        trx,
      )
    for (const migration of pending) {
      const statements = typeof migration.up === 'function' ? migration.up(dialect) : migration.up
      for (const statement of statements) await sql.raw(statement).execute(trx)
      await trx
        .insertInto('migrations')
        .values({ version: migration.version, name: migration.name, applied_at_ms: nowMs() })
        .execute()
    }
  })
  return pending.length
}
