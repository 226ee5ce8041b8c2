// The law of following against a simulated player whose clock is off and whose seeks cost time.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createFollower } from './follow.ts'

/** Runs a player that starts `errorMs` behind; returns the error over time and what was done. */
function run({
  errorMs,
  seconds = 20,
  skew = 0,
  noiseMs = 0,
  seekCostMs = 400,
  baseRate = 1,
}: {
  errorMs: number
  seconds?: number
  skew?: number
  noiseMs?: number
  seekCostMs?: number
  baseRate?: number
}) {
  const follower = createFollower()
  let error = errorMs
  let rate = baseRate
  let busyUntilMs = 0
  let seeks = 0
  const errors: number[] = []
  const rates: number[] = []
  for (let now = 0; now < seconds * 1000; now += 100) {
    const isBusy = now < busyUntilMs
    error += isBusy ? 0 : 100 * (1 - (rate / baseRate) * (1 + skew))
    const noise = Math.sin(now * 12.9898) * noiseMs
    const action = follower.step({ nowMs: now, errorMs: isBusy ? null : error + noise, baseRate })
    if (action.kind === 'rate') rate = action.rate
    if (action.kind === 'seek') {
      seeks++
      error = seekCostMs - action.aheadMs
      busyUntilMs = now + seekCostMs
      rate = baseRate
    }
    errors.push(error)
    rates.push(rate)
  }
  return { errors, rates, seeks, last: errors.at(-1)! }
}

test('[PF1] beyond 0.8 s there is exactly one seek, aimed ahead', () => {
  const far = run({ errorMs: 5000 })
  assert.equal(far.seeks, 1)
  assert.ok(Math.abs(far.last) < 7)
  assert.equal(run({ errorMs: 700 }).seeks, 0)
})

test('[PF1] after a seek that took seconds more than was aimed for, the next move waits ahead for the room', () => {
  const follower = createFollower()
  const step = (nowMs: number, errorMs: number | null) => follower.step({ nowMs, errorMs, baseRate: 1 })
  assert.equal(step(0, 5000).kind, 'seek')
  assert.equal(step(4000, null).kind, 'none')
  const next = step(5000, 4850)
  assert.equal(next.kind, 'stand')
  assert.ok(next.kind === 'stand' && next.aheadMs >= 5000, 'by what the seek took')
  assert.equal(step(12_000, 2).kind, 'rate')
  assert.equal(step(60_000, 5000).kind, 'seek')
  assert.equal(step(61_000, 850).kind, 'none', 'not at once')
  assert.equal(step(61_100, 10).kind, 'rate', 'the room has come to it')
  assert.equal(step(90_000, 5000).kind, 'seek', 'a miss is not held against a device for ever')
})

test('[PF2] small errors move the rate by 1 % at most, larger ones by 6 %, and both vanish', () => {
  const small = run({ errorMs: 25 })
  assert.ok(small.rates.every((r) => Math.abs(r - 1) <= 0.01 + 1e-9))
  assert.ok(Math.abs(small.last) < 7)
  const large = run({ errorMs: 150, noiseMs: 2 })
  assert.ok(large.rates.every((r) => Math.abs(r - 1) <= 0.06 + 1e-9))
  assert.ok(large.errors.slice(40).every((e) => Math.abs(e) < 10))
})

test('[PF2] the rate is never so little off that Chromium would not show it, and rests at the very one', () => {
  for (const errorMs of [7, 25, 150, -60]) {
    const { rates } = run({ errorMs })
    assert.ok(rates.every((r) => r === 1 || Math.abs(r - 1) >= 0.005 - 1e-9))
    assert.equal(rates.at(-1), 1)
  }
})

test('[PF2] a device whose clock is off stays in step, also at other speeds', () => {
  assert.ok(run({ errorMs: 0, skew: 0.0005, seconds: 60 }).errors.every((e) => Math.abs(e) < 10))
  assert.ok(Math.abs(run({ errorMs: 100, baseRate: 1.5 }).last) < 7)
})

test('[PF2] steps a second apart, as in a background tab, do not swing', () => {
  const follower = createFollower()
  let error = 300
  let rate = 1
  for (let now = 0; now < 60_000; now += 1000) {
    error += 1000 * (1 - rate)
    const action = follower.step({ nowMs: now, errorMs: error, baseRate: 1 })
    if (action.kind === 'rate') rate = action.rate
  }
  assert.ok(Math.abs(error) < 10)
})

test('[PF3] nothing is done while nothing is measured', () => {
  const follower = createFollower()
  for (let now = 0; now < 5000; now += 100)
    assert.equal(follower.step({ nowMs: now, errorMs: null, baseRate: 1 }).kind, 'none')
})
