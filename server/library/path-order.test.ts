// Paths in the order of their bytes, as the databases sort them.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { comparePaths, isBelow } from './path-order.ts'

test('paths sort as the bytes of their UTF-8 do', () => {
  const paths = [
    '',
    'a',
    'a b/x',
    'a.mkv',
    'a/b',
    'a/b/c',
    'ab',
    'Ä',
    'é',
    '\ud7ff',
    '\ue000',
    '\uffee',
    '😀',
    '🎬a',
  ]
  const byBytes = paths.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
  assert.deepEqual(paths.toReversed().toSorted(comparePaths), byBytes)
})

test('below a folder is the folder itself and what is in it, not what only begins so', () => {
  assert.deepEqual(
    ['a', 'a/b', 'ab', 'b'].map((path) => isBelow(path, 'a')),
    [true, true, false, false],
  )
  assert.ok(isBelow('anything', ''))
})
