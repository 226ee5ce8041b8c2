// Segments cut at whole fragments: what is handed on early is a valid row of boxes, and nothing is lost.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ANNOUNCED_MOOF_BYTES, createFragmentCutter, fragmentSeconds, readTiming } from './fragments.ts'

const uint32 = (n: number) => [(n >>> 24) & 255, (n >>> 16) & 255, (n >>> 8) & 255, n & 255]
const box = (type: string, ...parts: number[][]): number[] => {
  const body = parts.flat()
  return [...uint32(body.length + 8), ...Array.from(type, (c) => c.charCodeAt(0)), ...body]
}
const TIMING = { timescale: 24, defaultDuration: 1 }

/** A `moof` of so many samples with a data offset, and a `mdat` of one byte. */
function fragment(samples: number, mark: number): Uint8Array {
  const moof = (offset: number) =>
    box(
      'moof',
      box('mfhd', uint32(0), uint32(1)),
      box(
        'traf',
        box('tfhd', uint32(0x020000), uint32(1)),
        box('trun', uint32(0x000001), uint32(samples), uint32(offset)),
      ),
    )
  return new Uint8Array([...moof(moof(0).length + 8), ...box('mdat', [mark])])
}
const joined = (...pieces: (Uint8Array | null)[]) =>
  new Uint8Array(pieces.flatMap((piece) => [...(piece ?? [])]))

/** Types of the top-level boxes, and the bytes that the fragments' data offsets point at. */
function read(bytes: Uint8Array) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const types: string[] = []
  const marks: number[] = []
  for (let at = 0; at < bytes.length; at += view.getUint32(at)) {
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8))
    types.push(type)
    // mfhd and tfhd are 16 bytes each, in their parents' 8; the offset stands 16 bytes into trun.
    if (type === 'moof') marks.push(bytes[at + view.getUint32(at + 8 + 16 + 8 + 16 + 16)] ?? -1)
  }
  return { types, marks }
}

test('timing is read from the init segment', () => {
  const mdhd = box('mdhd', uint32(0), uint32(0), uint32(0), uint32(24_000), uint32(0))
  const trex = box('trex', uint32(0), uint32(1), uint32(1), uint32(1001))
  const init = box('moov', box('trak', box('mdia', mdhd)), box('mvex', trex))
  assert.deepEqual(readTiming(new Uint8Array(init)), { timescale: 24_000, defaultDuration: 1001 })
  assert.equal(readTiming(new Uint8Array(box('moov'))), null)
})

test('the length of a fragment comes from its samples', () => {
  assert.equal(fragmentSeconds(fragment(12, 7), TIMING), 0.5)
  assert.equal(fragmentSeconds(new Uint8Array([1, 2, 3]), TIMING), null)
})

test('first fragments are handed on as they come, each with the next one announced', () => {
  const cutter = createFragmentCutter(2, TIMING)
  const [a, b, c] = [fragment(4, 1), fragment(10, 2), fragment(34, 3)]
  const first = cutter.push(a)
  assert.deepEqual(first?.subarray(0, a.length), a)
  assert.equal(first?.length, a.length + 8)
  const half = Math.floor(b.length / 2)
  assert.equal(cutter.push(b.subarray(0, half)), null)
  const second = cutter.push(b.subarray(half))
  assert.equal(cutter.push(c), null, 'the last fragment waits for the end of the segment')
  const all = joined(first, second, cutter.end())
  const { types, marks } = read(all)
  assert.deepEqual(types, ['moof', 'mdat', 'moof', 'mdat', 'moof', 'mdat'])
  assert.deepEqual(marks, [1, 2, 3], 'data offsets follow the padding')
  assert.equal(new DataView(all.buffer).getUint32(a.length), ANNOUNCED_MOOF_BYTES)
})

test('what comes later in the segment is handed on, too: a picture in the middle is not waited for till the end', () => {
  const cutter = createFragmentCutter(4, TIMING)
  for (const mark of [1, 2, 3]) assert.notEqual(cutter.push(fragment(24, mark)), null)
  assert.equal(cutter.push(fragment(24, 4)), null)
  assert.notEqual(cutter.end().length, 0)
})

test('a segment of one fragment, and one of unknown timing, stay as they are', () => {
  const whole = fragment(48, 9)
  for (const timing of [TIMING, null]) {
    const cutter = createFragmentCutter(2, timing)
    assert.equal(cutter.push(whole), null)
    assert.deepEqual(cutter.end(), whole)
  }
})

test('a segment torn in the middle of an announced fragment is an error, not a torso', () => {
  const cutter = createFragmentCutter(2, TIMING)
  cutter.push(fragment(4, 1))
  cutter.push(fragment(10, 2).subarray(0, 20))
  assert.throws(() => cutter.end(), /middle/)
})
