// Which episode comes next for a viewer, in both databases.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { OpenDatabase } from '../../server/platform/database/database.ts'
import { createWatchedTitles } from '../support/watched-titles.ts'

const PATHS = ['Specials/Dark S00E01', 'Season 1/Dark S01E01', 'Season 1/Dark S01E02', 'Season 2/Dark S02E01']

export function nextUpContract(name: string, open: () => Promise<OpenDatabase>): void {
  test(`${name}: what comes next is what was left, else what follows, else what was left out, else a special`, async () => {
    await using database = await open()
    let now = 1000
    const { catalog, history } = createWatchedTitles(database, () => ++now)
    const file = { libraryId: 'l', libraryKind: 'series' as const, addedAtMs: 1 }
    const paths = [...PATHS.map((path) => `Dark/${path}.mkv`), 'Lost/Lost S01E01.mkv']
    await catalog.placeFiles(paths.map((relativePath) => ({ ...file, id: relativePath, relativePath })))
    const [show] = (await catalog.list('v', 'show', {})).items
    assert.ok(show)
    const episodes = await catalog.episodes('v', show.id)
    const at = (season: number, number: number) =>
      episodes.find((e) => e.season_number === season && e.episode_number === number)?.id ?? 'none'
    const next = () => history.nextUpOf('v', show.id)
    const watch = (season: number, number: number) => history.setWatched('v', at(season, number), true)

    assert.equal(await next(), at(1, 1), 'nothing seen: the first that is no special')
    await watch(1, 2)
    assert.equal(await next(), at(2, 1), 'after the one watched last, whatever was left out')
    await history.saveProgress('v', at(1, 1), { positionSeconds: 300, durationSeconds: 3000 })
    assert.equal(await next(), at(1, 1), 'the one left unfinished')
    const { rows } = await history.home('v')
    assert.ok(!rows.some(({ id }) => id === 'next-up'), 'it is among those to go on with, not twice')
    await history.setWatched('v', at(1, 1), false)
    await watch(2, 1)
    assert.equal(await next(), at(1, 1), 'nothing follows: what was left out, before specials')
    await watch(1, 1)
    assert.equal(await next(), at(0, 1), 'only a special is left')
    await watch(0, 1)
    assert.equal(await next(), null, 'all is watched')
    await history.setWatched('v', show.id, false)
    await history.setWatched('v', show.id, true)
    await history.setWatched('v', at(1, 2), false)
    assert.equal(await next(), at(1, 2), 'all at once: of one moment the last episode counts')
  })
}
