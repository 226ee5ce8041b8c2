// Files become titles: grouped, listed by cursor, searched, kept through moves, with each viewer's history.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createHistory } from '../history/history.ts'
import { createHistoryStore } from '../history/store.ts'
import { openDatabase } from '../platform/database/database.ts'
import { createCatalog } from './catalog.ts'
import type { FileToPlace } from './placing.ts'
import { createCatalogStore } from './store.ts'

async function setUp() {
  const database = await openDatabase({ kind: 'sqlite', path: ':memory:' }, () => 1)
  let now = 1000
  const catalog = createCatalog({
    store: createCatalogStore(database.db, 'sqlite'),
    fileById: async () => null,
    nextUp: (viewerId, showId) => history.nextUpOf(viewerId, showId),
  })
  const history = createHistory({
    store: createHistoryStore(database.db),
    catalog,
    libraries: async () => [
      { id: 'films', name: 'Films' },
      { id: 'series', name: 'Series' },
    ],
    nowMs: () => ++now,
  })
  const film = (id: string, relativePath: string): FileToPlace => ({
    id,
    relativePath,
    libraryId: 'films',
    libraryKind: 'films',
    addedAtMs: ++now,
  })
  const episode = (id: string, relativePath: string): FileToPlace => ({
    id,
    relativePath,
    libraryId: 'series',
    libraryKind: 'series',
    addedAtMs: ++now,
  })
  return { catalog, history, film, episode, [Symbol.asyncDispose]: () => database[Symbol.asyncDispose]() }
}

test('versions and parts of one film are one title, and placing again changes nothing', async () => {
  await using t = await setUp()
  const files = [
    t.film('a', 'The Matrix (1999)/The Matrix (1999) - 1080p.mkv'),
    t.film('b', 'The Matrix (1999)/The Matrix (1999) - 2160p.mkv'),
    t.film('c', 'Alien (1979).mkv'),
    t.film('d', 'Alien (1979)-trailer.mkv'),
  ]
  await t.catalog.placeFiles(files)
  await t.catalog.placeFiles(files)
  const { items } = await t.catalog.list('v', 'movie', {})
  assert.deepEqual(
    items.map((i) => [i.name, i.year]),
    [
      ['Alien', 1979],
      ['The Matrix', 1999],
    ],
  )
})

test('a list is walked by cursor without gaps or repeats, in every sort', async () => {
  await using t = await setUp()
  await t.catalog.placeFiles(
    Array.from({ length: 57 }, (_, i) => t.film(`f${i}`, `Film ${i} (${1950 + (i % 7)}).mkv`)),
  )
  for (const sort of ['name', 'added', 'year', 'rating', 'runtime'] as const)
    for (const order of ['asc', 'desc'] as const) {
      const seen: string[] = []
      let cursor: string | null = null
      do {
        const page: Awaited<ReturnType<typeof t.catalog.list>> = await t.catalog.list('v', 'movie', {
          sort,
          order,
          limit: 10,
          ...(cursor && { cursor }),
        })
        seen.push(...page.items.map((i) => i.id))
        cursor = page.nextCursor
      } while (cursor)
      assert.equal(new Set(seen).size, 57, `${sort} ${order}`)
      assert.equal(seen.length, 57)
    }
  const byName = await t.catalog.list('v', 'movie', { limit: 3 })
  assert.deepEqual(
    byName.items.map((i) => i.name),
    ['Film 0', 'Film 1', 'Film 2'],
  )
  await assert.rejects(t.catalog.list('v', 'movie', { cursor: 'nonsense' }), { code: 'invalid-request' })
})

test('a series has seasons and episodes; a range plays two; the next one up follows what was watched', async () => {
  await using t = await setUp()
  await t.catalog.placeFiles([
    t.episode('1', 'Fargo (2014)/Season 1/Fargo - s01e01 - The Crocodile.mkv'),
    t.episode('2', 'Fargo (2014)/Season 1/Fargo - s01e02-e03.mkv'),
    t.episode('3', 'Fargo (2014)/Season 2/Fargo - s02e01.mkv'),
    t.episode('0', 'Fargo (2014)/Specials/Fargo - s00e01 - Special.mkv'),
  ])
  const [show] = (await t.catalog.list('v', 'show', {})).items
  assert.ok(show)
  assert.deepEqual([show.name, show.year, show.state.unwatchedCount], ['Fargo', 2014, 5])
  const details = await t.catalog.title('v', show.id)
  assert.deepEqual(
    details.children.map((s) => [s.name, s.state.unwatchedCount]),
    [
      ['Specials', 1],
      ['Season 1', 3],
      ['Season 2', 1],
    ],
  )
  const season = await t.catalog.title('v', details.children[1]!.id)
  assert.deepEqual(
    season.children.map((e) => [e.episodeNumber, e.name]),
    [
      [1, 'The Crocodile'],
      [2, 'Episode 2'],
      [3, 'Episode 3'],
    ],
  )
  const [first, second] = season.children
  assert.equal(details.nextUp?.id, first!.id)

  await t.history.saveProgress('v', first!.id, { positionSeconds: 300, durationSeconds: 3000 })
  assert.deepEqual(
    (await t.history.home('v')).rows.map((r) => r.id),
    ['continue', 'added:series'],
  )
  await t.history.saveProgress('v', first!.id, { positionSeconds: 2990, durationSeconds: 3000 })
  const home = await t.history.home('v')
  assert.deepEqual(
    home.rows.map((r) => [r.id, r.items[0]!.id]),
    [
      ['next-up', second!.id],
      ['added:series', show.id],
    ],
  )
  assert.equal((await t.catalog.title('v', show.id)).state.unwatchedCount, 4)
  assert.equal((await t.catalog.title('other', show.id)).state.unwatchedCount, 5)

  const all = await t.history.setWatched('v', show.id, true)
  assert.deepEqual([all.watched, all.unwatchedCount], [true, 0])
  assert.equal((await t.catalog.title('v', season.id)).state.watched, true)
  assert.equal((await t.catalog.list('v', 'show', { watched: false })).items.length, 0)
})

test('a moved file keeps its title and history; a deleted one leaves the lists; an offline one stays, marked', async () => {
  await using t = await setUp()
  await t.catalog.placeFiles([t.film('a', 'Heat (1995).mkv')])
  const id = (await t.catalog.list('v', 'movie', {})).items[0]!.id
  await t.history.setFavourite('v', id, true)
  await t.catalog.placeFiles([t.film('a', 'Crime/Heat (1995)/Heat (1995) - Remastered.mkv')])
  const moved = (await t.catalog.list('v', 'movie', { favourite: true })).items
  assert.deepEqual(
    moved.map((m) => m.id),
    [id],
  )
  await t.catalog.setOffline(['a'], true)
  assert.equal((await t.catalog.list('v', 'movie', {})).items[0]!.offline, true)
  await t.catalog.forgetFiles(['a'])
  assert.equal((await t.catalog.list('v', 'movie', {})).items.length, 0)
  await t.catalog.placeFiles([t.film('b', 'Heat (1995).mkv')])
  const back = (await t.catalog.list('v', 'movie', {})).items[0]!
  assert.deepEqual([back.id, back.state.favourite, back.offline], [id, true, false])
})

test('search finds parts of words, short beginnings, and survives query syntax', async () => {
  await using t = await setUp()
  await t.catalog.placeFiles([
    t.film('a', 'Amélie (2001).mkv'),
    t.film('b', 'The Matrix Reloaded (2003).mkv'),
    t.film('c', 'Up (2009).mkv'),
  ])
  const names = async (q: string) => (await t.catalog.search('v', q)).map((i) => i.name)
  assert.deepEqual(await names('reload'), ['The Matrix Reloaded'])
  assert.deepEqual(await names('amelie'), ['Amélie'])
  assert.deepEqual(await names('up'), ['Up'])
  assert.deepEqual(await names('" OR *'), [])
  assert.deepEqual(await names('matrix re'), ['The Matrix Reloaded'])
  // As you type: from the first letter on, films and series, whatever article they begin with.
  await t.catalog.placeFiles([
    t.episode('d', 'The Umbrella Show/The Umbrella Show S01E01.mkv'),
    t.film('e', 'Die Unendliche Geschichte (1984).mkv'),
  ])
  assert.deepEqual(await names('u'), ['The Umbrella Show', 'Die Unendliche Geschichte', 'Up'])
  assert.deepEqual(await names('un'), ['Die Unendliche Geschichte'])
  // Words too short for the text index count as well: not everything that has an article.
  assert.deepEqual(await names('the m'), ['The Matrix Reloaded'])
  assert.deepEqual(await names('matrix xx'), [])
  await t.catalog.placeFiles([t.film('f', 'WALL-E (2008).mkv')])
  assert.deepEqual(await names('wall e'), ['WALL-E'])
})

test('the library tells of files: broken ones make no title, forgotten ones leave the lists', async () => {
  await using t = await setUp()
  const file = {
    libraryId: 'films',
    libraryKind: 'films' as const,
    path: '/x',
    sizeBytes: 1,
    modifiedAtMs: 1,
    addedAtMs: 1,
    identity: 'i',
    media: null,
    reason: null,
    offline: false,
  }
  const good = { ...file, id: 'a', relativePath: 'Heat (1995).mkv', state: 'ready' as const }
  await t.catalog.hear([
    good,
    { ...file, id: 'b', relativePath: 'Broken (1996).mkv', state: 'broken' as const },
  ])
  assert.deepEqual(
    (await t.catalog.list('v', 'movie', {})).items.map((i) => i.name),
    ['Heat'],
  )
  // This database holds no row of the file: once it is offline, that means it was forgotten.
  await t.catalog.hear([{ ...good, offline: true }])
  assert.equal((await t.catalog.list('v', 'movie', {})).items.length, 0)
})

test("a series goes to another library with the last of its files, with everybody's history", async () => {
  await using t = await setUp()
  const files = [1, 2].map((n) => t.episode(`e${n}`, `Dark/Season 1/Dark S01E0${n}.mkv`))
  const [one, two] = files
  assert.ok(one && two)
  await t.catalog.placeFiles([...files, t.episode('o', 'Lost/Lost S01E01.mkv')])
  const names = async (libraryId: string) =>
    (await t.catalog.list('v', 'show', { libraryId })).items.map(({ name }) => name)
  const [show] = (await t.catalog.list('v', 'show', {})).items
  assert.equal(show?.name, 'Dark')
  const [first] = await t.catalog.episodes('v', show.id)
  assert.ok(first)
  await t.history.setWatched('v', first.id, true)
  const moved = (file: FileToPlace) => ({ ...file, libraryId: 'archive' })
  await t.catalog.placeFiles([moved(one)])
  assert.deepEqual([await names('archive'), await names('series')], [[], ['Dark', 'Lost']])
  await t.catalog.placeFiles([moved(two)])
  assert.deepEqual([await names('archive'), await names('series')], [['Dark'], ['Lost']])
  assert.equal((await t.catalog.title('v', show.id)).state.unwatchedCount, 1)
  // What is added there joins it.
  await t.catalog.placeFiles([moved(t.episode('e3', 'Dark/Season 1/Dark S01E03.mkv'))])
  assert.equal((await t.catalog.episodes('v', show.id)).length, 3)
  assert.deepEqual([await names('archive'), await names('series')], [['Dark'], ['Lost']])
})
