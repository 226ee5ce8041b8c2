// Kysely over `node:sqlite`. One process only: see docs/decisions/sqlite-one-process.md.
import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import { Kysely, type SqliteDatabase, SqliteDialect } from 'kysely'
import type { Tables } from './schema.ts'

/** node:sqlite takes a `Date` for named parameters and stores NULL without a word; refuse what it cannot hold. */
function bind(value: unknown): SQLInputValue {
  if (typeof value === 'boolean') return value ? 1 : 0
  if (value === undefined) return null
  if (
    value === null ||
    typeof value === 'string' ||
    typeof value === 'number' ||
    typeof value === 'bigint' ||
    value instanceof Uint8Array
  )
    return value
  throw new TypeError(`cannot bind ${value instanceof Date ? 'a Date' : typeof value} to SQLite`)
}

/** Kysely's SQLite dialect passes parameters as one array and expects plain objects; node:sqlite does neither. */
function adapt(db: DatabaseSync): SqliteDatabase {
  return {
    close: () => {
      if (db.isOpen) db.close()
    },
    prepare(text) {
      // Kysely begins DEFERRED: a read that turns into a write then fails with SQLITE_BUSY_SNAPSHOT.
      const statement = db.prepare(text === 'begin' ? 'begin immediate' : text)
      return {
        reader: statement.columns().length > 0,
        all: (parameters) => statement.all(...parameters.map(bind)).map((row) => ({ ...row })),
        run: (parameters) => statement.run(...parameters.map(bind)),
        *iterate(parameters) {
          for (const row of statement.iterate(...parameters.map(bind))) yield { ...row }
        },
      }
    },
  }
}

/** `path` may be `:memory:`. */
export function openSqlite(path: string): { db: Kysely<Tables>; raw: DatabaseSync } {
  const raw = new DatabaseSync(path, { timeout: 5000 })
  raw.exec(
    'pragma journal_mode = wal; pragma synchronous = normal; pragma foreign_keys = on;' +
      'pragma cache_size = -65536; pragma mmap_size = 268435456; pragma temp_store = memory;',
  )
  return { db: new Kysely<Tables>({ dialect: new SqliteDialect({ database: adapt(raw) }) }), raw }
}
