// The clock estimate against a simulated network.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FIRST_SAMPLES, createClockEstimator, sampleOf } from './clock.ts'

const OFFSET_MS = 123_456

/** Exchanges through a path of 20 to 80 ms each way, one every `gapMs`; `skew` is how much faster the server's clock runs. */
function measured({
  seed,
  count,
  gapMs,
  skew = 0,
}: {
  seed: number
  count: number
  gapMs: number
  skew?: number
}) {
  const clock = createClockEstimator()
  let state = seed
  const random = () => (state = (state * 16807) % 2147483647) / 2147483647
  const serverMs = (ms: number): number => ms * (1 + skew) + OFFSET_MS
  let last = 0
  for (let i = 0; i < count; i++) {
    const sent = i * gapMs
    const there = 20 + random() * 60
    last = sent + there + 20 + random() * 60
    clock.add(sampleOf(sent, serverMs(sent + there), serverMs(sent + there), last))
    clock.serverMs(last)
  }
  return { clock, errorMs: clock.serverMs(last) - serverMs(last) }
}

const rootMeanSquare = (values: readonly number[]): number =>
  Math.sqrt(values.reduce((sum, v) => sum + v * v, 0) / values.length)
const seeds = Array.from({ length: 200 }, (_, i) => 1000 + i * 7919)

test('[PK1] through 60 ms of jitter each way the offset is known within 8 ms at once and 2 ms soon', () => {
  const after = (count: number) => seeds.map((seed) => measured({ seed, count, gapMs: 150 }).errorMs)
  assert.ok(rootMeanSquare(after(8)) < 8)
  assert.ok(rootMeanSquare(after(32)) < 2)
})

test('[PK1] a clock that runs 50 ppm fast is followed', () => {
  const errors = seeds.map((seed) => measured({ seed, count: 120, gapMs: 2000, skew: 50e-6 }).errorMs)
  assert.ok(rootMeanSquare(errors) < 4)
})

test('[PK1] on a quick path old samples go as soon as clocks have parted by more than the round trip', () => {
  const clock = createClockEstimator()
  for (let i = 0; i < 40; i++) clock.add({ roundTripMs: 0.4, offsetMs: 1000 + i, atMs: i * 1000 })
  assert.ok(Math.abs(clock.estimate()!.offsetMs - 1039) <= 1)
})

test('[PK2] after a sleep in which the own clock stood still, what was measured before is dropped', () => {
  const { clock } = measured({ seed: 5, count: 32, gapMs: 150 })
  clock.add({ roundTripMs: 90, offsetMs: OFFSET_MS + 60_000, atMs: 6000 })
  assert.ok(Math.abs(clock.serverMs(6000) - 6000 - OFFSET_MS - 60_000) < 1)
})

test('[PK2] the answer in use moves gently, and jumps only where it was plainly wrong', () => {
  const clock = createClockEstimator()
  for (let i = 0; i < FIRST_SAMPLES; i++) clock.add({ roundTripMs: 40, offsetMs: 1000, atMs: i })
  assert.equal(clock.serverMs(10), 1010)
  for (let i = 0; i < 20; i++) clock.add({ roundTripMs: 10, offsetMs: 1010, atMs: 20 + i })
  assert.ok(clock.serverMs(40) - 1040 < 0.1)
  assert.ok(Math.abs(clock.serverMs(20_040) - 20_040 - 1010) < 0.5)
  clock.reset()
  clock.add({ roundTripMs: 10, offsetMs: 9000, atMs: 30_000 })
  assert.equal(clock.serverMs(30_000), 39_000)
})
