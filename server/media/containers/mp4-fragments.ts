// Keyframe times of a fragmented MP4: hops from `moof` to `moof` (ISO/IEC 14496-12 §8.8) and reads nothing of the pictures.
import { BadContainer, type ByteSource } from './byte-source.ts'
import { type Box, boxes, child, payload, versioned } from './mp4-boxes.ts'

/** Ten hours in fragments of a third of a second; finer ones cost as much as reading the file. */
const MAX_FRAGMENTS = 110_000
const MAX_SAMPLES = 8_000_000
const MAX_RUNS = 2000

/** What FFmpeg takes for a keyframe: neither marked as none, nor as depending on others. */
const NO_KEYFRAME = 0x0101_0000

type Defaults = { duration: number; flags: number }

/**
 * Times in the track's own units, in the order of the fragments. Neither `sidx` nor `tfra` is asked: they tell the
 * first keyframe of a fragment at best, `tfra` by its decode time, and both are often missing or left over from
 * before an edit. The fragments' own tables are a few hundred bytes each, and are what a decoder will see.
 */
export function fragmentKeyframes(
  source: ByteSource,
  moov: Box,
  trak: Box,
  /** Where the samples told of in `moov` end. */
  firstDecodeTime: number,
): number[] {
  const trackId = versioned(source, child(source, trak, 'tkhd'), 12, 20)
  const usual = trackDefaults(source, moov, trackId)
  let next = firstDecodeTime
  let [samples, delay] = [0, 0]
  const times: number[] = []
  for (const moof of boxes(source, 0, source.sizeBytes, MAX_FRAGMENTS * 4)) {
    if (moof.type !== 'moof') continue
    for (const traf of boxes(source, moof.at, moof.end)) {
      if (traf.type !== 'traf') continue
      const header = payload(source, child(source, traf, 'tfhd'))
      if (!header || header.length < 8 || header.readUInt32BE(4) !== trackId) continue
      const defaults = headerDefaults(header, usual)
      next = decodeTime(payload(source, child(source, traf, 'tfdt'))) ?? next
      for (const box of boxes(source, traf.at, traf.end, MAX_RUNS)) {
        if (box.type !== 'trun') continue
        for (const sample of samplesOf(payload(source, box), defaults)) {
          if ((samples += 1) > MAX_SAMPLES) throw new BadContainer('too many samples')
          if ((sample.flags & NO_KEYFRAME) === 0) times.push(next + sample.offset)
          delay = Math.max(delay, -sample.offset)
          next += sample.duration
        }
      }
    }
  }
  // As FFmpeg does: pictures shown before they are decoded delay all of them.
  return times.map((time) => time + delay)
}

/** `trex`: what holds for samples of the track wherever a fragment does not say otherwise. */
function trackDefaults(source: ByteSource, moov: Box, trackId: number): Defaults {
  const mvex = child(source, moov, 'mvex')
  for (const box of mvex ? boxes(source, mvex.at, mvex.end) : []) {
    const table = box.type === 'trex' ? payload(source, box) : null
    if (table && table.length >= 24 && table.readUInt32BE(4) === trackId)
      return { duration: table.readUInt32BE(12), flags: table.readUInt32BE(20) }
  }
  return { duration: 0, flags: 0 }
}

function headerDefaults(header: Buffer, usual: Defaults): Defaults {
  const flags = header.readUInt32BE(0) & 0xffffff
  let at = 8 + (flags & 0x1 ? 8 : 0) + (flags & 0x2 ? 4 : 0)
  const take = (bit: number) => {
    if ((flags & bit) === 0) return null
    at += 4
    return at <= header.length ? header.readUInt32BE(at - 4) : null
  }
  const duration = take(0x8)
  take(0x10)
  return { duration: duration ?? usual.duration, flags: take(0x20) ?? usual.flags }
}

function decodeTime(table: Buffer | null): number | null {
  if (!table || table.length < 8) return null
  if (table[0] !== 1) return table.readUInt32BE(4)
  return table.length < 12 ? null : Number(table.readBigUInt64BE(4))
}

function* samplesOf(
  run: Buffer | null,
  defaults: Defaults,
): Generator<{ duration: number; flags: number; offset: number }> {
  if (!run || run.length < 8) return
  const flags = run.readUInt32BE(0) & 0xffffff
  let at = 8 + (flags & 0x1 ? 4 : 0)
  const firstFlags = flags & 0x4 && at + 4 <= run.length ? run.readUInt32BE(at) : null
  if (flags & 0x4) at += 4
  const columns = [0x100, 0x200, 0x400, 0x800].filter((bit) => flags & bit)
  const count = run.readUInt32BE(4)
  // A run that says nothing of its samples may claim any number of them: all alike, they are no keyframes to cut at.
  if (columns.length === 0 && count > MAX_RUNS) throw new BadContainer('a run without a table')
  for (let nth = 0; nth < count && at + columns.length * 4 <= run.length; nth += 1) {
    const sample = { ...defaults, offset: 0 }
    if (nth === 0 && firstFlags !== null) sample.flags = firstFlags
    for (const bit of columns) {
      if (bit === 0x100) sample.duration = run.readUInt32BE(at)
      if (bit === 0x400) sample.flags = run.readUInt32BE(at)
      if (bit === 0x800) sample.offset = run[0] === 0 ? run.readUInt32BE(at) : run.readInt32BE(at)
      at += 4
    }
    yield sample
  }
}
