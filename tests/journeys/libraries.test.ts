// Libraries over HTTP: added, changed, scanned, browsed and removed, with wrong input answered in words.
import assert from 'node:assert/strict'
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { listMovies, searchTitles } from '../../shared/api/catalog.ts'
import {
  addLibrary,
  browseFolders,
  changeLibrary,
  listLibraries,
  listMediaFiles,
  removeLibrary,
  scanLibrary,
} from '../../shared/api/library.ts'
import { type Client, createTestApp } from '../support/app.ts'

const corpus = join(import.meta.dirname, '../../../shared/corpora/media/files')
const skip = existsSync(corpus) ? false : 'the media corpus is not here'

/** Until nothing is queued or running any more. */
async function scanned(owner: Client, since: number, id: string) {
  for (;;) {
    const { items } = await owner.call(listLibraries, {})
    const scan = items.find((one) => one.id === id)?.scan
    if (scan?.finishedAtMs && (scan.startedAtMs ?? 0) >= since) return scan
    await new Promise((go) => setTimeout(go, 20))
  }
}

test('a library is added, changed, scanned and removed over HTTP', { skip, timeout: 60_000 }, async (t) => {
  const home = mkdtempSync(join(tmpdir(), 'libraries-'))
  t.after(() => rmSync(home, { recursive: true }))
  const [one, two] = [join(home, 'one'), join(home, 'two')]
  mkdirSync(one)
  mkdirSync(two)
  const put = (path: string) => {
    mkdirSync(join(path, '..'), { recursive: true })
    copyFileSync(join(corpus, 'androidx__sample.mp4'), path)
  }
  put(join(one, 'Alpha (2001).mp4'))
  put(join(two, 'Beta (2002).mp4'))
  await using app = await createTestApp({ env: { MEDIASERVER_BROWSE_ROOTS: home } })
  const owner = await app.owner()
  const names = async () =>
    (await owner.call(listMovies, { query: {} })).items.map((movie) => movie.name).toSorted()

  let since = Date.now()
  const added = await owner.call(addLibrary, { body: { name: 'Films', kind: 'films', folders: [one] } })
  assert.equal((await scanned(owner, since, added.id)).filesAdded, 1)
  assert.deepEqual(await names(), ['Alpha'])

  since = Date.now()
  const changed = await owner.call(changeLibrary, {
    params: { id: added.id },
    body: { name: 'Kino', folders: [one, two] },
  })
  assert.deepEqual([changed.name, changed.folders.length], ['Kino', 2])
  await scanned(owner, since, added.id)
  assert.deepEqual(await names(), ['Alpha', 'Beta'])
  const { items } = await owner.call(listMediaFiles, { query: { libraryId: added.id } })
  assert.ok(items.every((file) => file.titleId !== null && file.state === 'ready'))

  // Several filters at once, and words that are too short for the text index.
  const filtered = await owner.call(listMovies, {
    query: { videoCodec: 'h264', resolution: '720p', hdr: false, sort: 'name' },
  })
  assert.deepEqual(
    filtered.items.map((movie) => movie.name),
    ['Alpha', 'Beta'],
  )
  const none = await owner.call(listMovies, { query: { videoCodec: 'h264', resolution: '4k' } })
  assert.deepEqual(none.items, [])
  const search = async (q: string) =>
    (await owner.call(searchTitles, { query: { q } })).items.map((title) => title.name)
  assert.deepEqual([await search('alph'), await search('alpha b')], [['Alpha'], []])

  since = Date.now()
  put(join(one, 'deep/Gamma (2003).mp4'))
  await owner.call(scanLibrary, { params: { id: added.id }, body: { subPath: 'deep' } })
  await scanned(owner, since, added.id)
  assert.deepEqual(await names(), ['Alpha', 'Beta', 'Gamma'])

  await owner.call(changeLibrary, { params: { id: added.id }, body: { folders: [one] } })
  assert.deepEqual(await names(), ['Alpha', 'Gamma'])
  await owner.call(removeLibrary, { params: { id: added.id } })
  assert.deepEqual([await names(), (await owner.call(listLibraries, {})).items], [[], []])
  assert.ok(existsSync(join(one, 'Alpha (2001).mp4')))
})

test('folders of one name on two disks are told apart', async (t) => {
  const home = mkdtempSync(join(tmpdir(), 'libraries-'))
  t.after(() => rmSync(home, { recursive: true }))
  const folders = ['disk1', 'disk2'].map((disk) => join(home, disk, 'Films'))
  for (const folder of folders) mkdirSync(folder, { recursive: true })
  await using app = await createTestApp({ folders })
  const { items } = await (await app.owner()).call(listLibraries, {})
  assert.deepEqual(items.map(({ name, kind }) => `${name}: ${kind}`).toSorted(), [
    'Films (disk2): films',
    'Films: films',
  ])
})

test('wrong input is answered in words, and nobody looks outside the allowed folders', async (t) => {
  const home = mkdtempSync(join(tmpdir(), 'libraries-'))
  t.after(() => rmSync(home, { recursive: true }))
  const films = join(home, 'films')
  mkdirSync(join(films, 'old'), { recursive: true })
  await using app = await createTestApp({ env: { MEDIASERVER_BROWSE_ROOTS: home } })
  const owner = await app.owner()
  const add = (folders: string[], name = 'Films') =>
    owner.refused(addLibrary, { body: { name, kind: 'films', folders } })

  const whole = await owner.call(browseFolders, { query: {} })
  assert.deepEqual([whole.parent, whole.folders.map((folder) => folder.path)], [null, [home]])
  const inside = await owner.call(browseFolders, { query: { path: home } })
  assert.deepEqual([inside.parent, inside.folders.map((folder) => folder.name)], [null, ['films']])
  for (const path of ['/etc', join(home, '..'), `${home}/../..`, '/'])
    assert.equal(
      (await owner.refused(browseFolders, { query: { path } })).type,
      '/problems/folder-unreadable',
      path,
    )
  assert.equal((await add(['/etc'])).type, '/problems/folder-unreadable')
  assert.equal((await add(['films'])).type, '/problems/folder-unreadable')
  assert.equal((await add([join(home, 'absent')])).type, '/problems/folder-unreadable')
  assert.equal((await add([films, join(films, 'old')])).type, '/problems/folder-in-use')
  assert.equal((await add([])).type, '/problems/invalid-request')
  assert.equal((await add([films], '')).type, '/problems/invalid-request')

  const { id } = await owner.call(addLibrary, { body: { name: 'Films', kind: 'films', folders: [films] } })
  assert.equal((await add([join(films, 'old')])).type, '/problems/folder-in-use')
  const scan = (params: { id: string }, subPath: string) =>
    owner.refused(scanLibrary, { params, body: { subPath } })
  assert.equal((await scan({ id }, '../..')).type, '/problems/invalid-request')
  assert.equal((await scan({ id: 'none' }, '')).type, '/problems/library-not-found')
  assert.equal(
    (await owner.refused(removeLibrary, { params: { id: 'none' } })).type,
    '/problems/library-not-found',
  )
  assert.equal((await app.client().refused(listLibraries, {})).type, '/problems/not-signed-in')

  if (process.getuid?.() !== 0) {
    const locked = join(home, 'locked')
    mkdirSync(locked, { mode: 0 })
    assert.match((await add([locked])).detail ?? '', /permissions/)
    chmodSync(locked, 0o700)
  }
})
