// Kysely over `node:sqlite`. One process only: see docs/decisions/sqlite-one-process.md.
import { rename, rm } from 'node:fs/promises'
import { backup, DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import { Kysely, type SqliteDatabase } from 'kysely'
import { createTurns } from '../async.ts'
import { StartupFault } from '../startup-fault.ts'
import type { Tables } from './schema.ts'
import { type Manners, TurnsDialect } from './turns.ts'

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

/** Statements kept ready: preparing one takes longer than most of them run. */
const STATEMENTS_KEPT = 200
/** After these a statement may have other columns. */
const CHANGES_SCHEMA = /^\s*(alter|create|drop|pragma|vacuum)\b/i

type Prepared = { statement: StatementSync; names: readonly string[] }

function createStatements(db: DatabaseSync) {
  const kept = new Map<string, Prepared>()
  const prepare = (text: string): Prepared => {
    const statement = db.prepare(text)
    // Plain objects out of arrays: copying the objects that node:sqlite makes takes more than twice as long.
    statement.setReturnArrays(true)
    return { statement, names: statement.columns().map(({ name }) => name) }
  }
  return {
    prepare,
    /** Only for what is run to its end at once. */
    ready(text: string): Prepared {
      if (CHANGES_SCHEMA.test(text)) {
        kept.clear()
        return prepare(text)
      }
      const prepared = kept.get(text) ?? prepare(text)
      // The one asked for last is the last to go.
      kept.delete(text)
      kept.set(text, prepared)
      const [oldest = ''] = kept.size > STATEMENTS_KEPT ? kept.keys().take(1) : []
      kept.delete(oldest)
      return prepared
    },
  }
}

function rowOf(names: readonly string[], values: unknown): Record<string, unknown> {
  const row: Record<string, unknown> = {}
  for (let at = 0; at < names.length; at += 1) row[names[at] ?? ''] = (values as unknown[])[at]
  return row
}

/** Kysely's SQLite dialect passes parameters as one array and expects plain objects; node:sqlite does neither. */
function adapt(db: DatabaseSync): SqliteDatabase {
  const statements = createStatements(db)
  return {
    close: () => {
      if (db.isOpen) db.close()
    },
    prepare(asked) {
      // Kysely begins DEFERRED: a read that turns into a write then fails with SQLITE_BUSY_SNAPSHOT.
      const text = asked === 'begin' ? 'begin immediate' : asked
      const { statement, names } = statements.ready(text)
      return {
        reader: names.length > 0,
        all: (parameters) => statement.all(...parameters.map(bind)).map((values) => rowOf(names, values)),
        run: (parameters) =>
          // A full disk has rolled back already; to be told so would hide what happened.
          text === 'rollback' && !db.isTransaction
            ? { changes: 0, lastInsertRowid: 0 }
            : statement.run(...parameters.map(bind)),
        *iterate(parameters) {
          // Others may ask the same meanwhile.
          const own = statements.prepare(text)
          for (const values of own.statement.iterate(...parameters.map(bind))) yield rowOf(names, values)
        },
      }
    },
  }
}

/** `path` may be `:memory:`. */
export function openSqlite(
  path: string,
  manners: Manners = { turns: createTurns() },
): { db: Kysely<Tables>; raw: DatabaseSync } {
  const raw = new DatabaseSync(path, { timeout: 5000 })
  raw.exec(
    'pragma journal_mode = wal; pragma synchronous = normal; pragma foreign_keys = on;' +
      'pragma cache_size = -65536; pragma mmap_size = 2147418112; pragma temp_store = memory;',
  )
  return { db: new Kysely<Tables>({ dialect: new TurnsDialect({ database: adapt(raw) }, manners) }), raw }
}

/** Another process uses the same data folder: nothing was opened. */
export class DatabaseInUse extends StartupFault {
  override name = 'DatabaseInUse'
}

/** Errors of SQLite carry its own code (sqlite.org/rescode.html), of which the low byte is the kind. */
const SQLITE_BUSY = 5
const isBusy = (error: unknown): boolean =>
  error instanceof Error && 'errcode' in error && (Number(error.errcode) & 0xff) === SQLITE_BUSY

/**
 * Holds `<path>.lock` until disposed. A transaction left open on a file beside the database is a lock that the
 * operating system takes back however the process ends, on every platform.
 */
export function lockSqlite(path: string): Disposable {
  if (path === ':memory:') return { [Symbol.dispose]() {} }
  const lock = new DatabaseSync(`${path}.lock`, { timeout: 0 })
  try {
    lock.exec('begin exclusive')
  } catch (error) {
    lock.close()
    if (!isBusy(error)) throw error
    throw new DatabaseInUse(
      `Another MediaServer is already using ${path}. Stop it first, or give this one another data folder.`,
      { cause: error },
    )
  }
  return { [Symbol.dispose]: () => lock.close() }
}

/** A whole and consistent copy, written beside and renamed, so that a copy that exists is a good one. */
export async function copySqlite(raw: DatabaseSync, to: string): Promise<void> {
  await rm(`${to}.unfinished`, { force: true })
  await backup(raw, `${to}.unfinished`)
  await rename(`${to}.unfinished`, to)
}
