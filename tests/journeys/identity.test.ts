// What people do to their files, and what becomes of title, history and pins: they stay with the work.
import assert from 'node:assert/strict'
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { createCatalog } from '../../server/catalog/catalog.ts'
import { createCatalogStore } from '../../server/catalog/store.ts'
import { createMetadataStore } from '../../server/catalog/store-metadata.ts'
import { createHistory } from '../../server/history/history.ts'
import { createHistoryStore } from '../../server/history/store.ts'
import { createLibrary } from '../../server/library/library.ts'
import { createLibraryStore } from '../../server/library/store.ts'
import { describeFiles } from '../../server/media/worker/describe.ts'
import { systemClock } from '../../server/platform/clock.ts'
import { silentLog } from '../../server/platform/log.ts'
import { createMetrics } from '../../server/platform/metrics.ts'
import { openTestDatabase } from '../support/database.ts'

const corpus = join(import.meta.dirname, '../../../shared/corpora/media/files')
const skip = existsSync(corpus) ? false : 'the media corpus is not here'
const SOURCES = {
  plain: 'androidx__sample.mp4',
  better: 'androidx__sample_ac3.mp4',
  other: 'androidx__sample_eac3.mp4',
}
const VIEWER = 'v'

/** Two films: of Alpha 40 s are seen and its title is pinned, Beta is only there. */
async function setUp(t: TestContext) {
  const home = mkdtempSync(join(tmpdir(), 'identity-'))
  const films = join(home, 'films')
  const second = join(home, 'second')
  mkdirSync(second)
  const database = await openTestDatabase(home)
  t.after(async () => {
    await database[Symbol.asyncDispose]()
    rmSync(home, { recursive: true })
  })
  const { db, dialect } = database
  const catalog = createCatalog({
    store: createCatalogStore(db, dialect),
    fileById: (id) => library.file(id),
    nextUp: async () => null,
  })
  /** What happens to a file just before it is opened. */
  let onOpen = (_path: string): void => {}
  const store = createLibraryStore(db)
  const library = createLibrary({
    store,
    engine: {
      describe: (paths) => {
        for (const path of paths) onOpen(path)
        return describeFiles(paths)
      },
      keyframes: async () => null,
    },
    probeConcurrency: 1,
    clock: systemClock,
    log: silentLog(),
    metrics: createMetrics(),
    enqueueScan: async () => {},
    queuedScans: async () => [],
    announce: (files) => catalog.hear(files),
    onForgotten: () => catalog.sweep(),
    settleMs: 0,
  })
  const history = createHistory({
    store: createHistoryStore(db),
    catalog,
    libraries: library.list,
    nowMs: Date.now,
  })
  const at = (name: string) => join(films, name)
  const put = (source: keyof typeof SOURCES, name: string) => {
    mkdirSync(join(at(name), '..'), { recursive: true })
    copyFileSync(join(corpus, SOURCES[source]), at(name))
  }
  put('plain', 'Alpha (2001).mp4')
  put('other', 'Beta (2002).mp4')
  const { id } = await library.add({ name: 'Films', kind: 'films', folders: [films, second] })
  const scan = () => library.runScan({ libraryId: id })
  const titles = async () => (await catalog.list(VIEWER, 'movie', {})).items
  await scan()
  const alpha = (await titles()).find((title) => title.name === 'Alpha')
  assert.ok(alpha)
  await history.saveProgress(VIEWER, alpha.id, { positionSeconds: 40, durationSeconds: 100 })
  const matches = createMetadataStore(db)
  await matches.setMatches(
    [
      {
        title_id: alpha.id,
        library_id: id,
        state: 'pinned',
        remote_id: 77,
        confidence: 1,
        candidates: '[]',
        evidence: '',
        matched_at_ms: 1,
        enriched_at_ms: 1,
      },
    ],
    () => '[]',
  )
  /** Alpha as it is now: its files, and whether what hangs on it is still there. */
  const now = async () => {
    const title = await catalog.title(VIEWER, alpha.id)
    const match = await matches.match(alpha.id)
    assert.deepEqual(
      [title.state.positionSeconds, title.match.state, match?.state, match?.remote_id],
      [40, 'pinned', 'pinned', 77],
    )
    return title
  }
  const atOpen = (act: (path: string) => void) => {
    onOpen = act
  }
  return { films, second, at, put, scan, titles, now, atOpen, library, catalog, store, libraryId: id }
}

test('renamed and moved: the same title with the same history', { skip }, async (t) => {
  const { at, scan, titles, now } = await setUp(t)
  renameSync(at('Alpha (2001).mp4'), at('Alpha.2001.1080p.mp4'))
  await scan()
  assert.equal((await now()).files[0]?.fileName, 'Alpha.2001.1080p.mp4')
  mkdirSync(at('Shelf/Alpha (2001)'), { recursive: true })
  renameSync(at('Alpha.2001.1080p.mp4'), at('Shelf/Alpha (2001)/Alpha (2001).mp4'))
  await scan()
  assert.equal((await now()).files.length, 1)
  assert.equal((await titles()).length, 2)
})

test('moved to another folder of the library, name and all: the same title', { skip }, async (t) => {
  const { at, second, scan, titles, now } = await setUp(t)
  // As between two disks: copied, then deleted.
  copyFileSync(at('Alpha (2001).mp4'), join(second, 'A better name (2001).mp4'))
  rmSync(at('Alpha (2001).mp4'))
  await scan()
  assert.deepEqual(
    (await now()).files.map((file) => [file.fileName, file.offline]),
    [['A better name (2001).mp4', false]],
  )
  assert.equal((await titles()).length, 2)
})

test(
  'a file that grows under its name keeps its title, and is looked at when it is still',
  { skip },
  async (t) => {
    const { at, put, scan, titles, now, atOpen } = await setUp(t)
    put('better', 'Alpha (2001).mp4')
    // It goes on while it is looked at: the next scan finds another size.
    atOpen((path) => path.includes('Alpha') && appendFileSync(path, 'more'))
    await scan()
    assert.equal((await now()).files.length, 1)
    atOpen(() => {})
    await scan()
    assert.deepEqual(
      (await now()).files.map((file) => [file.audio[0]?.codec, file.offline]),
      [['ac3', false]],
    )
    assert.equal((await titles()).length, 2)
    assert.ok(existsSync(at('Alpha (2001).mp4')))
  },
)

test(
  'a file that vanishes between walk and probe is offline, never broken, and comes back whole',
  { skip },
  async (t) => {
    const { put, scan, titles, now, atOpen } = await setUp(t)
    put('better', 'Alpha (2001).mp4')
    atOpen((path) => path.includes('Alpha') && rmSync(path))
    await scan()
    await now()
    atOpen(() => {})
    await scan()
    assert.deepEqual(
      (await now()).files.map((file) => file.offline),
      [true],
    )
    put('better', 'Alpha (2001).mp4')
    await scan()
    assert.deepEqual(
      (await now()).files.map((file) => [file.audio[0]?.codec, file.offline]),
      [['ac3', false]],
    )
    assert.equal((await titles()).length, 2)
  },
)

test('replaced by a better file: the same title with the new file', { skip }, async (t) => {
  const { at, put, scan, titles, now } = await setUp(t)
  put('better', 'Alpha (2001).mp4')
  await scan()
  assert.deepEqual(
    (await now()).files.map((file) => file.audio[0]?.codec),
    ['ac3'],
  )
  // Under another name, the old one gone in the same step.
  rmSync(at('Alpha (2001).mp4'))
  put('plain', 'Alpha (2001) - 1080p.mp4')
  await scan()
  assert.deepEqual(
    (await now()).files.filter((file) => !file.offline).map((file) => file.version),
    ['1080p'],
  )
  assert.equal((await titles()).length, 2)
})

test('a copy and a hard link are further files; deleting the first leaves the title', { skip }, async (t) => {
  const { at, scan, titles, now } = await setUp(t)
  copyFileSync(at('Alpha (2001).mp4'), at('Alpha (2001) - copy.mp4'))
  linkSync(at('Alpha (2001).mp4'), at('Alpha (2001) - link.mp4'))
  await scan()
  assert.equal((await now()).files.length, 3)
  assert.equal((await titles()).length, 2)
  rmSync(at('Alpha (2001).mp4'))
  await scan()
  assert.equal((await now()).files.filter((file) => !file.offline).length, 2)
})

test('two files that swap their names: history stays with the name people see', { skip }, async (t) => {
  const { at, scan, titles, now } = await setUp(t)
  renameSync(at('Alpha (2001).mp4'), at('swap'))
  renameSync(at('Beta (2002).mp4'), at('Alpha (2001).mp4'))
  renameSync(at('swap'), at('Beta (2002).mp4'))
  utimesSync(at('Alpha (2001).mp4'), 1000, 1000)
  await scan()
  assert.deepEqual(
    (await now()).files.map((file) => [file.fileName, file.audio[0]?.codec]),
    [['Alpha (2001).mp4', 'eac3']],
  )
  assert.equal((await titles()).length, 2)
})

test(
  'two files of one size and time that swap their names are seen: each name plays what is in it now',
  { skip },
  async (t) => {
    const { at, scan, titles, now } = await setUp(t)
    // As long as the other, and of the same second.
    const sizes = ['Alpha (2001).mp4', 'Beta (2002).mp4'].map((name) => statSync(at(name)).size)
    const [alpha = 0, beta = 0] = sizes
    appendFileSync(
      at(alpha < beta ? 'Alpha (2001).mp4' : 'Beta (2002).mp4'),
      Buffer.alloc(Math.abs(alpha - beta)),
    )
    for (const name of ['Alpha (2001).mp4', 'Beta (2002).mp4']) utimesSync(at(name), 1000, 1000)
    await scan()
    const before = (await now()).files[0]
    renameSync(at('Alpha (2001).mp4'), at('swap'))
    renameSync(at('Beta (2002).mp4'), at('Alpha (2001).mp4'))
    renameSync(at('swap'), at('Beta (2002).mp4'))
    await scan()
    const [after] = (await now()).files
    assert.deepEqual(
      [before?.audio[0]?.codec, after?.audio[0]?.codec, after?.fileName],
      ['aac', 'eac3', 'Alpha (2001).mp4'],
    )
    assert.equal((await titles()).length, 2)
  },
)

test(
  'a file put over another one: the name that stays keeps its title, the other title is away',
  { skip },
  async (t) => {
    const { at, scan, titles, now } = await setUp(t)
    renameSync(at('Beta (2002).mp4'), at('Alpha (2001).mp4'))
    await scan()
    assert.deepEqual(
      (await now()).files.map((file) => [file.audio[0]?.codec, file.offline]),
      [['eac3', false]],
    )
    assert.deepEqual(
      (await titles()).map((title) => [title.name, title.offline]),
      [
        ['Alpha', false],
        ['Beta', true],
      ],
    )
  },
)

test(
  'one of two equal copies moved: nobody can say which it was, so nothing is mixed up',
  { skip },
  async (t) => {
    const { at, put, scan, now } = await setUp(t)
    put('plain', 'Alpha (2001) - copy.mp4')
    await scan()
    assert.equal((await now()).files.length, 2)
    const paths = ['Alpha (2001).mp4', 'Alpha (2001) - copy.mp4']
    for (const path of paths) rmSync(at(path))
    put('plain', 'Shelf/Alpha (2001).mp4')
    await scan()
    const files = (await now()).files
    assert.deepEqual(
      files.map((file) => file.offline).filter((offline) => offline),
      [true, true],
    )
    assert.equal(files.find((file) => !file.offline)?.fileName, 'Alpha (2001).mp4')
  },
)

test('cut off after the walk, before moves were settled: the next scan settles them', { skip }, async (t) => {
  const { at, scan, titles, now, store, libraryId } = await setUp(t)
  const whole = store.move
  store.move = () => Promise.reject(new Error('the power went'))
  renameSync(at('Alpha (2001).mp4'), at('Alpha.2001.1080p.mp4'))
  await assert.rejects(scan())
  store.move = whole
  assert.ok(await store.hasArrived(libraryId))
  // Meanwhile the file has a row under each name; lists show it once.
  assert.equal((await titles()).length, 2)
  await scan()
  assert.deepEqual(
    (await now()).files.map((file) => [file.fileName, file.offline]),
    [['Alpha.2001.1080p.mp4', false]],
  )
  assert.equal((await titles()).length, 2)
})

test('unplugged, mounted empty, and back: nothing is lost', { skip }, async (t) => {
  const { films, scan, titles, now } = await setUp(t)
  renameSync(films, `${films}-away`)
  await scan()
  assert.ok((await now()).files.every((file) => file.offline))
  mkdirSync(films)
  await scan()
  assert.equal((await now()).files.length, 1)
  rmSync(films, { recursive: true })
  renameSync(`${films}-away`, films)
  await scan()
  assert.ok((await now()).files.every((file) => !file.offline))
  assert.equal((await titles()).length, 2)
})

test(
  'moved into another library: the same title with its history and pin, in that library',
  { skip },
  async (t) => {
    const { at, films, scan, now, library, catalog, libraryId } = await setUp(t)
    const other = join(films, '../other')
    mkdirSync(other)
    const { id } = await library.add({ name: 'Other', kind: 'films', folders: [other] })
    const isIn = async (fileName: string) =>
      assert.deepEqual(
        (await now()).files.map((file) => [file.fileName, file.offline]),
        [[fileName, false]],
      )
    renameSync(at('Alpha (2001).mp4'), join(other, 'Alpha, the film (2001).mp4'))
    await scan()
    assert.ok((await now()).files.every((file) => file.offline))
    await library.runScan({ libraryId: id })
    await isIn('Alpha, the film (2001).mp4')
    // Back, and there again; each time the library it came to is scanned before the one it left.
    linkSync(at('Beta (2002).mp4'), join(other, 'Beta (2002).mp4'))
    renameSync(join(other, 'Alpha, the film (2001).mp4'), at('Alpha (2001).mp4'))
    await scan()
    await isIn('Alpha (2001).mp4')
    renameSync(at('Alpha (2001).mp4'), join(other, 'Alpha, the film (2001).mp4'))
    await library.runScan({ libraryId: id })
    await isIn('Alpha, the film (2001).mp4')
    // What is still where it was is a copy.
    const copies = (await catalog.list(VIEWER, 'movie', {})).items.filter(({ name }) => name === 'Beta')
    assert.equal(copies.length, 2)
    rmSync(join(other, 'Beta (2002).mp4'))
    await library.runScan({ libraryId: id })
    const names = async (libraryId: string) =>
      (await catalog.list(VIEWER, 'movie', { libraryId })).items.flatMap((title) =>
        title.offline ? [] : [title.name],
      )
    // The pinned title keeps its name.
    assert.deepEqual(await names(id), ['Alpha'])
    // A rescan of either changes nothing.
    await scan()
    await library.runScan({ libraryId: id })
    assert.equal((await now()).files.length, 1)
    // The library it came from may go.
    await library.remove(libraryId)
    await catalog.sweep()
    assert.deepEqual(await names(id), ['Alpha'])
    assert.equal((await now()).files.length, 1)
  },
)

test('deleted and put back later: the title returns with its history', { skip }, async (t) => {
  const { at, put, scan, now } = await setUp(t)
  rmSync(at('Alpha (2001).mp4'))
  await scan()
  assert.ok((await now()).files.every((file) => file.offline))
  put('plain', 'Alpha (2001).mp4')
  utimesSync(at('Alpha (2001).mp4'), 5000, 5000)
  await scan()
  assert.deepEqual(
    (await now()).files.map((file) => file.offline),
    [false],
  )
})

test('the identity of every file is told, also of those that are away', { skip }, async (t) => {
  const { at, scan, now, library } = await setUp(t)
  const { fileId } = (await now()).files[0] ?? assert.fail('Alpha has a file')
  const identity = (await library.file(fileId))?.identity ?? ''
  rmSync(at('Alpha (2001).mp4'))
  await scan()
  const told: string[] = []
  for await (const one of library.identities()) told.push(one.identity)
  assert.equal(told.length, 2)
  assert.ok(told.includes(identity))
})
