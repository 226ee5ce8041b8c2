// Parameter sets out of a configuration, and pictures that bring their own.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { annexBUnits, avcConfiguration, lengthPrefixed, parameterSets, selfContained } from './avc.ts'

const [SPS, PPS, IDR, SEI, AUD] = [
  Buffer.of(0x67, 100, 0, 31, 7),
  Buffer.of(0x68, 2, 3),
  Buffer.of(0x65, 4, 5),
  Buffer.of(0x06, 9),
  Buffer.of(0x09, 0x10),
]
const START = Buffer.of(0, 0, 0, 1)
const annexB = (...units: Buffer[]) => Buffer.concat(units.flatMap((unit) => [START, unit]))

test('parameter sets are the same from either form', () => {
  const streamed = annexB(SPS, PPS, SEI)
  assert.deepEqual(parameterSets(streamed), [SPS, PPS])
  assert.deepEqual(parameterSets(avcConfiguration(streamed)), [SPS, PPS])
})

test('a key picture brings its parameter sets once, others none; notes and delimiters go', () => {
  const of = (isKey: boolean, ...units: Buffer[]) =>
    selfContained(annexBUnits(annexB(...units)), isKey, [SPS, PPS])
  assert.deepEqual(of(true, AUD, SEI, IDR), [SPS, PPS, IDR])
  assert.deepEqual(of(true, AUD, SPS, PPS, IDR), [SPS, PPS, IDR])
  assert.deepEqual(of(false, AUD, IDR), [IDR])
  assert.deepEqual(lengthPrefixed([PPS]), Buffer.concat([Buffer.of(0, 0, 0, 3), PPS]))
})
