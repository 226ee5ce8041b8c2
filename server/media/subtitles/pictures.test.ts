// Picture subtitles from bytes written by hand: colours, runs, times, places, and damage that must not hang.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { draw, fitted, newest, placed } from '../picture-cue.ts'
import { createPgsDecoder } from './pgs.ts'
import { decodeVobSub, vobSubHeader } from './vobsub.ts'

const u16 = (value: number) => [value >> 8, value & 255]
const segment = (kind: number, body: number[]) => [kind, ...u16(body.length), ...body]
const composition = (objects: number[][]) =>
  segment(0x16, [...u16(1920), ...u16(1080), 0x10, 0, 1, 0x80, 0, 7, objects.length, ...objects.flat()])
const palette = segment(0x14, [7, 0, 1, 235, 128, 128, 255, 2, 81, 240, 90, 128])
// Two rows: three of colour 1 and one of colour 2; then four clear ones.
const object = segment(0x15, [
  ...u16(5),
  0,
  0xc0,
  0,
  0,
  0,
  ...u16(4),
  ...u16(2),
  0,
  0x83,
  1,
  2,
  0,
  0,
  0,
  4,
  0,
  0,
])
const end = segment(0x80, [])

test('PGS: an object is coloured and placed; an empty composition clears', () => {
  const decode = createPgsDecoder()
  const placedAt = [...u16(5), 0, 0, ...u16(100), ...u16(900)]
  assert.equal(decode(Buffer.from([...composition([placedAt]), ...palette]), 3), null)
  const cue = decode(Buffer.from([...object, ...end]), 3)
  assert.deepEqual(cue?.canvas, { width: 1920, height: 1080 })
  const [bitmap] = cue!.bitmaps
  assert.deepEqual(
    { ...bitmap, pixels: [...bitmap!.pixels] },
    {
      x: 100,
      y: 900,
      width: 4,
      height: 2,
      pixels: [
        ...[1, 2, 3].flatMap(() => [235, 128, 128, 255]),
        81,
        90,
        240,
        128,
        ...Array<number>(16).fill(0),
      ],
    },
  )
  assert.deepEqual(decode(Buffer.from([...composition([]), ...end]), 5)?.bitmaps, [])
})

test('PGS: cut off anywhere it gives a cue or nothing', () => {
  const whole = Buffer.from([...composition([[...u16(5), 0, 0, 0, 0, 0, 0]]), ...palette, ...object, ...end])
  for (let size = 0; size < whole.length; size++) createPgsDecoder()(whole.subarray(0, size), 0)
})

test('PGS: what little bytes ask for stays bounded: one object in many places, cues read ahead', () => {
  const large = segment(0x15, [...u16(5), 0, 0xc0, 0, 0, 0, ...u16(4096), ...u16(1024), 1])
  const place = [...u16(5), 0, 0, 0, 0, 0, 0]
  const decode = createPgsDecoder()
  decode(Buffer.from([...composition(Array<number[]>(255).fill(place)), ...palette, ...large]), 0)
  const cue = decode(Buffer.from(end), 0)!
  assert.equal(cue.bitmaps.length, 2)
  assert.equal(newest(Array<typeof cue>(9).fill(cue)).length, 4)
  assert.equal(newest(Array<typeof cue>(5000).fill({ ...cue, bitmaps: [] })).length, 1000)
})

const HEADER = vobSubHeader(Buffer.from('size: 720x480\npalette: 000000, ffffff, ff0000\n'))
function vobSub(): Buffer {
  // Row 0: two of colour 1, two of colour 0. Row 1: colour 2 to its end.
  const data = [0x98, 0x00, 0x02]
  const control = 4 + data.length
  const size = 24
  const first = [...u16(0), ...u16(control + size), 1, 3, 0x02, 0x10, 4, 0x0f, 0xf0]
  const area = [5, 0x00, 0xa0, 0x0d, 0x01, 0x40, 0x15, 6, ...u16(4), ...u16(5), 0xff]
  const last = [...u16(176), ...u16(control + size), 2, 0xff]
  const body = [...data, ...first, ...area, ...last]
  return Buffer.from([...u16(body.length + 4), ...u16(control), ...body])
}

test('VobSub: two fields, four colours, shown until its date', () => {
  const cue = decodeVobSub(vobSub(), HEADER, 10)!
  assert.deepEqual(cue.canvas, { width: 720, height: 480 })
  assert.equal(cue.startSeconds, 10)
  assert.ok(Math.abs((cue.endSeconds ?? 0) - 12.0025) < 0.001)
  const [bitmap] = cue.bitmaps
  assert.deepEqual([bitmap!.x, bitmap!.y, bitmap!.width, bitmap!.height], [10, 20, 4, 2])
  const lumaAndAlpha = Array.from({ length: 8 }, (_, n) => [bitmap!.pixels[n * 4], bitmap!.pixels[n * 4 + 3]])
  assert.deepEqual(lumaAndAlpha.slice(0, 4), [
    [235, 255],
    [235, 255],
    [16, 0],
    [16, 0],
  ])
  assert.deepEqual(lumaAndAlpha[4], [63, 255])
})

test('VobSub: cut off or garbled it ends', () => {
  const whole = vobSub()
  for (let size = 0; size < whole.length; size++) decodeVobSub(whole.subarray(0, size), HEADER, 0)
  for (let at = 0; at < whole.length; at++) {
    const garbled = Buffer.from(whole)
    garbled[at] = 0xff
    decodeVobSub(garbled, HEADER, 0)
  }
})

test('a canvas with bars that the film has not is centred and stays inside', () => {
  const film = { width: 960, height: 400 }
  const place = placed({ width: 1920, height: 1080 }, { width: 1920, height: 800 }, film)
  assert.deepEqual(place, { scaleX: 0.5, scaleY: 0.5, top: -70 })
  const pixels = new Uint8Array(8 * 4 * 4).fill(200)
  const bitmap = fitted({ x: 960, y: 1060, width: 8, height: 4, pixels }, place, film)
  assert.deepEqual([bitmap.x, bitmap.y, bitmap.width, bitmap.height], [480, 398, 4, 2])
  const y = Buffer.alloc(960 * 400)
  const [u, v] = [Buffer.alloc(480 * 200), Buffer.alloc(480 * 200)]
  draw(bitmap, { y, u, v, strides: [960, 480, 480] })
  assert.equal(y.filter((value) => value > 0).length, 8)
  assert.equal(u.filter((value) => value > 0).length, 2)
  assert.equal(y[398 * 960 + 480], 157)
})
