// The database of a test: a file of SQLite, or with `TEST_DATABASE=postgres` a database of its own there, with all its tables.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import {
  type DatabaseConfig,
  openDatabase,
  type OpenDatabase,
} from '../../server/platform/database/database.ts'
import { freshPostgres } from './servers.ts'

export const isOnPostgres = process.env['TEST_DATABASE'] === 'postgres'

type Migrated = AsyncDisposable & { url: string }

/** All migrations once for all tests of this process: copying the tables costs a fraction of making them. */
let template: Promise<string> | null = null
async function makeTemplate(): Promise<string> {
  assert.ok(
    process.env['TEST_POSTGRES_URL'],
    'run tests/journeys/on-postgres.test.ts: it starts a server for all',
  )
  const { url } = await freshPostgres()
  await (await openDatabase({ kind: 'postgres', url }, Date.now))[Symbol.asyncDispose]()
  return new URL(url).pathname.slice(1)
}

/** By data folder: who starts again there finds what was there. */
const databases = new Map<string, Promise<Migrated>>()

/** Where the server or feature that keeps its data in `folder` has its rows. */
export async function databaseIn(folder: string): Promise<DatabaseConfig> {
  if (!isOnPostgres) return { kind: 'sqlite', path: join(folder, 'mediaserver.db') }
  const known = databases.get(folder) ?? freshPostgres(await (template ??= makeTemplate()))
  databases.set(folder, known)
  return { kind: 'postgres', url: (await known).url }
}

/** To be called when the folder goes, too. */
export async function dropDatabaseIn(folder: string): Promise<void> {
  await (await databases.get(folder))?.[Symbol.asyncDispose]()
  databases.delete(folder)
}

/** Its rows are gone with it, unless `isKept`: then another one opens them again. */
export async function openTestDatabase(folder: string, { isKept = false } = {}): Promise<OpenDatabase> {
  const opened = await openDatabase(await databaseIn(folder), Date.now)
  return {
    ...opened,
    async [Symbol.asyncDispose]() {
      await opened[Symbol.asyncDispose]()
      if (!isKept) await dropDatabaseIn(folder)
    },
  }
}
