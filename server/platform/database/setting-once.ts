// Values that are made once for a whole installation and stay: its name, its secrets.
import { newId } from '../ids.ts'
import type { Database } from './database.ts'

/** Keeps the first value when two processes write at once; returns the one that stands. */
export async function settingOnce(db: Database, key: string, value: string, nowMs: number): Promise<string> {
  await db
    .insertInto('settings')
    .values({ key, value, updated_at_ms: nowMs })
    .onConflict((c) => c.column('key').doNothing())
    .execute()
  const row = await db.selectFrom('settings').select('value').where('key', '=', key).executeTakeFirstOrThrow()
  return row.value
}

/** What tells this installation's keys from another's, in a Redis that both use. */
export const installationOf = (db: Database, nowMs: number): Promise<string> =>
  settingOnce(db, 'installation', newId(), nowMs)
