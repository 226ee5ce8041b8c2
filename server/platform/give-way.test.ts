// Background work waits for people, but never for long.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createGiveWay, waitMs } from './give-way.ts'

const at = (youngestOpenedAtMs: number, lastAnsweredAtMs = -Infinity) => ({
  youngestOpenedAtMs,
  lastAnsweredAtMs,
})

test('a step waits for requests that came just now, and a moment after each', () => {
  assert.equal(waitMs(at(-Infinity), 0, 0), 0)
  assert.equal(waitMs(at(100), 100, 110), 40)
  // One that hangs for an encoder holds up nobody.
  assert.equal(waitMs(at(0), 110, 110), 0)
  assert.equal(waitMs(at(-Infinity, 100), 104, 104), 6)
  // Requests without end: the step has waited long enough.
  assert.equal(waitMs(at(159, 158), 110, 160), 0)
})

test('the end of the last request lets a step go', async () => {
  let nowMs = 0
  const giveWay = createGiveWay(() => nowMs)
  await giveWay.wait()
  const [one, other] = [giveWay.opened(), giveWay.opened()]
  let isGone = false
  const step = giveWay.wait().then(() => (isGone = true))
  one()
  await new Promise(setImmediate)
  assert.equal(isGone, false)
  other()
  nowMs = 11
  await step
})
