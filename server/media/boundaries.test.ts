// The segment table: rates, keyframes, gaps and the audio grid.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { audioStarts, boundaryTable, copyStarts, gridRate } from './boundaries.ts'

const film = { num: 24000, den: 1001 }

test('rates become exact', () => {
  assert.deepEqual(gridRate({ num: 23976, den: 1000 }), film)
  assert.deepEqual(gridRate({ num: 120000, den: 1001 }), { num: 60000, den: 1001 })
  assert.deepEqual(gridRate({ num: 50, den: 1 }), { num: 50, den: 1 })
  assert.deepEqual(gridRate(null), { num: 25, den: 1 })
  assert.deepEqual(gridRate({ num: 90000, den: 1 }), { num: 25, den: 1 })
})

test('a segment begins at a keyframe once 1.5 s have passed, and long gaps are divided', () => {
  const { frames } = boundaryTable([0, 1, 2, 3, 13], 15, { num: 25, den: 1 })
  assert.deepEqual(frames, [0, 50, 119, 188, 256, 325, 375])
})

test('without an index there is a grid of two seconds', () => {
  assert.deepEqual(boundaryTable(null, 5, { num: 25, den: 1 }).frames, [0, 50, 100, 125])
})

test('copied segments begin at keyframes only', () => {
  assert.deepEqual(copyStarts([0, 1, 2.5, 3, 60], 61), [0, 2.5, 60, 61])
  const shifted = [0.021, 2.021, 4.021].map((time) => time + 0.0206667)
  assert.deepEqual(copyStarts(shifted, 6), [...shifted, 6], 'rounding joins no segments')
})

test('audio segments are whole frames that never overlap', () => {
  const table = boundaryTable(null, 7200, film)
  const starts = audioStarts(table, 48000)
  assert.ok(starts.every((start, k) => start % 1024 === 0 && (k === 0 || start > starts[k - 1]!)))
  assert.equal(starts[0], 0)
})
