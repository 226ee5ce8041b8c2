// Times of copied samples, the line of sound, and the configurations read from frames.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lastEnd, sampleDurations } from './copy-times.ts'
import { createSampleLine, createSteadyClock } from './sample-line.ts'
import { ac3Specific, eac3Specific, readAdts } from './sync-frames.ts'

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex')

test('durations follow the presentation times and end where the next segment begins', () => {
  assert.deepEqual(sampleDurations([100, 130, 110, 120], 100, 145), [10, 10, 10, 15])
})

test('pictures before the keyframe make even steps of the same whole', () => {
  const durations = sampleDurations([100, 90, 95, 110], 100, 141)
  assert.deepEqual(durations, [10, 10, 10, 11])
})

test('the last picture is shown even when the duration says less', () => {
  assert.equal(lastEnd([0, 10, 20], 15), 30)
  assert.equal(lastEnd([0, 10, 20], 35), 35)
})

test('the container’s rounding goes, true shifts stay', () => {
  const steady = createSteadyClock(0, 0.001)
  const frame = 1024 / 48_000
  assert.equal(steady(0.043, frame), 2 * frame)
  assert.equal(steady(0.05, frame), 0.05)
  assert.equal(createSteadyClock(0, 1 / 48_000)(0.0432, frame), 0.0432)
})

test('a line of samples: holes are silent, overlaps are cut, blocks are whole', () => {
  const line = createSampleLine(1, 4, -2)
  const blocks = [
    ...line.put(0, [Float32Array.of(1, 2)]),
    ...line.put(1, [Float32Array.of(9, 3)]),
    ...line.put(5, [Float32Array.of(6)]),
  ]
  assert.deepEqual(
    blocks.map(({ start, samples }) => [start, ...samples]),
    [
      [-2, 0, 0, 1, 2],
      [2, 3, 0, 0, 6],
    ],
  )
  assert.equal(line.next, 6)
})

test('ADTS, AC-3 and E-AC-3 tell their configuration', () => {
  assert.deepEqual(readAdts(hex('fff14c8001fffc'))?.config, hex('1190'))
  assert.equal(readAdts(hex('fff14c8001fffc'))?.headerBytes, 7)
  assert.equal(readAdts(hex('210a4fff14c800')), null)
  // 48 kHz, 384 kbit/s, bsid 8, 5.1.
  assert.deepEqual(ac3Specific(hex('0b77 0000 1c 40 e1 00')), hex('103dc0'))
  assert.throws(() => ac3Specific(hex('ffff')), RangeError)
  const frame = Buffer.concat([hex('0b77 01ff 3f 86'), Buffer.alloc(1018)])
  assert.equal(eac3Specific(frame).readUInt16BE(0) >> 3, 256)
  assert.throws(() => eac3Specific(hex('0000')), RangeError)
})
