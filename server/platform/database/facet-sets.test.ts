// Sets of titles as bits: what goes in comes out, in both chunks of a border.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  bitsToText,
  CHUNK_TITLES,
  chunkOf,
  common,
  countBits,
  emptyBits,
  seqsOf,
  setBit,
  textToBits,
} from './facet-sets.ts'

const setOf = (seqs: readonly number[]) => {
  const bits = emptyBits()
  for (const seq of seqs) setBit(bits, seq, true)
  return bits
}

test('what is in all sets, through their text, at the borders of a chunk', () => {
  const last = CHUNK_TITLES - 1
  assert.deepEqual([chunkOf(last), chunkOf(CHUNK_TITLES)], [0, 1])
  const sets = [setOf([0, 7, 8, 500, last]), setOf([0, 8, 9, last])]
  const both = common(sets.map((bits) => textToBits(bitsToText(bits))))
  assert.deepEqual(seqsOf(0, both), [0, 8, last])
  assert.equal(countBits(both), 3)
  assert.deepEqual(seqsOf(1, setOf([CHUNK_TITLES + 3])), [CHUNK_TITLES + 3])
  setBit(both, 8, false)
  assert.deepEqual(seqsOf(0, both), [0, last])
})
