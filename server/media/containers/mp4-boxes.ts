// The boxes of an MP4 (ISO/IEC 14496-12) and the tables that several readers of it share.
import { BadContainer, type ByteSource } from './byte-source.ts'

export type Box = { type: string; at: number; end: number }

/** Bounds against hostile tables. */
const MAX_BOXES = 20_000
const MAX_TABLE_BYTES = 64 * 1024 * 1024
const MAX_TRACKS = 200

export function* boxes(source: ByteSource, from: number, end: number, most = MAX_BOXES): Generator<Box> {
  let at = from
  for (let seen = 0; at + 8 <= end; seen += 1) {
    if (seen > most) throw new BadContainer('too many boxes')
    const head = source.read(at, 8)
    let size = head.readUInt32BE(0)
    const type = head.toString('latin1', 4, 8)
    let header = 8
    if (size === 1) {
      size = Number(source.read(at + 8, 8).readBigUInt64BE(0))
      header = 16
    } else if (size === 0) size = end - at
    if (size < header || at + size > end) return
    yield { type, at: at + header, end: at + size }
    at += size
  }
}

export function child(source: ByteSource, parent: Box, ...path: string[]): Box | null {
  let box: Box | null = parent
  for (const type of path) {
    if (!box) return null
    box = boxes(source, box.at, box.end).find((one) => one.type === type) ?? null
  }
  return box
}

/** The whole payload of a table box; the copy outlives later reads. */
export function payload(source: ByteSource, box: Box | null): Buffer | null {
  if (!box) return null
  const length = box.end - box.at
  if (length > MAX_TABLE_BYTES) throw new BadContainer('table too large')
  return Buffer.from(source.read(box.at, length))
}

export const moovOf = (source: ByteSource): Box => {
  const moov = boxes(source, 0, source.sizeBytes).find((box) => box.type === 'moov')
  if (!moov) throw new BadContainer('no moov')
  return moov
}

export const tracksOf = (source: ByteSource, moov: Box): Box[] =>
  boxes(source, moov.at, moov.end)
    .filter((box) => box.type === 'trak')
    .take(MAX_TRACKS)
    .toArray()

/** `mvhd` and `mdhd` have their time scale at the same place; `tkhd` its track id. */
export function versioned(source: ByteSource, box: Box | null, short: number, long: number): number {
  if (!box) throw new BadContainer('header missing')
  const isLong = source.read(box.at, 1)[0] === 1
  return source.read(box.at + (isLong ? long : short), 4).readUInt32BE(0)
}

export const timescaleOf = (source: ByteSource, box: Box | null) => {
  const timescale = versioned(source, box, 12, 20)
  if (timescale === 0) throw new BadContainer('no time scale')
  return timescale
}

/** Runs of a table of (count, value) pairs, as `stts` and `ctts` have them. */
export function* runs(table: Buffer, signed: boolean): Generator<{ count: number; value: number }> {
  const entries = Math.min(table.length >= 8 ? table.readUInt32BE(4) : 0, Math.floor((table.length - 8) / 8))
  for (let entry = 0; entry < entries; entry += 1) {
    const at = 8 + entry * 8
    yield {
      count: table.readUInt32BE(at),
      value: signed ? table.readInt32BE(at + 4) : table.readUInt32BE(at + 4),
    }
  }
}

/** What an edit list adds to media times, in seconds: an empty edit delays, the first real edit cuts the front. */
export function editShift(source: ByteSource, trak: Box, movieTimescale: number, timescale: number): number {
  const table = payload(source, child(source, trak, 'edts', 'elst'))
  if (!table || table.length < 8) return 0
  const isLong = table[0] === 1
  const width = isLong ? 20 : 12
  const entries = Math.min(table.readUInt32BE(4), Math.floor((table.length - 8) / width))
  let delay = 0
  for (let entry = 0; entry < entries; entry += 1) {
    const at = 8 + entry * width
    const duration = isLong ? Number(table.readBigUInt64BE(at)) : table.readUInt32BE(at)
    const mediaTime = isLong ? Number(table.readBigInt64BE(at + 8)) : table.readInt32BE(at + 4)
    if (mediaTime >= 0) return delay - mediaTime / timescale
    delay += duration / movieTimescale
  }
  return delay
}

/** Looks up samples in ascending order in a run-length table: the sum before the sample (also of the end), or the value at it. */
export function stepper(table: Generator<{ count: number; value: number }>, isSum: boolean) {
  let first = 0
  let sum = 0
  let run = table.next()
  return (sample: number): number | null => {
    while (!run.done && sample >= first + run.value.count) {
      first += run.value.count
      sum += run.value.count * run.value.value
      run = table.next()
    }
    if (run.done) return isSum ? (sample === first ? sum : null) : 0
    return isSum ? sum + (sample - first) * run.value.value : run.value.value
  }
}
