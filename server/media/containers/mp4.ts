// Chapters and keyframe times straight from an MP4's `moov` (ISO/IEC 14496-12): a few small reads, whatever the file's size.
import type { Chapter } from '#shared/media.ts'
import { BadContainer, ByteSource } from './byte-source.ts'
import {
  type Box,
  child,
  editShift,
  moovOf,
  payload,
  runs,
  stepper,
  timescaleOf,
  tracksOf,
  versioned,
} from './mp4-boxes.ts'
import { fragmentKeyframes } from './mp4-fragments.ts'

/** Fragments lie far apart, and their tables are small. */
const HOP_BYTES = 4096
/** Bounds against hostile tables: ten hours at 120 frames a second are 4.3 million samples. */
const MAX_SAMPLES = 8_000_000
const MAX_CHAPTERS = 2000
const MAX_CHAPTER_TITLE_BYTES = 1000

/** Presentation times (seconds on the movie's own timeline) of a track's sync samples; null where no table tells them. */
export function readMp4Keyframes(path: string, trackIndex: number): number[] | null {
  using source = new ByteSource(path, HOP_BYTES)
  const moov = moovOf(source)
  const trak = tracksOf(source, moov)[trackIndex]
  const stbl = trak && child(source, trak, 'mdia', 'minf', 'stbl')
  if (!trak || !stbl) return null
  const timescale = timescaleOf(source, child(source, trak, 'mdia', 'mdhd'))
  const shift = editShift(source, trak, timescaleOf(source, child(source, moov, 'mvhd')), timescale)
  const told = tableKeyframes(source, stbl)
  if (!told) return null
  const isFragmented = child(source, moov, 'mvex') !== null
  const later = isFragmented ? fragmentKeyframes(source, moov, trak, told.end) : []
  const times = [...told.ticks, ...later].map((ticks) => ticks / timescale + shift)
  return times.length > 0 ? times.toSorted((a, b) => a - b) : null
}

/** What `moov` itself tells: nothing in most fragmented files. Null where samples are there, but not which are sync. */
function tableKeyframes(source: ByteSource, stbl: Box): { ticks: number[]; end: number } | null {
  const durations = payload(source, child(source, stbl, 'stts'))
  if (!durations) return null
  const { samples, end } = lengthOf(runs(durations, false))
  if (samples === 0) return { ticks: [], end: 0 }
  const sync = payload(source, child(source, stbl, 'stss'))
  // Without `stss` every sample is a sync sample: fine for short clips of intra frames, useless as an index.
  if (!sync || sync.length < 8) return null
  const offsets = payload(source, child(source, stbl, 'ctts'))
  const count = Math.min(sync.readUInt32BE(4), Math.floor((sync.length - 8) / 4))
  if (count === 0 || count > MAX_SAMPLES) return null
  const decodeTime = stepper(runs(durations, false), true)
  const offset = offsets ? stepper(runs(offsets, true), false) : () => 0
  const ticks: number[] = []
  let previous = 0
  for (let entry = 0; entry < count; entry += 1) {
    const sample = sync.readUInt32BE(8 + entry * 4)
    if (sample <= previous) throw new BadContainer('sync samples out of order')
    previous = sample
    const decoded = decodeTime(sample - 1)
    if (decoded === null) break
    ticks.push(decoded + (offset(sample - 1) ?? 0))
  }
  return { ticks, end }
}

function lengthOf(table: Iterable<{ count: number; value: number }>): { samples: number; end: number } {
  let [samples, end] = [0, 0]
  for (const { count, value } of table) {
    samples += count
    end += count * value
  }
  return { samples, end }
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
