// The last frame before a pause: recognised when it comes, and not waited for when it was left out.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLastFrame } from './last-frame.ts'

const FRAME = 1 / 24

test('[PA3] the frame that holds the moment of rest is the last one, also when others were left out', () => {
  const frame = createLastFrame()
  const restSeconds = 10 * FRAME + 0.02
  for (const n of [4, 5, 7, 8, 9]) {
    frame.saw(n * FRAME)
    assert.equal(frame.isAt(restSeconds), 'before', `frame ${n}`)
  }
  frame.saw(10 * FRAME)
  assert.equal(frame.isAt(restSeconds), 'there')
  frame.saw(11 * FRAME)
  assert.equal(frame.isAt(restSeconds), 'past')
})

test('[PA3] without a word from the last frame playback stops within its time', () => {
  const frame = createLastFrame()
  for (const n of [1, 2, 3]) frame.saw(n * FRAME)
  for (const into of [0.001, 0.02, 0.04]) {
    const latest = frame.latestSeconds(10 * FRAME + into)
    assert.ok(latest > 10 * FRAME && latest < 10.5 * FRAME, `${latest / FRAME} frames`)
  }
  assert.ok(Math.abs(createLastFrame().latestSeconds(5) - 5) < FRAME, 'nothing was seen: then')
})
