// A process that scans a folder into a catalogue until it is done or killed: `scan-child.ts <data> <folder>`.
import { join } from 'node:path'
import { createCatalog } from '../../server/catalog/catalog.ts'
import { createCatalogStore } from '../../server/catalog/store.ts'
import { createLibrary } from '../../server/library/library.ts'
import { createLibraryStore } from '../../server/library/store.ts'
import { createMediaEngine } from '../../server/media/engine.ts'
import { systemClock } from '../../server/platform/clock.ts'
import { openDatabase } from '../../server/platform/database/database.ts'
import { silentLog } from '../../server/platform/log.ts'
import { createMetrics } from '../../server/platform/metrics.ts'

const [data = '', folder = ''] = process.argv.slice(2)
const { db, dialect } = await openDatabase({ kind: 'sqlite', path: join(data, 'a.db') }, Date.now)
const engine = createMediaEngine({ readers: 2 })
const catalog = createCatalog({
  store: createCatalogStore(db, dialect),
  fileById: (id) => library.file(id),
  nextUp: async () => null,
})
const library = createLibrary({
  store: createLibraryStore(db),
  engine,
  probeConcurrency: 2,
  clock: systemClock,
  log: silentLog(),
  metrics: createMetrics(),
  enqueueScan: async () => {},
  queuedScans: async () => [],
  announce: (files) => catalog.hear(files),
  settleMs: 0,
})
const known = (await library.list())[0]
const { id } = known ?? (await library.add({ name: 'Films', kind: 'films', folders: [folder] }))
process.stdout.write('scanning\n')
await library.runScan({ libraryId: id })
process.stdout.write('done\n', () => process.exit(0))
