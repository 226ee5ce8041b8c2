// From a folder on disk to the pages of the catalogue: scan, lists, details, home, search, progress, over HTTP.
import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import type { MediaInfo } from '#shared/media.ts'
import { createArtwork } from '../../server/catalog/artwork.ts'
import { createCatalog } from '../../server/catalog/catalog.ts'
import { catalogRoutes } from '../../server/catalog/routes.ts'
import { createCatalogStore } from '../../server/catalog/store.ts'
import { createHistory } from '../../server/history/history.ts'
import { historyRoutes } from '../../server/history/routes.ts'
import { createHistoryStore } from '../../server/history/store.ts'
import { openTestDatabase } from '../support/database.ts'
import { createHttpServer } from '../../server/http/server.ts'
import { createLibrary } from '../../server/library/library.ts'
import { createLibraryStore } from '../../server/library/store.ts'
import { MediaRefused } from '../../server/media/media-engine.ts'
import { openDiskBlobs } from '../../server/platform/blobs/disk.ts'
import { systemClock } from '../../server/platform/clock.ts'
import { silentLog } from '../../server/platform/log.ts'
import { createMetrics } from '../../server/platform/metrics.ts'
import sharp from 'sharp'
import { VIDEO } from '../support/film.ts'

const INFO: MediaInfo = {
  formatName: 'matroska,webm',
  container: 'matroska',
  durationSeconds: 3000,
  startSeconds: 0,
  bitrateBps: 1,
  title: null,
  video: [],
  audio: [],
  subtitles: [],
  chapters: [],
  attachments: [],
}
test('a scanned folder is a catalogue: lists, details, pictures, progress, home', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'catalog-'))
  await using stack = new AsyncDisposableStack()
  stack.defer(() => rm(folder, { recursive: true }))
  for (const path of [
    'Heat (1995)/Heat (1995) - 1080p.mkv',
    'Fargo (2014)/Season 1/Fargo - s01e01.mkv',
    'Fargo (2014)/Season 1/Fargo - s01e02.mkv',
  ]) {
    await mkdir(dirname(join(folder, 'media', path)), { recursive: true })
    await writeFile(join(folder, 'media', path), path)
  }
  const database = stack.use(await openTestDatabase(folder))
  const blobs = stack.use(await openDiskBlobs(join(folder, 'blobs')))
  const log = silentLog()
  const metrics = createMetrics()
  const frame = await sharp({ create: { width: 640, height: 360, channels: 3, background: '#345' } })
    .jpeg()
    .toBuffer()
  const catalogStore = createCatalogStore(database.db, database.dialect)
  let isDamaged = true
  const engine = {
    describe: async (paths: readonly string[]) =>
      paths.map((path) => ({
        fingerprint: path,
        info: { ...INFO, video: [{ ...VIDEO, width: 1920, height: 800 }] },
      })),
    keyframes: async () => null,
    poster: async () => {
      if (isDamaged) throw new MediaRefused('No picture of the video could be decoded.')
      return frame
    },
  }
  const titles: string[] = []
  const library = createLibrary({
    store: createLibraryStore(database.db),
    engine,
    probeConcurrency: 1,
    clock: systemClock,
    log,
    metrics,
    enqueueScan: async () => {},
    queuedScans: async () => [],
    announce: (files) => catalog.hear(files),
    settleMs: 0,
  })
  const artwork = createArtwork({ store: catalogStore, blobs, engine, fileById: library.file })
  const catalog = createCatalog({
    store: catalogStore,
    fileById: library.file,
    nextUp: (viewerId, showId) => history.nextUpOf(viewerId, showId),
    onTitles: async (ids) => void titles.push(...ids),
  })
  const history = createHistory({
    store: createHistoryStore(database.db),
    catalog,
    libraries: library.list,
    nowMs: Date.now,
  })
  const viewer = { kind: 'person' as const, id: 'v', name: 'V', role: 'viewer' as const }
  const http = await createHttpServer({
    log,
    metrics,
    authenticate: async () => ({ viewer, signInId: null }),
    trustedProxies: [],
  })
  stack.defer(() => http.close())
  catalogRoutes(http, { catalog, artwork })
  historyRoutes(http, history)
  const get = async (url: string) => {
    const reply = await http.inject(url)
    assert.equal(reply.statusCode, 200, `${url} ${reply.body}`)
    return reply.json()
  }

  const added = await library.add({ name: 'All', kind: 'mixed', folders: [join(folder, 'media')] })
  await library.runScan({ libraryId: added.id })
  // A damaged file has no picture to show; that is no failure.
  for (const id of titles) await artwork.fromFrame(id)
  isDamaged = false
  for (const id of titles) await artwork.fromFrame(id)

  const movies = await get('/api/library/movies?resolution=1080p')
  assert.deepEqual(
    movies.items.map((m: { name: string }) => m.name),
    ['Heat'],
  )
  assert.deepEqual((await get('/api/library/movies?resolution=4k')).items, [])
  const [heat] = movies.items
  const picture = await http.inject(`${heat.poster.url}?w=160`)
  assert.deepEqual([picture.statusCode, picture.headers['content-type']], [200, 'image/webp'])
  assert.match(String(picture.headers['cache-control']), /immutable/)
  assert.equal((await sharp(picture.rawPayload).metadata()).width, 160)
  assert.ok(heat.poster.thumbhash.length > 10 && heat.poster.aspect > 1)
  const details = await get(`/api/titles/${heat.id}`)
  assert.deepEqual(
    [details.files[0].version, details.files[0].video[0].height, details.runtimeSeconds],
    ['1080p', 800, 3000],
  )

  const [show] = (await get('/api/library/shows')).items
  const { nextUp } = await get(`/api/titles/${show.id}`)
  const saved = await http.inject({
    method: 'PUT',
    url: `/api/history/${nextUp.id}/progress`,
    payload: { positionSeconds: 100, durationSeconds: 3000 },
  })
  assert.equal(saved.json().positionSeconds, 100)
  const home = await get('/api/home')
  assert.deepEqual(
    home.rows.map((r: { id: string }) => r.id),
    ['continue', `added:${added.id}`],
  )
  assert.equal((await get('/api/search?q=farg')).items[0].id, show.id)
  assert.equal((await http.inject('/api/titles/none')).statusCode, 404)
})
