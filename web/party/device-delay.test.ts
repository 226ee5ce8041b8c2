// The delay of a device from taps, and what is kept of it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CLICK_EVERY_MS, delayFromTaps, keepDeviceDelay, readDeviceDelay } from './device-delay.ts'

const taps = (lateMs: number, count = 9) =>
  Array.from({ length: count }, (_, i) => 1000 + i * CLICK_EVERY_MS + lateMs + (i % 3) * 4 - 4)

test('the median tap tells the delay; one wild tap does not matter', () => {
  assert.equal(delayFromTaps(taps(170), 1000), 200)
  assert.equal(delayFromTaps([...taps(170), 1123, 1600], 1000), 200)
  assert.equal(delayFromTaps(taps(-30), 1000), 0)
  assert.equal(delayFromTaps(taps(170, 3), 1000), null)
})

test('what was kept is read again, and nonsense is nothing', () => {
  const kept = new Map<string, string>()
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  }
  assert.equal(readDeviceDelay(storage), 0)
  keepDeviceDelay(storage, 9000)
  assert.equal(readDeviceDelay(storage), 500)
  for (const key of kept.keys()) kept.set(key, 'x')
  assert.equal(readDeviceDelay(storage), 0)
})
