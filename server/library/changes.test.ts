// Disk against rows: the pure decisions of a scan.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { changesOf, type KnownFile, looksUnmounted, movesOf } from './changes.ts'

const seen = (relativePath: string, sizeBytes = 10, modifiedAtMs = 1, inode = relativePath) => ({
  relativePath,
  sizeBytes,
  modifiedAtMs,
  inode,
})
const known = (id: string, path: string, extra: Partial<KnownFile> = {}): KnownFile => ({
  ...seen(path),
  id,
  fingerprint: `print-${id}`,
  isOffline: false,
  ...extra,
})

test('size or time make a file changed, presence makes it back, absence gone', () => {
  const changes = changesOf(
    [known('1', 'same'), known('2', 'grown'), known('3', 'away', { isOffline: true }), known('4', 'gone')],
    [seen('same'), seen('grown', 11), seen('away'), seen('new')],
  )
  assert.deepEqual(
    changes.added.map((file) => file.relativePath),
    ['new'],
  )
  assert.deepEqual(
    changes.changed.map(({ id }) => id),
    ['2'],
  )
  assert.deepEqual(changes.back, ['3'])
  assert.deepEqual(
    changes.gone.map(({ id }) => id),
    ['4'],
  )
})

test('a move is found by inode first, then by contents, never when two could be meant', () => {
  const gone = [
    known('1', 'a', { inode: 'i1' }),
    known('2', 'b'),
    known('3', 'c', { fingerprint: 'twin' }),
    known('4', 'd', { fingerprint: 'twin' }),
  ]
  const added = [seen('a2', 10, 1, 'i1'), seen('b2', 10, 99), seen('c2', 10, 99)]
  const moves = movesOf({ added, gone }, (file) => (file.relativePath === 'b2' ? 'print-2' : 'twin'))
  assert.deepEqual(
    moves.moved.map(({ id, file }) => [id, file.relativePath]),
    [
      ['1', 'a2'],
      ['2', 'b2'],
    ],
  )
  assert.deepEqual(
    moves.added.map((file) => file.relativePath),
    ['c2'],
  )
  assert.deepEqual(
    moves.gone.map(({ id }) => id),
    ['3', '4'],
  )
})

test('much gone at once looks unmounted; a few deleted files do not', () => {
  assert.equal(looksUnmounted(100, 21, 79), true)
  assert.equal(looksUnmounted(100, 20, 80), false)
  assert.equal(looksUnmounted(3, 1, 2), false)
  assert.equal(looksUnmounted(1, 1, 0), true)
  assert.equal(looksUnmounted(0, 0, 0), false)
})
