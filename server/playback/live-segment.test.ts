// A segment that two heads come to make at once has every fragment once, whoever is ahead.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LiveSegment } from './live-segment.ts'

test('two heads in the same segment: no fragment comes twice, and none is missing', () => {
  const parts = ['a', 'b', 'c'].map((text) => Buffer.from(text))
  const live = new LiveSegment()
  live.take(parts.slice(0, 2))
  live.take(parts.slice(0, 1))
  live.take(parts.slice(0, 2))
  live.take(parts)
  assert.equal(Buffer.from(live.finish()).toString(), 'abc')
})

test('a head that finds the segment anew in its middle brings what it made before', () => {
  const live = new LiveSegment()
  live.take(['a', 'b'].map((text) => Buffer.from(text)))
  assert.equal(Buffer.from(live.finish()).toString(), 'ab')
})
