// What frames say of a start, also where a browser names a wrong one.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { restedAtMs, startedAtMs } from './frame-error.ts'

const frames = (startMs: number, mediaSeconds: readonly number[]) =>
  mediaSeconds.map((seconds) => ({ mediaSeconds: 3 + seconds, atMs: startMs + seconds * 1000 }))

test('a start is where its first frames point back to', () => {
  const started = startedAtMs(frames(500, [0, 0.042, 0.083, 0.125, 0.167]), 3, 100)
  assert.ok(Math.abs((started ?? 0) - 500) < 1e-6)
  assert.equal(startedAtMs(frames(500, [0]), 3, 100), null)
})

test('a frame from ahead of those that follow it is none of the start', () => {
  const [first, ...rest] = frames(500, [0.04, 0.083, 0.125, 0.167, 0.208])
  const named = { atMs: first?.atMs ?? 0, mediaSeconds: 3.417 }
  assert.ok(Math.abs((startedAtMs([named, ...rest], 3, 100) ?? 0) - 500) < 1e-6)
})

test('a picture rests since its last frame came, even when that one is shown again', () => {
  const moving = frames(500, [0, 0.0417, 0.0834])
  const again = { atMs: 900, mediaSeconds: 3.1 }
  assert.equal(Math.round(restedAtMs([...moving, again], 24) ?? 0), 583)
  const namedLate = { atMs: 900, mediaSeconds: 3 + 2.98 / 24 }
  assert.equal(Math.round(restedAtMs([...moving, namedLate], 24) ?? 0), 583)
  const wentBack = { atMs: 900, mediaSeconds: 3.05 }
  assert.equal(restedAtMs([...moving, wentBack], 24), 900)
  assert.equal(restedAtMs([], 24), null)
})
