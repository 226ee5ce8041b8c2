// Walks pass the rows in the order of their paths' bytes; what they miss and what is new is found by an index.
import type { Migration } from '../migrate.ts'

export const walks: Migration = {
  version: 12,
  name: 'walks',
  up: (dialect) => [
    `alter table media_files add column sighting text not null default ''`,
    `update media_files set sighting = 'missed' where is_offline = 1`,
    `create index media_files_missed on media_files (size_bytes, fingerprint) where sighting = 'missed'`,
    `create index media_files_missed_below on media_files (folder_id, id) where sighting = 'missed'`,
    `create index media_files_arrived on media_files (library_id, size_bytes) where sighting = 'arrived'`,
    // Without those that wait for their probe: a first scan asks after every few files.
    'drop index media_files_unannounced',
    `create index media_files_unannounced on media_files (library_id, id)
      where is_announced = 0 and (state <> 'new' or is_offline = 1)`,
    // SQLite compares bytes anyway.
    ...(dialect === 'postgres'
      ? ['media_files', 'file_sidecars'].map(
          (table) => `alter table ${table} alter column relative_path type text collate "C"`,
        )
      : []),
  ],
}
