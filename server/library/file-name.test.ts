// What names of the documented conventions mean, and that hostile ones cost nothing.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { guessFromPath, type LibraryKindHint } from './file-name.ts'
import { placementOf, sortKeyOf } from './placement.ts'

const cases: [string, LibraryKindHint, Record<string, unknown>][] = [
  [
    'Dune (2021) {tmdb-438631}/Dune (2021) {edition-IMAX}.mkv',
    'films',
    { title: 'Dune', year: 2021, ids: { tmdb: 438631 }, edition: 'IMAX' },
  ],
  ['2001 A Space Odyssey (1968).mkv', 'mixed', { kind: 'movie', title: '2001 A Space Odyssey', year: 1968 }],
  ['1917.2019.1080p.BluRay.x264-GROUP.mkv', 'films', { title: '1917', year: 2019 }],
  ['Blade.Runner.2049.2017.2160p.mkv', 'films', { title: 'Blade Runner 2049', year: 2017 }],
  [
    'Lost/Season 2/Lost - 2x03-04 - Orientation.avi',
    'series',
    { title: 'Lost', season: 2, episodes: [3, 4], episodeTitle: 'Orientation' },
  ],
  ['Lost/Specials/Lost - s00e01.avi', 'series', { season: 0, episodes: [1] }],
  [
    '[Group] Frieren - 07 [1080p][ABCD1234].mkv',
    'mixed',
    { kind: 'episode', title: 'Frieren', episodes: [7], isAbsolute: true },
  ],
  ['The Daily Show/The.Daily.Show.2015.07.22.mkv', 'series', { date: '2015-07-22', title: 'The Daily Show' }],
  ['Kill Bill (2003)/Kill Bill (2003) - cd2.mkv', 'films', { title: 'Kill Bill', part: 2 }],
  ['Alien (1979)/Trailers/teaser.mkv', 'films', { extra: 'trailer' }],
]
for (const [path, hint, expected] of cases)
  test(path, () => {
    const guess: Record<string, unknown> = guessFromPath(path, hint)
    for (const [field, value] of Object.entries(expected)) assert.deepEqual(guess[field], value, field)
  })

test('hostile names are read to the end', () => {
  for (const piece of [
    '[',
    '(',
    ' - ',
    '1-',
    'S01E',
    'S01E01',
    'x',
    '\u202e',
    '.',
    '\ud800',
    '第',
    'part 1 ',
    '../',
  ])
    assert.equal(typeof guessFromPath(`${piece.repeat(2000)}.mkv`).kind, 'string')
})

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
