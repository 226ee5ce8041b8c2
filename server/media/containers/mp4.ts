// Chapters and keyframe times straight from an MP4's `moov` (ISO/IEC 14496-12): a few small reads, whatever the file's size.
import type { Chapter } from '#shared/media.ts'
import { BadContainer, ByteSource } from './byte-source.ts'

type Box = { type: string; at: number; end: number }

/** Bounds against hostile tables: ten hours at 120 frames a second are 4.3 million samples. */
const MAX_BOXES = 20_000
const MAX_TABLE_BYTES = 64 * 1024 * 1024
const MAX_SAMPLES = 8_000_000
const MAX_TRACKS = 200
const MAX_CHAPTERS = 2000
const MAX_CHAPTER_TITLE_BYTES = 1000

function* boxes(source: ByteSource, from: number, end: number): Generator<Box> {
  let at = from
  for (let seen = 0; at + 8 <= end; seen += 1) {
    if (seen > MAX_BOXES) throw new BadContainer('too many boxes')
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

function child(source: ByteSource, parent: Box, ...path: string[]): Box | null {
  let box: Box | null = parent
  for (const type of path) {
    if (!box) return null
    box = boxes(source, box.at, box.end).find((one) => one.type === type) ?? null
  }
  return box
}

/** The whole payload of a table box; the copy outlives later reads. */
function payload(source: ByteSource, box: Box | null): Buffer | null {
  if (!box) return null
  const length = box.end - box.at
  if (length > MAX_TABLE_BYTES) throw new BadContainer('table too large')
  return Buffer.from(source.read(box.at, length))
}

const moovOf = (source: ByteSource): Box => {
  const moov = boxes(source, 0, source.sizeBytes).find((box) => box.type === 'moov')
  if (!moov) throw new BadContainer('no moov')
  return moov
}

const tracksOf = (source: ByteSource, moov: Box): Box[] =>
  boxes(source, moov.at, moov.end)
    .filter((box) => box.type === 'trak')
    .take(MAX_TRACKS)
    .toArray()

/** `mvhd` and `mdhd` have their time scale at the same place; `tkhd` its track id. */
function versioned(source: ByteSource, box: Box | null, short: number, long: number): number {
  if (!box) throw new BadContainer('header missing')
  const isLong = source.read(box.at, 1)[0] === 1
  return source.read(box.at + (isLong ? long : short), 4).readUInt32BE(0)
}

const timescaleOf = (source: ByteSource, box: Box | null) => {
  const timescale = versioned(source, box, 12, 20)
  if (timescale === 0) throw new BadContainer('no time scale')
  return timescale
}

/** Runs of a table of (count, value) pairs, as `stts` and `ctts` have them. */
function* runs(table: Buffer, signed: boolean): Generator<{ count: number; value: number }> {
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
function editShift(source: ByteSource, trak: Box, movieTimescale: number, timescale: number): number {
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

/**
 * Presentation times (seconds on the movie's own timeline) of a track's sync samples; null when the file has no
 * such table, as fragmented ones.
 */
export function readMp4Keyframes(path: string, trackIndex: number): number[] | null {
  using source = new ByteSource(path)
  const moov = moovOf(source)
  // `tfra` (§8.8.10) gives decode times in the files at hand, not presentation times: not exact enough to cut by.
  if (child(source, moov, 'mvex')) return null
  const trak = tracksOf(source, moov)[trackIndex]
  if (!trak) return null
  const stbl = child(source, trak, 'mdia', 'minf', 'stbl')
  if (!stbl) return null
  const timescale = timescaleOf(source, child(source, trak, 'mdia', 'mdhd'))
  const shift = editShift(source, trak, timescaleOf(source, child(source, moov, 'mvhd')), timescale)
  const durations = payload(source, child(source, stbl, 'stts'))
  if (!durations) return null
  const sync = payload(source, child(source, stbl, 'stss'))
  // Without `stss` every sample is a sync sample: fine for short clips of intra frames, useless as an index.
  if (!sync || sync.length < 8) return null
  const offsets = payload(source, child(source, stbl, 'ctts'))

  const count = Math.min(sync.readUInt32BE(4), Math.floor((sync.length - 8) / 4))
  if (count === 0 || count > MAX_SAMPLES) return null
  const decodeTime = stepper(runs(durations, false), true)
  const offset = offsets ? stepper(runs(offsets, true), false) : () => 0
  const times: number[] = []
  let previous = 0
  for (let entry = 0; entry < count; entry += 1) {
    const sample = sync.readUInt32BE(8 + entry * 4)
    if (sample <= previous) throw new BadContainer('sync samples out of order')
    previous = sample
    const decoded = decodeTime(sample - 1)
    if (decoded === null) break
    times.push((decoded + (offset(sample - 1) ?? 0)) / timescale + shift)
  }
  return times.toSorted((a, b) => a - b)
}

/** Looks up samples in ascending order in a run-length table: the sum before the sample (also of the end), or the value at it. */
function stepper(table: Generator<{ count: number; value: number }>, isSum: boolean) {
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

/** QuickTime's chapter track where there is one (it is what FFmpeg takes), Nero's `chpl` otherwise. */
export function readMp4Chapters(path: string, durationSeconds: number | null): Chapter[] {
  using source = new ByteSource(path)
  const moov = moovOf(source)
  const starts = chapterTrack(source, moov) ?? neroChapters(source, moov) ?? []
  return closed(starts, durationSeconds)
}

/** Chapters end where the next begins, the last with the file. */
function closed(
  starts: { at: number; end?: number; title: string | null }[],
  durationSeconds: number | null,
): Chapter[] {
  const ordered = starts.toSorted((a, b) => a.at - b.at)
  return ordered.map(({ at, end, title }, index) => ({
    startSeconds: at,
    endSeconds: Math.max(at, ordered[index + 1]?.at ?? end ?? durationSeconds ?? at),
    title,
  }))
}

/** `moov/udta/chpl`: version, flags, reserved (version 1), count, then 100 ns start, length, UTF-8 title. */
function neroChapters(source: ByteSource, moov: Box) {
  const table = payload(source, child(source, moov, 'udta', 'chpl'))
  if (!table || table.length < 6) return null
  let at = table[0] === 1 ? 8 : 4
  const count = table[at] ?? 0
  at += 1
  const chapters: { at: number; title: string | null }[] = []
  for (let entry = 0; entry < count && at + 9 <= table.length; entry += 1) {
    const startSeconds = Number(table.readBigUInt64BE(at)) / 1e7
    const length = table[at + 8] ?? 0
    if (at + 9 + length > table.length || !Number.isFinite(startSeconds)) break
    chapters.push({ at: startSeconds, title: clean(table.toString('utf8', at + 9, at + 9 + length)) })
    at += 9 + length
  }
  return chapters
}

const clean = (text: string) => text.replaceAll('\0', '').trim().slice(0, 300) || null

/** A track referenced with `tref/chap` whose samples are a 16-bit length and a title. */
function chapterTrack(source: ByteSource, moov: Box) {
  const traks = tracksOf(source, moov)
  const referenced = new Set<number>()
  for (const trak of traks) {
    const chap = payload(source, child(source, trak, 'tref', 'chap'))
    for (let at = 0; chap && at + 4 <= chap.length && at < 400; at += 4) referenced.add(chap.readUInt32BE(at))
  }
  const trak = traks.find((one) => {
    const tkhd = child(source, one, 'tkhd')
    if (!tkhd || !referenced.has(versioned(source, tkhd, 12, 20))) return false
    const hdlr = child(source, one, 'mdia', 'hdlr')
    // Chapter pictures are referenced too; only the text track has titles.
    return hdlr !== null && source.read(hdlr.at + 8, 4).toString('latin1') !== 'vide'
  })
  const stbl = trak && child(source, trak, 'mdia', 'minf', 'stbl')
  if (!trak || !stbl) return null
  const timescale = timescaleOf(source, child(source, trak, 'mdia', 'mdhd'))
  const shift = editShift(source, trak, timescaleOf(source, child(source, moov, 'mvhd')), timescale)
  const durations = payload(source, child(source, stbl, 'stts'))
  const places = samplePlaces(source, stbl)
  if (!durations || !places) return null
  const starts = stepper(runs(durations, false), true)
  const chapters: { at: number; end: number; title: string | null }[] = []
  for (const [index, place] of places.entries()) {
    const start = starts(index)
    if (start === null) break
    const end = starts(index + 1)
    chapters.push({
      at: Math.max(0, start / timescale + shift),
      end: (end ?? start) / timescale + shift,
      title: sampleTitle(source, place),
    })
  }
  return chapters
}

function sampleTitle(source: ByteSource, { at, size }: { at: number; size: number }): string | null {
  if (size < 3 || at + size > source.sizeBytes) return null
  const sample = source.read(at, Math.min(size, MAX_CHAPTER_TITLE_BYTES))
  const text = sample.subarray(2, 2 + Math.min(sample.readUInt16BE(0), sample.length - 2))
  const isUtf16 = text.length >= 2 && (text.readUInt16BE(0) === 0xfeff || text.readUInt16BE(0) === 0xfffe)
  if (!isUtf16) return clean(text.toString('utf8'))
  return clean(new TextDecoder(text.readUInt16BE(0) === 0xfeff ? 'utf-16be' : 'utf-16le').decode(text))
}

/** Where each sample of a small track lies, from `stsz`, `stsc` and `stco`/`co64`. */
function samplePlaces(source: ByteSource, stbl: Box): { at: number; size: number }[] | null {
  const sizes = payload(source, child(source, stbl, 'stsz'))
  const toChunk = payload(source, child(source, stbl, 'stsc'))
  const short = payload(source, child(source, stbl, 'stco'))
  const long = short ? null : payload(source, child(source, stbl, 'co64'))
  if (!sizes || sizes.length < 12 || !toChunk || toChunk.length < 8 || !(short ?? long)) return null
  const sameSize = sizes.readUInt32BE(4)
  const samples = Math.min(
    sizes.readUInt32BE(8),
    MAX_CHAPTERS,
    sameSize ? MAX_CHAPTERS : (sizes.length - 12) / 4,
  )
  const offsets = (short ?? long) as Buffer
  const chunks = Math.min(offsets.readUInt32BE(4), Math.floor((offsets.length - 8) / (short ? 4 : 8)))
  const entries = Math.min(toChunk.readUInt32BE(4), Math.floor((toChunk.length - 8) / 12))
  const places: { at: number; size: number }[] = []
  let entry = 0
  for (let chunk = 1; chunk <= chunks && places.length < samples; chunk += 1) {
    while (entry + 1 < entries && toChunk.readUInt32BE(8 + (entry + 1) * 12) <= chunk) entry += 1
    const perChunk = entries > 0 ? toChunk.readUInt32BE(8 + entry * 12 + 4) : 0
    let at = short
      ? short.readUInt32BE(8 + (chunk - 1) * 4)
      : Number(offsets.readBigUInt64BE(8 + (chunk - 1) * 8))
    for (let nth = 0; nth < perChunk && places.length < samples; nth += 1) {
      const size = sameSize || sizes.readUInt32BE(12 + places.length * 4)
      places.push({ at, size })
      at += size
    }
  }
  return places
}
