// The timeline: boundaries, pieces, moments.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { boundaryTable, gridRate, hardStarts, segmentAt, timesOf } from './segments.ts'

const FILM = { num: 24000, den: 1001 }

test('boundaries stand on keyframes; long gaps are divided; pieces join without a gap', () => {
  const { frames } = boundaryTable([0, 0.5, 2, 12, 12.2, 14], { num: 25, den: 1 }, 20)
  assert.deepEqual(frames, [0, 50, 112, 175, 237, 300, 350, 425, 500])
})

test('without an index the grid is even', () => {
  const { starts } = timesOf(boundaryTable(null, { num: 25, den: 1 }, 7))
  assert.deepEqual(starts, [0, 2, 4, 6, 7])
})

test('tables grow strictly and end at the end, whatever the keyframes say', () => {
  for (const keyframes of [[], [0], [0, 0, 0], [5, 5, 6], [0.001, 59.99], [70, 80], null]) {
    const { frames } = boundaryTable(keyframes, FILM, 60)
    for (const [n, frame] of frames.slice(1).entries()) assert.ok(frame > (frames[n] ?? 0))
    assert.equal(frames[0], 0)
    assert.equal(frames.at(-1), Math.ceil((60 * 24000) / 1001 - 0.5))
  }
})

test('copied renditions are cut at keyframes only', () => {
  assert.deepEqual(hardStarts([0, 1, 2, 10, 19.9], 20), [0, 2, 10, 20])
})

test('a moment is found in its segment', () => {
  const times = { starts: [0, 2, 4, 7] }
  const found = [-1, 0, 1.9, 2, 6.9, 7, 99].map((at) => segmentAt(times, at))
  assert.deepEqual(found, [0, 0, 0, 1, 2, 2, 2])
})

test('frame rates beyond 60 are halved; nonsense becomes 25', () => {
  assert.deepEqual(gridRate({ num: 120, den: 1 }), { num: 120, den: 2 })
  assert.deepEqual(gridRate({ num: 60000, den: 1001 }), { num: 60000, den: 1001 })
  for (const odd of [null, { num: 0, den: 1 }, { num: 1, den: 0 }, { num: 1, den: 5 }])
    assert.deepEqual(gridRate(odd), { num: 25, den: 1 })
})
