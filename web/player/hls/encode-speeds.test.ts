// Renditions that the server makes too slowly are stepped down from, and tried again later.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createEncodeSpeeds } from './encode-speeds.ts'

test('what is unknown or fast is asked for', () => {
  const speeds = createEncodeSpeeds(
    () => 0,
    () => 1,
  )
  assert.equal(speeds.bestUpTo(2, false), 2)
  speeds.made(2, 200, 2)
  assert.equal(speeds.bestUpTo(2, false), 2)
  assert.equal(speeds.bestUpTo(2, true), 2)
})

test('one that takes longer than it plays is left for a lower one', () => {
  const speeds = createEncodeSpeeds(
    () => 0,
    () => 1,
  )
  speeds.made(2, 2500, 2)
  speeds.made(1, 1000, 2)
  assert.equal(speeds.bestUpTo(2, false), 1)
  assert.equal(speeds.bestUpTo(2, true), 0)
  assert.equal(speeds.bestUpTo(0, true), 0)
})

test('a moment of haste does not count for ever', () => {
  let nowMs = 0
  const speeds = createEncodeSpeeds(
    () => nowMs,
    () => 1,
  )
  speeds.made(2, 2500, 2)
  nowMs = 61_000
  assert.equal(speeds.bestUpTo(2, false), 2)
})

test('the rest of a segment that was half made says nothing of how fast a new one would be', () => {
  const speeds = createEncodeSpeeds(
    () => 0,
    () => 1,
  )
  speeds.made(2, 100, 2, true)
  assert.equal(speeds.bestUpTo(2, true), 1)
  speeds.made(2, 1900, 2, true)
  assert.equal(speeds.bestUpTo(2, false), 1, 'but what is slow even so is slow')
})

test('after a seek nobody waits for more than the cheap one, unless the better is made at once', () => {
  const speeds = createEncodeSpeeds(
    () => 0,
    () => 1,
  )
  assert.equal(speeds.bestUpTo(3, true), 1)
  speeds.made(3, 1000, 2)
  assert.equal(speeds.bestUpTo(3, true), 1)
  assert.equal(speeds.bestUpTo(3, false), 3)
  speeds.made(2, 60, 2)
  assert.equal(speeds.bestUpTo(3, true), 2)
})
