// Names and facets in the order of their bytes on PostgreSQL, too, whatever the language of its database.
import type { Migration } from '../migrate.ts'

/**
 * What is looked up as a range of texts that begin alike. In a database of English (the usual one) nothing lies
 * between `genre:` and `genre:` with U+FFFF: the list of genres was empty, and no beginning of a name was found.
 */
const COLUMNS = [
  ['titles', 'sort_key'],
  ['people', 'sort_key'],
  ['collections', 'sort_key'],
  ['facet_counts', 'facet'],
] as const

export const byteOrder: Migration = {
  version: 16,
  name: 'byte order',
  up: (dialect) =>
    // SQLite compares bytes anyway.
    dialect === 'postgres'
      ? COLUMNS.map(([table, column]) => `alter table ${table} alter column ${column} type text collate "C"`)
      : [],
}
