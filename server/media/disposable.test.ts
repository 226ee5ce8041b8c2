// Which packets may be left out on the way to a later picture: none that another one needs.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { disposableTest } from './disposable.ts'

const avcC = Uint8Array.of(1, 0x64, 0, 0x28, 0xff, 0xe1, 0)
const hvcC = (layersOfTime: number) => {
  const bytes = new Uint8Array(23)
  bytes[0] = 1
  bytes[21] = (layersOfTime << 3) | 3
  return bytes
}
const unit = (...bytes: number[]) => [0, 0, 0, bytes.length, ...bytes]

test('H.264: slices that are no reference, whatever stands before them', () => {
  const isDisposable = disposableTest('h264', avcC)
  const aud = unit(0x09, 0xf0)
  const sei = unit(0x06, 5, 0)
  assert.equal(isDisposable?.(Uint8Array.from([...aud, ...sei, ...unit(0x01, 1)])), true)
  assert.equal(isDisposable?.(Uint8Array.from([...aud, ...unit(0x41, 1)])), false)
  assert.equal(isDisposable?.(Uint8Array.from(unit(0x65, 1))), false)
  assert.equal(isDisposable?.(Uint8Array.from(aud)), false)
  assert.equal(isDisposable?.(Uint8Array.of(0, 0)), false)
})

test('HEVC: only where there is one layer of time', () => {
  const isDisposable = disposableTest('hevc', hvcC(1))
  assert.equal(isDisposable?.(Uint8Array.from(unit(0 << 1, 1))), true)
  assert.equal(isDisposable?.(Uint8Array.from(unit(8 << 1, 1))), true)
  assert.equal(isDisposable?.(Uint8Array.from(unit(1 << 1, 1))), false)
  assert.equal(isDisposable?.(Uint8Array.from(unit(20 << 1, 1))), false)
  assert.equal(isDisposable?.(Uint8Array.from([...unit(32 << 1, 1), ...unit(9 << 1, 1)])), false)
  assert.equal(disposableTest('hevc', hvcC(2)), null)
  assert.equal(disposableTest('hevc', hvcC(0)), null)
})

test('nothing is known of start codes and of other codecs', () => {
  assert.equal(disposableTest('h264', Uint8Array.of(0, 0, 0, 1, 0x67)), null)
  assert.equal(disposableTest('h264', null), null)
  assert.equal(disposableTest('vp9', avcC), null)
})
