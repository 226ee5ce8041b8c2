// Picture cues to a file of Blu-ray subtitles (pure): each cue is an epoch of its own, so that players may enter anywhere.
import type { CueBitmap, PictureCue } from '../picture-cue.ts'

const PALETTE = 0x14
const OBJECT = 0x15
const COMPOSITION = 0x16
const WINDOWS = 0x17
const END = 0x80
const EPOCH_START = 0x80
const TICKS_PER_SECOND = 90_000
/** A segment's length is sixteen bits. */
const MOST_SEGMENT_BYTES = 65_535
/** Number 0 is what nothing is drawn with. */
const MOST_COLORS = 255
const LONGEST_RUN = 0x3fff

/** What is to be seen from a cue's start on, and that it goes at its end. Cues come in the order of their starts. */
export function createPgsWriter() {
  let number = 0
  /** Of the cue before this one, which nobody knows yet to be replaced by then. */
  let ends: { atSeconds: number; canvas: PictureCue['canvas'] } | null = null

  function displaySet(
    atSeconds: number,
    canvas: PictureCue['canvas'],
    bitmaps: readonly CueBitmap[],
  ): Buffer[] {
    const time = Math.max(0, Math.round(atSeconds * TICKS_PER_SECOND))
    const colors: Colors = new Map()
    const objects = bitmaps.map((bitmap) => encoded(bitmap, colors))
    const segment = (kind: number, body: Buffer) => segmentOf(kind, time, body)
    return [
      segment(COMPOSITION, compositionOf(number++, canvas, bitmaps)),
      segment(WINDOWS, windowsOf(bitmaps)),
      ...(bitmaps.length > 0 ? [segment(PALETTE, paletteOf(colors))] : []),
      ...objects.flatMap((data, id) => objectOf(id, bitmaps[id], data).map((body) => segment(OBJECT, body))),
      segment(END, Buffer.alloc(0)),
    ]
  }

  return {
    add({ startSeconds, endSeconds, canvas, bitmaps }: PictureCue): Buffer {
      const goes = ends && ends.atSeconds < startSeconds ? displaySet(ends.atSeconds, ends.canvas, []) : []
      ends = endSeconds === null ? null : { atSeconds: endSeconds, canvas }
      return Buffer.concat([...goes, ...displaySet(startSeconds, canvas, bitmaps)])
    },
    end: (): Buffer => Buffer.concat(ends ? displaySet(ends.atSeconds, ends.canvas, []) : []),
  }
}

function segmentOf(kind: number, time: number, body: Buffer): Buffer {
  const head = Buffer.alloc(13)
  head.write('PG', 'latin1')
  head.writeUInt32BE(time >>> 0, 2)
  head.writeUInt8(kind, 10)
  head.writeUInt16BE(body.length, 11)
  return Buffer.concat([head, body])
}

function compositionOf(number: number, canvas: PictureCue['canvas'], bitmaps: readonly CueBitmap[]): Buffer {
  const body = Buffer.alloc(11 + bitmaps.length * 8)
  body.writeUInt16BE(canvas.width, 0)
  body.writeUInt16BE(canvas.height, 2)
  body.writeUInt8(0x10, 4)
  body.writeUInt16BE(number & 0xffff, 5)
  body.writeUInt8(EPOCH_START, 7)
  body.writeUInt8(bitmaps.length, 10)
  bitmaps.forEach(({ x, y }, n) => {
    const at = 11 + n * 8
    body.writeUInt16BE(n, at)
    body.writeUInt8(n, at + 2)
    body.writeUInt16BE(x, at + 4)
    body.writeUInt16BE(y, at + 6)
  })
  return body
}

function windowsOf(bitmaps: readonly CueBitmap[]): Buffer {
  const body = Buffer.alloc(1 + bitmaps.length * 9)
  body.writeUInt8(bitmaps.length, 0)
  bitmaps.forEach(({ x, y, width, height }, n) => {
    const at = 1 + n * 9
    body.writeUInt8(n, at)
    ;[x, y, width, height].forEach((value, place) => body.writeUInt16BE(value, at + 1 + place * 2))
  })
  return body
}

/** By colour, as its four bytes lie in memory. */
type Colors = Map<number, number>

function paletteOf(colors: Colors): Buffer {
  const body = Buffer.alloc(2 + colors.size * 5)
  let at = 2
  for (const [color, number] of colors) {
    const [y = 0, cb = 0, cr = 0, alpha = 0] = new Uint8Array(Uint32Array.of(color).buffer)
    body.set([number, y, cr, cb, alpha], at)
    at += 5
  }
  return body
}

/** An object's data in as many pieces as its length asks for; the first one says how large the object is. */
function objectOf(id: number, bitmap: CueBitmap | undefined, data: Buffer): Buffer[] {
  const size = Buffer.alloc(7)
  size.writeUIntBE(data.length + 4, 0, 3)
  size.writeUInt16BE(bitmap?.width ?? 0, 3)
  size.writeUInt16BE(bitmap?.height ?? 0, 5)
  const whole = Buffer.concat([size, data])
  const pieces: Buffer[] = []
  for (let at = 0; at < whole.length; at += MOST_SEGMENT_BYTES - 4) {
    const piece = whole.subarray(at, at + MOST_SEGMENT_BYTES - 4)
    const isLast = at + piece.length === whole.length
    pieces.push(
      Buffer.concat([Buffer.of(id >> 8, id & 255, 0, (at === 0 ? 0x80 : 0) | (isLast ? 0x40 : 0)), piece]),
    )
  }
  return pieces
}

/** A bitmap as runs of colour numbers, which are given out as they turn up. */
function encoded({ width, height, pixels }: CueBitmap, colors: Colors): Buffer {
  const bytes: number[] = []
  const own = pixels.byteOffset % 4 === 0 ? pixels : pixels.slice()
  const line = new Uint32Array(own.buffer, own.byteOffset, width * height)
  const numberOf = (color: number, place: number): number => {
    if (own[place * 4 + 3] === 0) return 0
    const known = colors.get(color)
    if (known !== undefined) return known
    if (colors.size < MOST_COLORS) colors.set(color, colors.size + 1)
    return colors.size
  }
  for (let row = 0; row < height; row++) {
    const end = (row + 1) * width
    for (let place = row * width; place < end;) {
      const color = line[place] ?? 0
      const number = numberOf(color, place)
      const from = place++
      while (place < end && line[place] === color && place - from < LONGEST_RUN) place++
      const length = place - from
      if (number !== 0 && length < 3) for (let n = 0; n < length; n++) bytes.push(number)
      else {
        const flag = number === 0 ? 0 : 0x80
        if (length < 64) bytes.push(0, flag | length)
        else bytes.push(0, flag | 0x40 | (length >> 8), length & 255)
        if (number !== 0) bytes.push(number)
      }
    }
    bytes.push(0, 0)
  }
  return Buffer.from(bytes)
}
