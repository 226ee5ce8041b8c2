// What an H.264 parameter set says of the picture (ITU-T H.264 §7.3.2.1), as a decoder would.
import type { Rational } from '#shared/media.ts'
import { type BitReader, bitReader } from './bits.ts'

export type Sequence = {
  width: number
  height: number
  pixelFormat: string
  sampleAspect: Rational | null
  /** FFmpeg's numbers, which are those of ISO/IEC 23091-2; null where the set does not say. */
  colorRange: number | null
  color: { primaries: number; transfer: number; space: number } | null
}

/** ITU-T H.264 table E-1. */
const ASPECTS = [
  [1, 1],
  [12, 11],
  [10, 11],
  [16, 11],
  [40, 33],
  [24, 11],
  [20, 11],
  [32, 11],
  [80, 33],
  [18, 11],
  [15, 11],
  [64, 33],
  [160, 99],
  [4, 3],
  [3, 2],
  [2, 1],
] as const
const EXTENDED_ASPECT = 255

const MIN_SIDE = 16
const MAX_SIDE = 16_384

/** Annex E.1.1. */
function usability(r: BitReader): Pick<Sequence, 'sampleAspect' | 'colorRange' | 'color'> {
  let sampleAspect: Rational | null = null
  if (r.bit()) {
    const kind = r.bits(8)
    const [num, den] = kind === EXTENDED_ASPECT ? [r.bits(16), r.bits(16)] : (ASPECTS[kind - 1] ?? [0, 0])
    if (num > 0 && den > 0) sampleAspect = { num, den }
  }
  if (r.bit()) r.skip(1)
  let colorRange: number | null = null
  let color: Sequence['color'] = null
  if (r.bit()) {
    r.skip(3)
    colorRange = r.bit() ? 2 : 1
    if (r.bit()) color = { primaries: r.bits(8), transfer: r.bits(8), space: r.bits(8) }
  }
  return { sampleAspect, colorRange, color }
}

/** Planar Y′CbCr alone; anything rarer is left to the decoder. */
function pixelFormatOf(chroma: number, lumaDepth: number, chromaDepth: number, isFull: boolean) {
  const sampling = ['gray', 'yuv420p', 'yuv422p', 'yuv444p'][chroma]
  if (!sampling || lumaDepth !== chromaDepth || ![8, 10, 12].includes(lumaDepth)) return null
  if (lumaDepth > 8) return chroma === 0 ? null : `${sampling}${lumaDepth}le`
  return isFull && chroma > 0 ? sampling.replace('yuv', 'yuvj') : sampling
}

function sequence(
  r: BitReader,
  picture: { width: number; height: number; chroma: number; lumaDepth: number; chromaDepth: number },
): Sequence | null {
  const { width, height } = picture
  const vui = r.bit() ? usability(r) : { sampleAspect: null, colorRange: null, color: null }
  const isFull = vui.colorRange === 2
  const pixelFormat = pixelFormatOf(picture.chroma, picture.lumaDepth, picture.chromaDepth, isFull)
  // RGB in the clothes of Y′CbCr, and a transfer that a message in the stream may replace (HLG): the decoder knows.
  const isUnsure = vui.color?.space === 0 || vui.color?.transfer === 14
  const isSize = Math.min(width, height) >= MIN_SIDE && Math.max(width, height) <= MAX_SIDE
  return r.isOver() || !pixelFormat || isUnsure || !isSize ? null : { width, height, pixelFormat, ...vui }
}

const WITH_CHROMA = new Set([100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135])

function skipScalingLists(r: BitReader, count: number): void {
  for (let list = 0; list < count; list += 1) {
    if (!r.bit()) continue
    let [last, next] = [8, 8]
    for (let nth = 0; nth < (list < 6 ? 16 : 64); nth += 1) {
      if (next !== 0) next = (last + r.signed() + 256) % 256
      if (next !== 0) last = next
    }
  }
}

/** Null for what is interlaced or unusual: a decoder has to look at it. */
export function h264Sequence(unit: Uint8Array): Sequence | null {
  if (((unit[0] ?? 0) & 0x1f) !== 7) return null
  const r = bitReader(unit.subarray(1))
  const profile = r.bits(8)
  r.skip(16)
  r.unsigned()
  let [chroma, lumaDepth, chromaDepth] = [1, 8, 8]
  if (WITH_CHROMA.has(profile)) {
    chroma = r.unsigned()
    if (chroma === 3 && r.bit()) return null
    lumaDepth = r.unsigned() + 8
    chromaDepth = r.unsigned() + 8
    r.skip(1)
    if (r.bit()) skipScalingLists(r, chroma === 3 ? 12 : 8)
  }
  r.unsigned()
  const orderKind = r.unsigned()
  if (orderKind === 0) r.unsigned()
  else if (orderKind === 1) {
    r.skip(1)
    r.signed()
    r.signed()
    const cycle = r.unsigned()
    for (let nth = 0; nth < Math.min(cycle, 255); nth += 1) r.signed()
  }
  r.unsigned()
  r.skip(1)
  const columns = r.unsigned() + 1
  const rows = r.unsigned() + 1
  const isFramesOnly = r.bit() === 1
  if (!isFramesOnly) return null
  r.skip(1)
  const [left, right, top, bottom] = r.bit()
    ? [r.unsigned(), r.unsigned(), r.unsigned(), r.unsigned()]
    : [0, 0, 0, 0]
  return sequence(r, {
    width: columns * 16 - (left + right) * (chroma === 1 || chroma === 2 ? 2 : 1),
    height: rows * 16 - (top + bottom) * (chroma === 1 ? 2 : 1),
    chroma,
    lumaDepth,
    chromaDepth,
  })
}

/** The first sequence parameter set of an `avcC` record (ISO/IEC 14496-15 §5.3.3.1). */
export function avcSequence(record: Uint8Array): Sequence | null {
  if (record[0] !== 1 || ((record[5] ?? 0) & 0x1f) !== 1) return null
  const size = ((record[6] ?? 0) << 8) | (record[7] ?? 0)
  return size > 4 && size <= record.length - 8 ? h264Sequence(record.subarray(8, 8 + size)) : null
}
