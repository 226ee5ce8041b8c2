// The admin feature's SQL: the audit log, and settings that were changed while the server ran.
import type { Database } from '../platform/database/database.ts'
import type { AuditTable } from '../platform/database/schema.ts'

/** Years of an administrator's work; older entries go. */
const MOST_ENTRIES = 100_000
const PRUNE_EVERY = 1000
/** Before the name of a variable, in the table that other features keep theirs in, too. */
const CHANGE = 'config.'

export function createAdminStore(db: Database) {
  let written = 0
  return {
    async addAudit(row: AuditTable): Promise<void> {
      await db.insertInto('audit').values(row).execute()
      if (++written % PRUNE_EVERY !== 0) return
      await db
        .deleteFrom('audit')
        .where('id', '<=', (q) =>
          q.selectFrom('audit').select('id').orderBy('id', 'desc').offset(MOST_ENTRIES).limit(1),
        )
        .execute()
    },
    audit({ before, limit }: { before?: string; limit: number }): Promise<AuditTable[]> {
      let query = db.selectFrom('audit').selectAll().orderBy('id', 'desc').limit(limit)
      if (before !== undefined) query = query.where('id', '<', before)
      return query.execute()
    },
    /** By the name of the variable, in the order of names. */
    async changes(): Promise<Record<string, string>> {
      const rows = await db
        .selectFrom('settings')
        .select(['key', 'value'])
        .where('key', 'like', `${CHANGE}%`)
        .orderBy('key')
        .execute()
      return Object.fromEntries(rows.map(({ key, value }) => [key.slice(CHANGE.length), value]))
    },
    /** All or none; null removes one. */
    async saveChanges(changes: Readonly<Record<string, string | null>>, nowMs: number): Promise<void> {
      await db.transaction().execute(async (transaction) => {
        for (const [name, value] of Object.entries(changes)) {
          const key = CHANGE + name
          if (value === null) {
            await transaction.deleteFrom('settings').where('key', '=', key).execute()
            continue
          }
          const row = { value: value.trim(), updated_at_ms: nowMs }
          await transaction
            .insertInto('settings')
            .values({ key, ...row })
            .onConflict((c) => c.column('key').doUpdateSet(row))
            .execute()
        }
      })
    },
  }
}
export type AdminStore = ReturnType<typeof createAdminStore>
