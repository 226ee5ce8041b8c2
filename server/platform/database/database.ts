// Opens the database named by the config and brings it up to date.
import type { Kysely } from 'kysely'
import { MIGRATIONS } from './migrations/all.ts'
import { type Migration, migrate } from './migrate.ts'
import type { Tables } from './schema.ts'
import { copySqlite, lockSqlite, openSqlite } from './sqlite.ts'

export type Database = Kysely<Tables>

export type DatabaseConfig = { kind: 'sqlite'; path: string } | { kind: 'postgres'; url: string }

export type OpenDatabase = AsyncDisposable & {
  db: Database
  dialect: 'sqlite' | 'postgres'
  /** For `/ready`. */
  ping: () => Promise<void>
}

/** Throws `DatabaseInUse` or `DatabaseTooNew`, both with a sentence for people, before anything is changed. */
export async function openDatabase(
  config: DatabaseConfig,
  nowMs: () => number,
  migrations: readonly Migration[] = MIGRATIONS,
): Promise<OpenDatabase> {
  if (config.kind === 'postgres') {
    const { openPostgres } = await import('./postgres.ts')
    const db = await openPostgres(config.url, { nowMs, migrations })
    return {
      db,
      dialect: 'postgres',
      ping: async () => {
        await db.selectFrom('migrations').select('version').limit(1).execute()
      },
      [Symbol.asyncDispose]: () => db.destroy(),
    }
  }
  const { path } = config
  await using opened = new AsyncDisposableStack()
  opened.use(lockSqlite(path))
  const { db, raw } = openSqlite(path)
  opened.defer(() => db.destroy())
  await migrate({
    db,
    dialect: 'sqlite',
    migrations,
    nowMs,
    ...(path !== ':memory:' && {
      backup: (version) => copySqlite(raw, `${path}.before-update-from-${version}`),
    }),
  })
  const parts = opened.move()
  return {
    db,
    dialect: 'sqlite',
    ping: async () => {
      raw.prepare('select 1').get()
    },
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  }
}
