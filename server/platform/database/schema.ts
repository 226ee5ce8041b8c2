// Every table as a type. Ids UUIDv7 text, times integer milliseconds, booleans 0/1.
import type { AccountTables } from './tables-accounts.ts'
import type { CatalogTables } from './tables-catalog.ts'
import type { LibraryTables } from './tables-library.ts'
import type { PartyTables } from './tables-party.ts'
import type { MetadataTables } from './tables-metadata.ts'

export type * from './tables-accounts.ts'
export type * from './tables-catalog.ts'
export type * from './tables-library.ts'
export type * from './tables-party.ts'
export type * from './tables-metadata.ts'

/** Applied migrations. */
export type MigrationTable = { version: number; name: string; applied_at_ms: number }

/** Small values that must outlive a restart: secrets, the claim code's hash, run-time settings. */
export type SettingTable = { key: string; value: string; updated_at_ms: number }

/** Background jobs; `payload` and `progress` are JSON. */
export type JobTable = {
  id: string
  kind: string
  unique_key: string | null
  state: 'waiting' | 'active' | 'done' | 'buried' | 'cancelled'
  payload: string
  priority: number
  attempt: number
  progress: string | null
  reason: string | null
  request_id: string | null
  trace_parent: string | null
  cancel_asked: number
  created_at_ms: number
  run_at_ms: number
  started_at_ms: number | null
  finished_at_ms: number | null
}

/** What administrators did; `detail` is JSON without secrets. */
export type AuditTable = {
  id: string
  at_ms: number
  person_id: string
  person_name: string
  address: string
  action: string
  detail: string
  status: number
  request_id: string
}

export type Tables = AccountTables &
  CatalogTables &
  LibraryTables &
  PartyTables &
  MetadataTables & {
    audit: AuditTable
    migrations: MigrationTable
    settings: SettingTable
    jobs: JobTable
  }
