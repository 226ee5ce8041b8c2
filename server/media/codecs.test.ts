// Levels are the lowest that hold the picture; notes of the encoder leave no trace.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { h264Level, withoutNotes } from './codecs.ts'

test('levels by size, rate and bits', () => {
  const film = { num: 24_000, den: 1001 }
  assert.equal(h264Level(640, 360, film, 1e6), 30)
  assert.equal(h264Level(1280, 720, film, 4e6), 31)
  assert.equal(h264Level(1280, 720, { num: 60, den: 1 }, 4e6), 32)
  assert.equal(h264Level(1920, 1080, film, 9e6), 40)
  assert.equal(h264Level(1920, 1080, film, 40e6), 42)
  assert.equal(h264Level(1920, 1080, { num: 60, den: 1 }, 9e6), 42)
  assert.equal(h264Level(3840, 2160, film, 20e6), 51)
  assert.equal(h264Level(5000, 16, film, 1e6), 50)
  assert.equal(h264Level(16_000, 16_000, film, 1e6), 60)
})

test('notes are left out, pictures kept as they are', () => {
  const unit = (...bytes: number[]) => Buffer.of(0, 0, 0, bytes.length, ...bytes)
  const picture = unit(0x65, 1, 2)
  assert.deepEqual(withoutNotes(Buffer.concat([unit(0x06, 5, 9), picture])), picture)
  assert.deepEqual(withoutNotes(Buffer.concat([picture, picture])), Buffer.concat([picture, picture]))
})
