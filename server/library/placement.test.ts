// Which title a path plays, and what keeps two titles apart.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { placementOf, sortKeyOf } from './placement.ts'

test('versions of a film in its own folder have one identity and a label', () => {
  const [a, b] = ['Iron Man/Iron Man-720p.mkv', 'Iron Man/Iron Man[test].mkv'].map((p) =>
    placementOf(p, 'films'),
  )
  assert.equal(a!.identity, b!.identity)
  assert.deepEqual([a!.version, b!.version], ['720p', 'test'])
})

test('sort keys leave articles and marks aside and order numbers by value', () => {
  assert.deepEqual(
    ['The Matrix', 'Ärger', 'Rocky 10', 'Rocky 2'].toSorted((a, b) => (sortKeyOf(a) < sortKeyOf(b) ? -1 : 1)),
    ['Ärger', 'The Matrix', 'Rocky 2', 'Rocky 10'],
  )
})

const show = (path: string) => placementOf(path, 'series')?.identity

test('shows of one name and different years are different shows', () => {
  const [old, recent] = [1963, 2005].map((y) =>
    show(`Doctor Who (${y})/Season 01/Doctor Who (${y}) - S01E01.mkv`),
  )
  assert.notEqual(old, recent)
  // The folder speaks for the files that leave the year out.
  assert.equal(show('Doctor Who (2005)/Season 02/Doctor Who - S02E01.mkv'), recent)
  assert.equal(show('Doctor Who (2005)/Season 03/03 - Blink.mkv'), recent)
  assert.notEqual(show('Recorded/Doctor.Who.1963.S01E01.mkv'), show('Recorded/Doctor.Who.2005.S01E01.mkv'))
})

test('a season that is a year does not split its show', () => {
  assert.equal(show('News Hour/S2019E05.mkv'), show('News Hour/S2020E01.mkv'))
  assert.equal(show('News.Hour.S2019E05.mkv'), show('News.Hour.S2020E01.mkv'))
})

test('what was told between two episodes is a special, and no version of the one before', () => {
  const [fifth, between] = ['05', '05.5'].map((n) =>
    placementOf(`[Grp] Some Hero - ${n} [1080p].mkv`, 'mixed'),
  )
  assert.equal(fifth?.identity, between?.identity)
  assert.notEqual(fifth?.episodes[0]?.identity, between?.episodes[0]?.identity)
  assert.deepEqual([fifth?.season, between?.season, between?.episodes[0]?.name], [1, 0, '5.5'])
})

test('films of one name and different years are different films', () => {
  const film = (y: number) => placementOf(`Dune (${y})/Dune (${y}).mkv`, 'films')?.identity
  assert.notEqual(film(1984), film(2021))
})

for (const path of [
  'Film (2010)/Sample/film-sample.mkv',
  'Film (2010)/sample.mkv',
  'Film (2010)/Film (2010)-trailer.mkv',
  'Film (2010)/Extras/Making of.mkv',
  'Film (2010)/Featurettes/An interview.mkv',
  'Show/Season 1/Extras/Gag Reel.mkv',
  'Show/Season 1/Show S01E01-sample.mkv',
])
  test(`no title of its own: ${path}`, () => {
    for (const kind of ['films', 'series', 'mixed'] as const) assert.equal(placementOf(path, kind), null)
  })
