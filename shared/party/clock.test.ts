// The clock estimate against a simulated network.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createClockEstimator, sampleOf } from './clock.ts'

test('[PK1] the offset is found to a few milliseconds through a jittered path', () => {
  const clock = createClockEstimator()
  const offset = 123_456
  let seed = 7
  const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647
  for (let i = 0; i < 64; i++) {
    const t0 = i * 2000
    const there = 20 + random() * 40
    const back = 20 + random() * 40
    const t1 = t0 + there + offset
    clock.add(sampleOf(t0, t1, t1, t0 + there + back))
  }
  assert.ok(Math.abs(clock.serverMs(130_000) - 130_000 - offset) < 6)
})

test('[PK2] the answer in use moves gently, and jumps only where it was plainly wrong', () => {
  const clock = createClockEstimator()
  for (let i = 0; i < 8; i++) clock.add({ roundTripMs: 40, offsetMs: 1000, atMs: i })
  assert.equal(clock.serverMs(10), 1010)
  for (let i = 0; i < 20; i++) clock.add({ roundTripMs: 10, offsetMs: 1010, atMs: 20 + i })
  assert.ok(clock.serverMs(40) - 1040 < 0.1)
  assert.ok(Math.abs(clock.serverMs(20_040) - 20_040 - 1010) < 0.5)
  clock.reset()
  clock.add({ roundTripMs: 10, offsetMs: 9000, atMs: 30_000 })
  assert.equal(clock.serverMs(30_000), 39_000)
})
