// A browser that cannot take another codec gets a new source for one, and only for one.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mustBeginAnew } from './change-type.ts'

const levels = ['avc1', 'avc1', 'hvc1'].map((codecSet) => ({ codecSet })) as never
const from = (loadLevel: number) => ({ levels, loadLevel })

test('another size of the same codec goes on in the same source', () => {
  assert.equal(mustBeginAnew(from(0), 1, false), false)
})
test('another codec begins a new one, unless the browser can change', () => {
  assert.equal(mustBeginAnew(from(0), 2, false), true)
  assert.equal(mustBeginAnew(from(0), 2, true), false)
})
test('nothing is begun anew where nothing was begun', () => {
  assert.equal(mustBeginAnew(from(-1), 2, false), false)
})
