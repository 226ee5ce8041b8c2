// A segment under way is left only for one that comes sooner, and only where it is waited for.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isDear } from './seek-cheap.ts'

const LOADING = { start: 28, duration: 2, level: 2 }

test('a dear segment that holds the wanted moment is left for a cheap one', () => {
  assert.equal(isDear(LOADING, 29.8, 1), true)
  assert.equal(isDear(LOADING, 29.8, 2), false, 'nothing comes sooner')
  assert.equal(isDear(LOADING, 30, 1), false, 'hls.js leaves it by itself')
  assert.equal(isDear(null, 29.8, 1), false)
})
