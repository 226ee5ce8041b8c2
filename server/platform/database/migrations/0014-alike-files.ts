// A file that moved into another library is found by its size and time, whichever of the two is scanned first.
import type { Migration } from '../migrate.ts'

export const alikeFiles: Migration = {
  version: 14,
  name: 'alike files',
  up: ['create index media_files_alike on media_files (size_bytes, modified_at_ms)'],
}
