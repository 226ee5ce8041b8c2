// Picture cues written as Blu-ray subtitles and read back: every pixel, place and time; nothing leans on a cue before.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CueBitmap, PictureCue } from '../picture-cue.ts'
import { createPgsDecoder } from './pgs.ts'
import { createPgsWriter } from './pgs-write.ts'

const canvas = { width: 1920, height: 1080 }
const CLEAR = [0, 0, 0, 0]

function bitmapOf(
  x: number,
  y: number,
  width: number,
  height: number,
  colorAt: (n: number) => number[],
): CueBitmap {
  return {
    x,
    y,
    width,
    height,
    pixels: Uint8Array.from(Array.from({ length: width * height }, (_, n) => colorAt(n)).flat()),
  }
}

/** Segments of each display set without their file headers, as containers carry them, and when it is due. */
function displaySets(file: Buffer): { atSeconds: number; packet: Buffer }[] {
  const sets: { atSeconds: number; packet: Buffer }[] = []
  let segments: Buffer[] = []
  for (let at = 0; at < file.length;) {
    assert.equal(file.toString('latin1', at, at + 2), 'PG')
    const end = at + 13 + file.readUInt16BE(at + 11)
    segments.push(file.subarray(at + 10, end))
    if (file[at + 10] === 0x80) {
      sets.push({ atSeconds: file.readUInt32BE(at + 2) / 90_000, packet: Buffer.concat(segments) })
      segments = []
    }
    at = end
  }
  return sets
}

const written = (cues: readonly PictureCue[]): Buffer => {
  const writer = createPgsWriter()
  return Buffer.concat([...cues.map(writer.add), writer.end()])
}
/** By a decoder that has seen nothing else. */
const read = ({ packet, atSeconds }: { packet: Buffer; atSeconds: number }) =>
  createPgsDecoder()(packet, atSeconds)

test('what is written is read back, by whoever enters there', () => {
  const striped = bitmapOf(400, 900, 700, 5, (n) =>
    n % 700 < 300 ? CLEAR : [235, 128, 128, n % 700 < 650 ? 255 : 90],
  )
  // Sixty thousand and more bytes: an object in several pieces. Two hundred colours.
  const noisy = bitmapOf(0, 0, 300, 300, (n) => [16 + ((n * 7919) % 200), 100, 150, 255])
  const cues: PictureCue[] = [
    { startSeconds: 1, endSeconds: 2.5, canvas, bitmaps: [striped] },
    { startSeconds: 4, endSeconds: 9, canvas, bitmaps: [noisy, striped] },
    { startSeconds: 6, endSeconds: null, canvas, bitmaps: [striped] },
  ]
  const sets = displaySets(written(cues))
  assert.deepEqual(
    sets.map(({ atSeconds }) => atSeconds),
    [1, 2.5, 4, 6],
  )
  const [first, gone, second, third] = sets.map(read)
  assert.deepEqual(gone?.bitmaps, [])
  for (const [n, cue] of [first, second, third].entries()) {
    assert.deepEqual(cue?.canvas, canvas)
    assert.equal(cue?.bitmaps.length, cues[n]?.bitmaps.length)
    cue?.bitmaps.forEach((bitmap, m) => {
      const wanted = cues[n]?.bitmaps[m]
      assert.deepEqual(
        [bitmap.x, bitmap.y, bitmap.width, bitmap.height],
        [wanted?.x, wanted?.y, wanted?.width, wanted?.height],
      )
      assert.ok(
        Buffer.from(bitmap.pixels).equals(wanted?.pixels ?? Buffer.alloc(0)),
        `pixels of cue ${n}, bitmap ${m}`,
      )
    })
  }
})

test('a last cue with an end goes away at it', () => {
  const cue = {
    startSeconds: 1,
    endSeconds: 2,
    canvas,
    bitmaps: [bitmapOf(0, 0, 2, 2, () => [235, 128, 128, 255])],
  }
  assert.deepEqual(
    displaySets(written([cue])).map(({ atSeconds }) => atSeconds),
    [1, 2],
  )
})
