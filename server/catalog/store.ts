// The catalog feature's SQL: single titles here, lists, search and the placing of files beside it.
import type { Kysely, Selectable, Updateable } from 'kysely'
import type { Tables } from '../platform/database/schema.ts'
import { type CardRow, createListStore } from './store-lists.ts'
import { createPlacingStore } from './store-placing.ts'
import { createSearchStore } from './store-search.ts'

export type { CardRow, ListFilter, SortColumn, TitleRow } from './store-lists.ts'
export type { NewTitle, NewTitleFile } from './store-placing.ts'
export type DetailsRow = Selectable<Tables['title_details']>

/** SQLite takes up to 32 766 parameters a statement; batches stay far below. */
const CHUNK = 500
const chunks = <T>(items: readonly T[]): T[][] =>
  Array.from({ length: Math.ceil(items.length / CHUNK) }, (_, i) => items.slice(i * CHUNK, (i + 1) * CHUNK))

/** `reader` answers what pages ask. */
export function createCatalogStore(
  db: Kysely<Tables>,
  dialect: 'sqlite' | 'postgres',
  reader: Kysely<Tables> = db,
) {
  const { cards, ...lists } = createListStore(reader, dialect)
  return {
    ...lists,
    ...createSearchStore(reader, dialect),
    ...createPlacingStore(db),

    card: (viewerId: string, id: string): Promise<CardRow | undefined> =>
      cards(viewerId).where('t.id', '=', id).executeTakeFirst(),
    children: (viewerId: string, parentId: string): Promise<CardRow[]> =>
      cards(viewerId)
        .where('t.parent_id', '=', parentId)
        .where('t.file_count', '>', 0)
        .orderBy('t.season_number')
        .orderBy('t.episode_number')
        .orderBy('t.aired_on')
        .orderBy('t.sort_key')
        .orderBy('t.id')
        .limit(5000)
        .execute(),
    /** All episodes of a show in their order. */
    episodesOf: (viewerId: string, showId: string): Promise<CardRow[]> =>
      cards(viewerId)
        .where('t.show_id', '=', showId)
        .where('t.kind', '=', 'episode')
        .where('t.file_count', '>', 0)
        .orderBy('t.season_number')
        .orderBy('t.episode_number')
        .orderBy('t.aired_on')
        .orderBy('t.id')
        .limit(20_000)
        .execute(),
    details: (id: string) =>
      reader.selectFrom('title_details').selectAll().where('title_id', '=', id).executeTakeFirst(),
    filesOf: (titleId: string) =>
      reader
        .selectFrom('title_files')
        .selectAll()
        .where('title_id', '=', titleId)
        // Said, for databases disagree: a file without a version name is the plain one.
        .orderBy('version', (by) => by.asc().nullsFirst())
        .orderBy('part', (by) => by.asc().nullsFirst())
        .orderBy('file_id')
        .execute(),
    titlesOfFile: (fileId: string) =>
      reader.selectFrom('title_files').selectAll().where('file_id', '=', fileId).execute(),
    titleIdsOfFiles: async (fileIds: readonly string[]) => {
      const found: { file_id: string; title_id: string }[] = []
      for (const ids of chunks(fileIds))
        found.push(
          ...(await reader
            .selectFrom('title_files')
            .select(['file_id', 'title_id'])
            .where('file_id', 'in', ids)
            .execute()),
        )
      return found
    },
    /** Facets that begin so, with the number of titles that have each. */
    facetCounts: (prefix: string) =>
      reader
        .selectFrom('facet_counts')
        .selectAll()
        .where('facet', '>=', prefix)
        .where('facet', '<', `${prefix}\uffff`)
        .where('titles', '>', 0)
        .orderBy('facet')
        .execute(),
    async setArtwork(id: string, artwork: Updateable<Pick<Tables['titles'], 'poster' | 'backdrop'>>) {
      // Kysely makes no statement of an update that sets nothing.
      if (Object.keys(artwork).length > 0)
        await db.updateTable('titles').set(artwork).where('id', '=', id).execute()
    },
    titleRow: (id: string) => db.selectFrom('titles').selectAll().where('id', '=', id).executeTakeFirst(),
  }
}
export type CatalogStore = ReturnType<typeof createCatalogStore>
