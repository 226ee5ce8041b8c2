// The admin feature's SQL: the audit log.
import type { Database } from '../platform/database/database.ts'
import type { AuditTable } from '../platform/database/schema.ts'

/** Years of an administrator's work; older entries go. */
const MOST_ENTRIES = 100_000
const PRUNE_EVERY = 1000

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
  }
}
export type AdminStore = ReturnType<typeof createAdminStore>
