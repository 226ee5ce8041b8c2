// The timeline: moments to segments.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { resumeAt, segmentAt } from './segments.ts'

test('a moment is found in its segment', () => {
  const times = { starts: [0, 2, 4, 7] }
  const found = [-1, 0, 1.9, 2, 6.9, 7, 99].map((at) => segmentAt(times, at))
  assert.deepEqual(found, [0, 0, 0, 1, 2, 2, 2])
})

const PIECES = { starts: [0, 2, 4.5, 6] }

test('going on begins with the segment that was left, and its sound', () => {
  const at = resumeAt(PIECES, 4.2)
  assert.ok(at >= 2 + 1024 / 44_100 && at < 2 + 0.05, `${at}`)
  assert.equal(resumeAt(PIECES, 4.51), 4.51)
  assert.equal(resumeAt(PIECES, 0), 0)
  assert.ok(resumeAt(PIECES, 5.9) < 4.6)
})
