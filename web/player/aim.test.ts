import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aim, barTolerance } from './aim.ts'

const STARTS = [0, 2, 4, 6.5]

test('the nearest start of a segment within the tolerance, a moment behind it, where its sound has begun', () => {
  assert.equal(aim(4.4, 0.5, STARTS, []), 4.025)
  assert.equal(aim(3.6, 0.5, STARTS, []), 4.025)
  assert.equal(aim(3.2, 2, STARTS, []), 4.025)
  assert.equal(aim(0.3, 0.5, STARTS, []), 0)
})

test('the very place where no segment begins near it, where it is loaded, and where nothing is known of segments', () => {
  assert.equal(aim(5.3, 0.5, STARTS, []), 5.3)
  assert.equal(aim(4.4, 0.5, STARTS, [[1, 5]]), 4.4)
  assert.equal(aim(4.4, 0.5, STARTS, [[1, 4.2]]), 4.025)
  assert.equal(aim(4.4, 0.5, [], []), 4.4)
})

test('a pixel of a long film stands for seconds, of a short one for a picture; a finger is wider than a mouse', () => {
  assert.equal(barTolerance('mouse', 1000, 7200), 3.6)
  assert.equal(barTolerance('touch', 1000, 7200), 28.8)
  assert.ok(barTolerance('mouse', 1200, 40) < 1 / 24)
  assert.equal(barTolerance('mouse', 0, 7200), 0)
})
