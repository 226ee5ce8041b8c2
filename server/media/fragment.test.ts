// The fragment writer: sizes, times and what it refuses.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fragment, fragmentEnds } from './fragment.ts'

test('tfdt is the start, offsets are signed, and the data begins where trun says', () => {
  const samples = [
    { pts: 1001, duration: 1001, isKey: true, data: Buffer.from('first') },
    { pts: 1001, duration: 1001, isKey: false, data: Buffer.from('second') },
  ]
  const bytes = fragment(1, 1001, samples)
  const moofSize = bytes.readUInt32BE(0)
  const tfdt = bytes.indexOf('tfdt')
  assert.equal(bytes.readBigUInt64BE(tfdt + 8), 1001n)
  const trun = bytes.indexOf('trun')
  assert.equal(bytes.readUInt32BE(trun + 8), 2)
  assert.equal(bytes.readUInt32BE(trun + 12), moofSize + 8)
  assert.equal(bytes.readInt32BE(trun + 16 + 16 + 12), -1001)
  assert.equal(bytes.subarray(moofSize + 8).toString(), 'firstsecond')
})

test('a negative start is impossible', () => {
  assert.throws(() => fragment(1, -1024, []), RangeError)
})

test('the first fragments are small', () => {
  assert.deepEqual(fragmentEnds(48), [4, 10, 22, 34, 48])
  assert.deepEqual(fragmentEnds(10), [4, 10])
  assert.deepEqual(fragmentEnds(1), [1])
})
