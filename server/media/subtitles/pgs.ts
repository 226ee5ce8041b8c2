// Blu-ray's picture subtitles (pure): segments to cues. Patent US 2009/0185789 describes the format.
import type { CueBitmap, PictureCue } from '../picture-cue.ts'

const PALETTE = 0x14
const OBJECT = 0x15
const COMPOSITION = 0x16
const END = 0x80
/** A Blu-ray's picture; larger ones are damage. */
const MOST_PIXELS = 4096 * 2304
/** Of all objects that are kept, as they are in the file: Blu-ray allows a fraction of it. */
const MOST_OBJECT_BYTES = 32 * 1024 * 1024

type Drawn = { width: number; height: number; data: Buffer[]; bytes: number }
type Composition = {
  width: number
  height: number
  palette: number
  objects: { id: number; x: number; y: number }[]
}

/** Keeps palettes and objects between packets, as players have to. */
export function createPgsDecoder() {
  const palettes = new Map<number, Uint8Array>()
  const objects = new Map<number, Drawn>()
  let composition: Composition | null = null

  function readComposition(body: Buffer): void {
    // An epoch's start: nothing from before is used again.
    if ((body[7] ?? 0) & 0x80) objects.clear()
    const found: Composition['objects'] = []
    for (let at = 11, left = body[10] ?? 0; left > 0 && at + 8 <= body.length; left--) {
      found.push({ id: body.readUInt16BE(at), x: body.readUInt16BE(at + 4), y: body.readUInt16BE(at + 6) })
      at += (body[at + 3] ?? 0) & 0x80 ? 16 : 8
    }
    const [width, height] = [body.readUInt16BE(0), body.readUInt16BE(2)]
    composition = { width, height, palette: body[9] ?? 0, objects: found }
  }

  function readPalette(body: Buffer): void {
    const colors = palettes.get(body[0] ?? 0) ?? new Uint8Array(1024)
    palettes.set(body[0] ?? 0, colors)
    for (let at = 2; at + 5 <= body.length; at += 5) {
      const [index = 0, y = 0, cr = 0, cb = 0, alpha = 0] = body.subarray(at, at + 5)
      colors.set([y, cb, cr, alpha], index * 4)
    }
  }

  function readObject(body: Buffer): void {
    const id = body.readUInt16BE(0)
    const isFirst = ((body[3] ?? 0) & 0x80) !== 0
    const kept = objects.values().reduce((sum, { bytes }) => sum + bytes, 0)
    if (kept + body.length > MOST_OBJECT_BYTES) return
    if (!isFirst) {
      const object = objects.get(id)
      if (!object) return
      object.data.push(body.subarray(4))
      object.bytes += body.length
      return
    }
    if (body.length < 11 || objects.size >= 64) return
    const [width, height] = [body.readUInt16BE(7), body.readUInt16BE(9)]
    if (width * height <= MOST_PIXELS)
      objects.set(id, { width, height, data: [body.subarray(11)], bytes: body.length })
  }

  function cue(startSeconds: number, shown: Composition): PictureCue {
    const colors = palettes.get(shown.palette) ?? new Uint8Array(1024)
    // One object may be shown in several places, and hostile compositions show a large one in hundreds.
    let pixelsLeft = MOST_PIXELS
    const bitmaps = shown.objects.flatMap(({ id, x, y }): CueBitmap[] => {
      const object = objects.get(id)
      if (!object) return []
      const { width, height } = object
      pixelsLeft -= width * height
      if (pixelsLeft < 0) return []
      return [{ x, y, width, height, pixels: colored(runs(object), colors) }]
    })
    return { startSeconds, endSeconds: null, canvas: { width: shown.width, height: shown.height }, bitmaps }
  }

  /** A packet's cue, of which it has one; null while its pieces are not all there. */
  return function decode(packet: Buffer, startSeconds: number): PictureCue | null {
    for (let at = 0; at + 3 <= packet.length;) {
      const size = packet.readUInt16BE(at + 1)
      const body = packet.subarray(at + 3, at + 3 + size)
      const kind = packet[at]
      if (kind === COMPOSITION && size >= 11 && body.length === size) readComposition(body)
      else if (kind === PALETTE) readPalette(body)
      else if (kind === OBJECT && body.length > 4) readObject(body)
      else if (kind === END && composition) {
        const made = cue(startSeconds, composition)
        composition = null
        return made
      }
      at += 3 + size
    }
    return null
  }
}

/** Colour numbers of an object's pixels. */
function runs({ width, height, data }: Drawn): Uint8Array {
  const bytes = Buffer.concat(data)
  const pixels = new Uint8Array(width * height)
  let to = 0
  let row = 0
  for (let at = 0; at < bytes.length && row < height;) {
    const color = bytes[at++] ?? 0
    if (color !== 0) {
      pixels[to++] = color
      continue
    }
    const flags = bytes[at++] ?? 0
    if (flags === 0) {
      row++
      to = row * width
      continue
    }
    const length = flags & 0x40 ? ((flags & 0x3f) << 8) | (bytes[at++] ?? 0) : flags & 0x3f
    pixels.fill(flags & 0x80 ? (bytes[at++] ?? 0) : 0, to, to + length)
    to += length
  }
  return pixels
}

/** Four bytes of a table of colours for each number. */
export function colored(numbers: Uint8Array, colors: Uint8Array): Uint8Array {
  const table = new Uint32Array(colors.slice().buffer)
  const pixels = new Uint32Array(numbers.length)
  for (let at = 0; at < numbers.length; at++) pixels[at] = table[numbers[at] ?? 0] ?? 0
  return new Uint8Array(pixels.buffer)
}
