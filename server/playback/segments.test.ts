// The timeline: moments to segments.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { segmentAt } from './segments.ts'

test('a moment is found in its segment', () => {
  const times = { starts: [0, 2, 4, 7] }
  const found = [-1, 0, 1.9, 2, 6.9, 7, 99].map((at) => segmentAt(times, at))
  assert.deepEqual(found, [0, 0, 0, 1, 2, 2, 2])
})
