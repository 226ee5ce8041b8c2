// Catalogue and history over one database: titles without a scan, and what viewers have seen of them.
import { createCatalog } from '../../server/catalog/catalog.ts'
import { createCatalogStore } from '../../server/catalog/store.ts'
import { createHistory } from '../../server/history/history.ts'
import { createHistoryStore } from '../../server/history/store.ts'
import type { OpenDatabase } from '../../server/platform/database/database.ts'

export function createWatchedTitles(database: OpenDatabase, nowMs: () => number) {
  const catalogStore = createCatalogStore(database.db, database.dialect)
  const catalog = createCatalog({
    store: catalogStore,
    fileById: async () => null,
    nextUp: (viewerId, showId) => history.nextUpOf(viewerId, showId),
  })
  const history = createHistory({
    store: createHistoryStore(database.db),
    catalog,
    libraries: async () => [{ id: 'l', name: 'All' }],
    nowMs,
  })
  return { catalogStore, catalog, history }
}
