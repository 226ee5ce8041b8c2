// Parts of one film, versions of it, and what only looks like either.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { groupFiles } from './grouping.ts'

const shape = (paths: string[], kind: 'films' | 'series' = 'films') =>
  groupFiles(paths, kind).map((entry) => entry.versions.map((version) => version.parts.length))

test('parts are one version, in the order of their numbers', () => {
  const [entry] = groupFiles(
    ['Ben-Hur (1959)/Ben-Hur (1959) - cd2.avi', 'Ben-Hur (1959)/Ben-Hur (1959) - cd1.avi'],
    'films',
  )
  assert.deepEqual(entry?.versions[0]?.parts, [
    'Ben-Hur (1959)/Ben-Hur (1959) - cd1.avi',
    'Ben-Hur (1959)/Ben-Hur (1959) - cd2.avi',
  ])
  assert.equal(entry?.versions[0]?.name, 'Ben-Hur (1959)')
})

test('versions lie beside stacks', () =>
  assert.deepEqual(
    shape([
      'F (1999)/F (1999) - 4K.mkv',
      'F (1999)/F (1999) - DVD pt1.mkv',
      'F (1999)/F (1999) - DVD pt2.mkv',
    ]),
    [[1, 2]],
  ))

test('a part alone is a whole', () => assert.deepEqual(shape(['Kill Bill part1.mkv']), [[1]]))

test('films of a row, numbered, are films each', () =>
  assert.deepEqual(shape(['Rocky 1.mkv', 'Rocky 2.mkv', 'Rocky 3.mkv']), [[1], [1], [1]]))

test('episodes meet in versions, not with each other', () =>
  assert.deepEqual(
    shape(
      ['S/Season 1/S - S01E01 - 720p.mkv', 'S/Season 1/S - S01E01 - 1080p.mkv', 'S/Season 1/S - S01E02.mkv'],
      'series',
    ),
    [[1, 1], [1]],
  ))

test('extras stand alone, notes are no videos', () =>
  assert.deepEqual(shape(['F.mkv', 'F.nfo', 'F-trailer.mkv']), [[1], [1]]))
