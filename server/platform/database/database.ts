// Opens the database named by the config and brings it up to date.
import type { DatabaseSync } from 'node:sqlite'
import { type Kysely, sql } from 'kysely'
import { keepCheckpointed } from './checkpoints.ts'
import { MIGRATIONS } from './migrations/all.ts'
import { access } from 'node:fs/promises'
import { createTurns } from '../async.ts'
import type { GiveWay } from '../give-way.ts'
import { StartupFault } from '../startup-fault.ts'
import { appliedVersions, type Migration, migrate } from './migrate.ts'
import type { DatabaseUse } from './postgres-hold.ts'
import type { Tables } from './schema.ts'
import { refuseUnfinished } from './unfinished.ts'
import { copySqlite, DatabaseInUse, lockSqlite, openSqlite } from './sqlite.ts'

export type Database = Kysely<Tables>

export type DatabaseConfig = { kind: 'sqlite'; path: string } | { kind: 'postgres'; url: string }

export type OpenDatabase = AsyncDisposable & {
  db: Database
  /** For what is only read: with SQLite a connection of its own, so that a page never waits for a scan's transaction. */
  reader: Database
  dialect: 'sqlite' | 'postgres'
  /** For `/ready`. */
  ping: () => Promise<void>
  /** What it takes where it is kept. */
  sizeBytes: () => Promise<number>
}

const sizeOf = (raw: DatabaseSync): number =>
  Number(
    raw.prepare('select page_count * page_size as bytes from pragma_page_count, pragma_page_size').get()?.[
      'bytes'
    ],
  )

type OpenOptions = {
  mayBeUnfinished?: boolean
  giveWay?: GiveWay
  /** How PostgreSQL is held against others; without, as by a command that only reads or adds, it is not. */
  use?: DatabaseUse
}

/**
 * Throws `DatabaseInUse`, `DatabaseTooNew` or another `StartupFault`, all with a sentence for people, before anything
 * is changed.
 */
export async function openDatabase(
  config: DatabaseConfig,
  nowMs: () => number,
  migrations: readonly Migration[] = MIGRATIONS,
  { mayBeUnfinished = false, giveWay, use }: OpenOptions = {},
): Promise<OpenDatabase> {
  await using opened = new AsyncDisposableStack()
  if (config.kind === 'postgres') {
    const { openPostgres } = await import('./postgres.ts')
    const { holdPostgres } = await import('./postgres-hold.ts')
    if (use) opened.use(await holdPostgres(config.url, use))
    const db = await openPostgres(config.url, { nowMs, migrations })
    opened.defer(() => db.destroy())
    if (!mayBeUnfinished) await refuseUnfinished(db, 'postgres')
    const parts = opened.move()
    return {
      db,
      reader: db,
      dialect: 'postgres',
      ping: async () => {
        await db.selectFrom('migrations').select('version').limit(1).execute()
      },
      sizeBytes: async () => {
        const { rows } = await sql<{
          bytes: number
        }>`select pg_database_size(current_database()) as bytes`.execute(db)
        return Number(rows[0]?.bytes ?? 0)
      },
      [Symbol.asyncDispose]: () => parts.disposeAsync(),
    }
  }
  const { path } = config
  opened.use(lockSqlite(path))
  // Of both connections: they share one thread.
  const manners = { turns: createTurns(), ...(giveWay && { giveWay }) }
  const { db, raw } = openSqlite(path, manners)
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
  if (!mayBeUnfinished) await refuseUnfinished(db, 'sqlite')
  if (path !== ':memory:')
    opened.use(
      keepCheckpointed({
        path,
        pause: (work) => db.connection().execute(work),
        setAutomatic: (isAutomatic) => raw.exec(`pragma wal_autocheckpoint = ${isAutomatic ? 1000 : 0}`),
      }),
    )
  // A database in memory is its one connection's own.
  const second = path === ':memory:' ? null : openSqlite(path, manners)
  if (second)
    opened.defer(async () => {
      await second.db.destroy()
      // Kysely closes only what it has used.
      if (second.raw.isOpen) second.raw.close()
    })
  const parts = opened.move()
  return {
    db,
    reader: second?.db ?? db,
    dialect: 'sqlite',
    ping: async () => {
      raw.prepare('select 1').get()
    },
    sizeBytes: async () => sizeOf(raw),
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  }
}

/**
 * For commands beside a server that may be running: no lock, no update, and nothing that holds the database for
 * long. Refuses one that this version did not make, for two versions at once would not agree.
 */
export async function joinDatabase(config: DatabaseConfig, nowMs: () => number): Promise<OpenDatabase> {
  if (config.kind === 'postgres') return openDatabase(config, nowMs)
  const { path } = config
  await access(path).catch(() => {
    throw new StartupFault(
      `There is no database at ${path} yet: start the server once, or name its folder with --data.`,
    )
  })
  const { db, raw } = openSqlite(path)
  const applied = await appliedVersions(db, 'sqlite')
  if (MIGRATIONS.some(({ version }) => !applied?.has(version)) || (applied?.size ?? 0) > MIGRATIONS.length) {
    await db.destroy()
    throw new StartupFault(
      `The database at ${path} is of another version: start this server once, then try again.`,
    )
  }
  return {
    db,
    reader: db,
    dialect: 'sqlite',
    ping: async () => {
      raw.prepare('select 1').get()
    },
    sizeBytes: async () => sizeOf(raw),
    [Symbol.asyncDispose]: () => db.destroy(),
  }
}

/** Whether a server holds this database now. */
export function isInUse(config: DatabaseConfig): boolean {
  if (config.kind === 'postgres') return false
  try {
    lockSqlite(config.path)[Symbol.dispose]()
    return false
  } catch (error) {
    if (error instanceof DatabaseInUse) return true
    throw error
  }
}

/** Damage that SQLite finds in its file; empty when there is none. For `doctor`. */
export function faultsOf(path: string): string[] {
  const { raw } = openSqlite(path)
  try {
    return raw
      .prepare('pragma quick_check(5)')
      .all()
      .map((row) => String(row['quick_check']))
      .filter((line) => line !== 'ok')
  } finally {
    raw.close()
  }
}
