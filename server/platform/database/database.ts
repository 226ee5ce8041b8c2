// Opens the database named by the config and brings it up to date.
import type { Kysely } from 'kysely'
import { MIGRATIONS } from './migrations/all.ts'
import { migrate } from './migrate.ts'
import type { Tables } from './schema.ts'
import { openSqlite } from './sqlite.ts'

export type Database = Kysely<Tables>

export type DatabaseConfig = { kind: 'sqlite'; path: string } | { kind: 'postgres'; url: string }

export type OpenDatabase = AsyncDisposable & {
  db: Database
  dialect: 'sqlite' | 'postgres'
  /** For `/ready`. */
  ping: () => Promise<void>
}

export async function openDatabase(config: DatabaseConfig, nowMs: () => number): Promise<OpenDatabase> {
  if (config.kind === 'postgres') throw new Error('PostgreSQL is opened by platform/database/postgres.ts')
  const { db, raw } = openSqlite(config.path)
  try {
    await migrate({ db, dialect: 'sqlite', migrations: MIGRATIONS, nowMs })
  } catch (error) {
    await db.destroy()
    throw error
  }
  return {
    db,
    dialect: 'sqlite',
    ping: async () => {
      raw.prepare('select 1').get()
    },
    [Symbol.asyncDispose]: () => db.destroy(),
  }
}
