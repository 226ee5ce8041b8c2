// Titles that are one film or series become one, whoever says so: files, histories, favourites and pins go along, and back.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Candidate } from '#shared/api/review.ts'
import type { OpenDatabase } from '../../server/platform/database/database.ts'
import type { TitleMatchTable } from '../../server/platform/database/schema.ts'
import { createMerging } from '../../server/catalog/metadata/merging.ts'
import { createReview, mergeChange } from '../../server/catalog/metadata/review.ts'
import { createMetadataStore } from '../../server/catalog/store-metadata.ts'
import { createWatchedTitles } from '../support/watched-titles.ts'

async function setUp(database: OpenDatabase) {
  let now = 1000
  const store = createMetadataStore(database.db)
  const { catalogStore, catalog, history } = createWatchedTitles(database, () => ++now)
  const merging = createMerging({ store, catalogStore })
  const review = createReview({
    store,
    merging,
    // Every number that is chosen here is among the candidates.
    tmdb: {} as never,
    fileById: async () => null,
    onChanged: async () => {},
    nowMs: () => ++now,
  })
  const place = async (...paths: string[]) => {
    await catalog.placeFiles(
      paths.map((relativePath) => ({
        id: `file of ${relativePath}`,
        relativePath,
        libraryId: 'l',
        libraryKind: 'mixed' as const,
        addedAtMs: ++now,
      })),
    )
  }
  const titles = async (kind: 'movie' | 'show') => (await catalog.list('v', kind, {})).items
  const idOf = async (kind: 'movie' | 'show', name: string): Promise<string> => {
    const found = (await titles(kind)).find((title) => title.name === name)
    assert.ok(found, name)
    return found.id
  }
  const match = (titleId: string, remoteId: number | null, state: TitleMatchTable['state']) => {
    const one = (id: number): Candidate => ({
      remoteId: id,
      name: 'It',
      originalName: null,
      year: 2001,
      runtimeSeconds: null,
      confidence: 1,
      parts: [],
      posterPath: null,
    })
    const row = {
      title_id: titleId,
      library_id: 'l',
      state,
      remote_id: remoteId,
      confidence: 1,
      candidates: JSON.stringify([one(7), one(8)]),
      evidence: 'e',
      matched_at_ms: now,
      enriched_at_ms: null,
    }
    return store.setMatches([row], () => '[]')
  }
  const files = async (id: string) => (await catalogStore.filesOf(id)).map((link) => link.file_id)
  return {
    catalog,
    history,
    merging,
    review,
    store,
    place,
    titles,
    idOf,
    match,
    files,
    /** As the matcher does once it has judged a title. */
    unite: (titleId: string) => merging.unite([titleId], (united) => mergeChange(united, ++now)),
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  }
}

export function mergingContract(name: string, open: () => Promise<OpenDatabase>): void {
  const it = (title: string, body: (t: Awaited<ReturnType<typeof setUp>>) => Promise<void>) =>
    void test(`merging ${name}: ${title}`, async () => {
      await using t = await setUp(await open())
      await body(t)
    })

  it('of one title the plain file comes before versions with a name', async (t) => {
    await t.place('The Film (2001) - Director’s Cut.mkv', 'The Film (2001).mkv')
    assert.deepEqual(await t.files(await t.idOf('movie', 'The Film')), [
      'file of The Film (2001).mkv',
      'file of The Film (2001) - Director’s Cut.mkv',
    ])
  })

  it('two films that a person says are one: one title with both files, taken back by undo', async (t) => {
    await t.place('Le Film (2001).mkv', 'The Film (2001).mkv')
    const [old, other] = [await t.idOf('movie', 'Le Film'), await t.idOf('movie', 'The Film')]
    await t.match(old, 7, 'matched')
    await t.match(other, null, 'review')
    await t.history.saveProgress('v', old, { positionSeconds: 30, durationSeconds: 100 })
    await t.history.saveProgress('v', other, { positionSeconds: 60, durationSeconds: 100 })
    await t.history.setFavourite('v', old, true)
    await t.history.setWatched('w', other, true)

    const change = await t.review.apply('owner', [{ titleId: other, remoteId: 7 }])
    const one = await t.catalog.title('v', old)
    assert.deepEqual(
      (await t.titles('movie')).map(({ id }) => id),
      [old],
    )
    assert.deepEqual(await t.files(old), ['file of Le Film (2001).mkv', 'file of The Film (2001).mkv'])
    assert.deepEqual([one.state.positionSeconds, one.state.favourite, one.match.state], [60, true, 'pinned'])
    assert.equal((await t.catalog.state('w', old)).watched, true)
    // Its old address leads there, and so do what is watched under it and new files of its name.
    assert.equal((await t.catalog.title('v', other)).id, old)
    await t.history.saveProgress('x', other, { positionSeconds: 20, durationSeconds: 100 })
    assert.equal((await t.catalog.state('x', old)).positionSeconds, 20)
    await t.place('The Film (2001) - 1080p.mkv')
    assert.equal((await t.files(old)).length, 3)
    // A rescan changes nothing.
    await t.place('Le Film (2001).mkv', 'The Film (2001).mkv')
    assert.equal((await t.titles('movie')).length, 1)

    await t.review.undo(change.id)
    assert.deepEqual(
      (await t.titles('movie')).map(({ name }) => name),
      ['Le Film', 'The Film'],
    )
    const [first, second] = [await t.catalog.title('v', old), await t.catalog.title('v', other)]
    assert.deepEqual(
      [first.id, first.state.positionSeconds, first.state.favourite, first.match.state],
      [old, 30, true, 'matched'],
    )
    assert.deepEqual([second.id, second.state.positionSeconds, second.match.state], [other, 60, 'review'])
    assert.equal((await t.catalog.state('w', old)).watched, false)
    assert.equal((await t.catalog.state('w', other)).watched, true)
    // What was watched meanwhile is kept where it was watched.
    assert.equal((await t.catalog.state('x', old)).positionSeconds, 20)
  })

  it('two shows: common episodes become versions, the others stay with their history', async (t) => {
    await t.place('Serie/Season 1/Serie S01E01.mkv', 'Serie/Season 1/Serie S01E02.mkv')
    await t.place(
      'Series/Season 1/Series S01E02.mkv',
      'Series/Season 1/Series S01E03.mkv',
      'Series/Season 2/Series S02E01.mkv',
    )
    const [old, other] = [await t.idOf('show', 'Serie'), await t.idOf('show', 'Series')]
    const episodes = async (showId: string) =>
      (await t.catalog.episodes('v', showId)).map(
        (e) => `${e.season_number}x${e.episode_number} ${e.file_count} ${e.watched ?? 0}`,
      )
    for (const episode of await t.catalog.episodes('v', other))
      await t.history.setWatched('v', episode.id, true)
    await t.match(old, 7, 'matched')
    await t.match(other, 7, 'pinned')
    await t.unite(other)
    assert.deepEqual(
      (await t.titles('show')).map(({ id }) => id),
      [old],
    )
    assert.deepEqual(await episodes(old), ['1x1 1 0', '1x2 2 1', '1x3 1 1', '2x1 1 1'])
    const show = await t.catalog.title('v', old)
    assert.deepEqual(
      show.children.map((season) => season.name),
      ['Season 1', 'Season 2'],
    )
    assert.deepEqual([show.state.unwatchedCount, show.match.state], [1, 'pinned'])
    assert.equal(await t.history.nextUpOf('v', old), (await t.catalog.episodes('v', old))[0]?.id)

    // New episodes come under either name.
    await t.place(
      'Series/Season 2/Series S02E02.mkv',
      'Series/Season 1/Series S01E01.mkv',
      'Serie/Season 2/Serie S02E02.mkv',
    )
    assert.deepEqual(await episodes(old), ['1x1 2 0', '1x2 2 1', '1x3 1 1', '2x1 1 1', '2x2 2 0'])
    assert.equal((await t.titles('show')).length, 1)

    const [change] = (await t.review.changes()).items
    assert.deepEqual([change?.madeBy, change?.mergeCount, change?.names], ['matcher', 1, ['Serie', 'Series']])
    await t.review.undo(change?.id ?? '')
    assert.equal((await t.catalog.title('v', old)).match.state, 'matched')
    // Taken apart by a person: the matcher leaves them so, until a person says that they are one.
    await t.unite(old)
    await t.unite(other)
    assert.equal((await t.titles('show')).length, 2)
    assert.deepEqual(await episodes(other), ['1x2 1 1', '1x3 1 1', '2x1 1 1'])
    assert.equal((await t.catalog.title('v', other)).state.unwatchedCount, 0)
    assert.deepEqual((await episodes(old)).slice(0, 2), ['1x1 2 0', '1x2 1 0'])
  })

  it('a film whose files are long gone gives its history to the one that comes back under another name', async (t) => {
    await t.place('Film (2001).mkv')
    const old = await t.idOf('movie', 'Film')
    await t.match(old, 7, 'matched')
    await t.history.saveProgress('v', old, { positionSeconds: 30, durationSeconds: 100 })
    await t.catalog.forgetFiles(['file of Film (2001).mkv'])
    assert.equal((await t.titles('movie')).length, 0)
    await t.place('Il Film (2001).mkv')
    const other = await t.idOf('movie', 'Il Film')
    await t.match(other, 7, 'matched')
    await t.unite(other)
    assert.deepEqual(
      (await t.titles('movie')).map(({ id }) => id),
      [old],
    )
    assert.equal((await t.catalog.state('v', old)).positionSeconds, 30)
  })

  it('a film and a series of one number, and titles of two libraries, stay apart', async (t) => {
    await t.place('Film (2001).mkv', 'Serie/Season 1/Serie S01E01.mkv')
    const [film, show] = [await t.idOf('movie', 'Film'), await t.idOf('show', 'Serie')]
    await t.match(film, 7, 'matched')
    await t.match(show, 7, 'matched')
    await t.merging.unite([film, show], () => assert.fail('nothing is to be merged'))
  })

  it('a merge and the record that takes it back are written together or not at all', async (t) => {
    await t.place('Le Film (2001).mkv', 'The Film (2001).mkv')
    const [old, other] = [await t.idOf('movie', 'Le Film'), await t.idOf('movie', 'The Film')]
    await t.match(old, 7, 'matched')
    await t.match(other, 7, 'pinned')
    const broken = t.merging.unite([other], () => {
      throw new Error('the power went')
    })
    await assert.rejects(broken, /the power went/)
    assert.equal((await t.titles('movie')).length, 2)
    assert.deepEqual((await t.review.changes()).items, [])
    assert.equal((await t.store.match(old))?.state, 'matched')
    await t.unite(other)
    assert.equal((await t.titles('movie')).length, 1)
    assert.equal((await t.store.match(old))?.state, 'pinned')
  })

  it('who chooses again what was taken apart puts it together', async (t) => {
    await t.place('Le Film (2001).mkv', 'The Film (2001).mkv')
    const [old, other] = [await t.idOf('movie', 'Le Film'), await t.idOf('movie', 'The Film')]
    await t.match(old, 7, 'matched')
    await t.match(other, 7, 'matched')
    await t.unite(other)
    await t.review.undo((await t.review.changes()).items[0]?.id ?? '')
    await t.unite(old)
    assert.equal((await t.titles('movie')).length, 2)
    await t.review.apply('owner', [{ titleId: other, remoteId: 7 }])
    assert.equal((await t.titles('movie')).length, 1)
  })
}
