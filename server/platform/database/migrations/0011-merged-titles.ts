// Titles that turned out to be one: the other keeps its row and name, and leads to the one that stayed.
import type { Migration } from '../migrate.ts'

export const mergedTitles: Migration = {
  version: 11,
  name: 'merged titles',
  up: ['alter table titles add column merged_into text'],
}
