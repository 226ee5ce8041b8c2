// Chapters and keyframe times straight from a Matroska file's own tables (RFC 9559): a few small reads.
import type { Chapter } from '#shared/media.ts'
import { BadContainer, ByteSource } from './byte-source.ts'

const ID = {
  segment: 0x18538067,
  seekHead: 0x114d9b74,
  seek: 0x4dbb,
  seekId: 0x53ab,
  seekPosition: 0x53ac,
  info: 0x1549a966,
  timestampScale: 0x2ad7b1,
  tracks: 0x1654ae6b,
  trackEntry: 0xae,
  trackNumber: 0xd7,
  trackType: 0x83,
  codecId: 0x86,
  cues: 0x1c53bb6b,
  cuePoint: 0xbb,
  cueTime: 0xb3,
  cueTrackPositions: 0xb7,
  cueTrack: 0xf7,
  chapters: 0x1043a770,
  editionEntry: 0x45b9,
  chapterAtom: 0xb6,
  chapterUid: 0x73c4,
  chapterTimeStart: 0x91,
  chapterTimeEnd: 0x92,
  chapterFlagHidden: 0x98,
  chapterDisplay: 0x80,
  chapString: 0x85,
  cluster: 0x1f43b675,
} as const

type Element = { id: number; at: number; end: number }
type Tables = { segmentAt: number; found: Map<number, Element> }

const MAX_ELEMENTS = 500_000
const MAX_CHAPTERS = 2000
/** Cues sit behind all clusters when there is no SeekHead; hopping over this many clusters is still cheap. */
const MAX_TOP_ELEMENTS = 5000
const TABLES = new Set<number>([ID.info, ID.tracks, ID.cues, ID.chapters])

/** An EBML variable-size integer (RFC 8794 §4); `keepMarker` for element ids. Null is "unknown size". */
function vint(source: ByteSource, at: number, keepMarker: boolean): { value: number | null; length: number } {
  const first = source.read(at, 1)[0] ?? 0
  const length = Math.clz32(first) - 23
  if (length > 8 || (keepMarker && length > 4)) throw new BadContainer('not an EBML number')
  const bytes = source.read(at, length)
  let value = keepMarker ? first : first & ((1 << (8 - length)) - 1)
  let isUnknown = value === (1 << (8 - length)) - 1
  for (let nth = 1; nth < length; nth += 1) {
    const byte = bytes[nth] ?? 0
    if (byte !== 0xff) isUnknown = false
    value = value * 256 + byte
  }
  return { value: isUnknown && !keepMarker ? null : value, length }
}

function elementAt(source: ByteSource, at: number, limit: number): Element | null {
  if (at + 2 > limit) return null
  const id = vint(source, at, true)
  const size = vint(source, at + id.length, false)
  const body = at + id.length + size.length
  const end = size.value === null ? limit : body + size.value
  if (end > limit) return null
  return { id: id.value ?? 0, at: body, end }
}

function* children(source: ByteSource, parent: Element): Generator<Element> {
  let at = parent.at
  for (let seen = 0; seen < MAX_ELEMENTS; seen += 1) {
    const element = elementAt(source, at, parent.end)
    if (!element) return
    yield element
    at = element.end
  }
}

const child = (source: ByteSource, parent: Element, id: number) =>
  children(source, parent).find((element) => element.id === id) ?? null

function unsigned(source: ByteSource, element: Element | null): number | null {
  if (!element) return null
  const length = element.end - element.at
  if (length > 8) throw new BadContainer('number too long')
  let value = 0
  for (const byte of source.read(element.at, length)) value = value * 256 + byte
  return value
}

/** Finds the tables through the SeekHead, and by hopping over the top elements where it does not name them. */
function tablesOf(source: ByteSource, wanted: readonly number[]): Tables {
  const header = elementAt(source, 0, source.sizeBytes)
  const segment =
    header && elementAt(source, header.end, source.sizeBytes)
      ? elementAt(source, header.end, source.sizeBytes)
      : header && openSegment(source, header.end)
  if (!segment || segment.id !== ID.segment) throw new BadContainer('no segment')
  const found = new Map<number, Element>()
  let at = segment.at
  for (let seen = 0; seen < MAX_TOP_ELEMENTS; seen += 1) {
    const element = elementAt(source, at, segment.end)
    if (!element) break
    if (TABLES.has(element.id) && !found.has(element.id)) found.set(element.id, element)
    if (element.id === ID.seekHead) followSeekHead(source, segment, element, found)
    if (wanted.every((id) => found.has(id))) break
    // A SeekHead names what there is: no need to hop over the clusters for tables it does not know.
    if (element.id === ID.cluster && found.has(ID.seekHead)) break
    if (element.id === ID.seekHead) found.set(ID.seekHead, element)
    at = element.end
  }
  return { segmentAt: segment.at, found }
}

/** A segment cut off by a crash claims more than there is: read what is there. */
function openSegment(source: ByteSource, at: number): Element {
  const id = vint(source, at, true)
  const size = vint(source, at + id.length, false)
  return { id: id.value ?? 0, at: at + id.length + size.length, end: source.sizeBytes }
}

function followSeekHead(
  source: ByteSource,
  segment: Element,
  head: Element,
  found: Map<number, Element>,
): void {
  for (const seek of children(source, head).take(100)) {
    if (seek.id !== ID.seek) continue
    const id = unsigned(source, child(source, seek, ID.seekId))
    const position = unsigned(source, child(source, seek, ID.seekPosition))
    if (id === null || position === null || !TABLES.has(id) || found.has(id)) continue
    const at = segment.at + position
    if (at >= segment.end) continue
    const element = elementAt(source, at, segment.end)
    if (element?.id === id) found.set(id, element)
  }
}

/** FFmpeg numbers its streams in the order of the track entries it knows the kind of. */
function trackNumberOf(source: ByteSource, tracks: Element, trackIndex: number): number | null {
  let index = 0
  for (const entry of children(source, tracks)) {
    if (entry.id !== ID.trackEntry) continue
    const type = unsigned(source, child(source, entry, ID.trackType)) ?? 0
    if (![1, 2, 17, 33].includes(type) || !child(source, entry, ID.codecId)) continue
    if (index === trackIndex) return unsigned(source, child(source, entry, ID.trackNumber))
    index += 1
  }
  return null
}

/** Times of the track's cue points, seconds on the segment's timeline; null without Cues for it. */
export function readMatroskaKeyframes(path: string, trackIndex: number): number[] | null {
  using source = new ByteSource(path)
  const { found } = tablesOf(source, [ID.info, ID.tracks, ID.cues])
  const [info, tracks, cues] = [found.get(ID.info), found.get(ID.tracks), found.get(ID.cues)]
  if (!info || !tracks || !cues) return null
  const scale = unsigned(source, child(source, info, ID.timestampScale)) ?? 1_000_000
  const number = trackNumberOf(source, tracks, trackIndex)
  if (number === null || scale === 0) return null
  const times: number[] = []
  for (const point of children(source, cues)) {
    if (point.id !== ID.cuePoint) continue
    const time = unsigned(source, child(source, point, ID.cueTime))
    if (time === null) continue
    const isOurs = children(source, point).some(
      (one) =>
        one.id === ID.cueTrackPositions && unsigned(source, child(source, one, ID.cueTrack)) === number,
    )
    if (isOurs) times.push((time * scale) / 1e9)
  }
  return times.length > 0 ? times.toSorted((a, b) => a - b) : null
}

/** The chapters of every edition, as FFmpeg lists them: nested ones, those without a UID and steps back left out. */
export function readMatroskaChapters(path: string, durationSeconds: number | null): Chapter[] {
  using source = new ByteSource(path)
  const chapters = tablesOf(source, [ID.chapters]).found.get(ID.chapters)
  if (!chapters) return []
  const result: Chapter[] = []
  for (const edition of children(source, chapters)) {
    if (edition.id !== ID.editionEntry) continue
    for (const atom of children(source, edition)) {
      if (atom.id !== ID.chapterAtom || result.length >= MAX_CHAPTERS) continue
      const start = unsigned(source, child(source, atom, ID.chapterTimeStart))
      if (start === null || unsigned(source, child(source, atom, ID.chapterFlagHidden))) continue
      if (
        !unsigned(source, child(source, atom, ID.chapterUid)) ||
        start / 1e9 <= (result.at(-1)?.startSeconds ?? -1)
      )
        continue
      const end = unsigned(source, child(source, atom, ID.chapterTimeEnd))
      const display = child(source, atom, ID.chapterDisplay)
      const title = display && child(source, display, ID.chapString)
      result.push({
        startSeconds: start / 1e9,
        endSeconds: end === null ? Number.NaN : end / 1e9,
        title: title ? textOf(source, title) : null,
      })
    }
  }
  for (const [index, one] of result.entries())
    if (Number.isNaN(one.endSeconds))
      one.endSeconds = Math.max(one.startSeconds, result[index + 1]?.startSeconds ?? durationSeconds ?? 0)
  return result
}

function textOf(source: ByteSource, element: Element): string | null {
  const bytes = source.read(element.at, Math.min(element.end - element.at, 1000))
  return bytes.toString('utf8').replace(/\0.*$/s, '').trim().slice(0, 300) || null
}
