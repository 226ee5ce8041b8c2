// Cuts a growing fMP4 segment at whole fragments, so that hls.js may show the first pictures of it early (pure).

/** Enough for the sample table of half a minute of 60 frames a second. */
export const ANNOUNCED_MOOF_BYTES = 32_768

export type Timing = { timescale: number; defaultDuration: number }

type Box = { type: string; start: number; end: number }

function* boxes(bytes: Uint8Array, from: number, to: number): Generator<Box> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let at = from; at + 8 <= to;) {
    const size = view.getUint32(at)
    if (size < 8) return
    const type = String.fromCharCode(
      bytes[at + 4] ?? 0,
      bytes[at + 5] ?? 0,
      bytes[at + 6] ?? 0,
      bytes[at + 7] ?? 0,
    )
    yield { type, start: at, end: at + size }
    at += size
  }
}

function find(bytes: Uint8Array, path: readonly string[], from = 0, to = bytes.length): Box | null {
  const [type, ...rest] = path
  for (const box of boxes(bytes, from, to))
    if (box.type === type)
      return rest.length === 0 ? box : find(bytes, rest, box.start + 8, Math.min(box.end, to))
  return null
}

const uint32 = (bytes: Uint8Array, at: number) =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(at)

/** The media timescale and the default sample duration of a single-track init segment. */
export function readTiming(init: Uint8Array): Timing | null {
  const mdhd = find(init, ['moov', 'trak', 'mdia', 'mdhd'])
  if (!mdhd) return null
  const timescale = uint32(init, mdhd.start + (init[mdhd.start + 8] === 1 ? 28 : 20))
  const trex = find(init, ['moov', 'mvex', 'trex'])
  return { timescale, defaultDuration: trex ? uint32(init, trex.start + 20) : 0 }
}

/** The decode time of the first sample; null without a fragment. */
export function startTicks(bytes: Uint8Array): number | null {
  const tfdt = find(bytes, ['moof', 'traf', 'tfdt'])
  if (!tfdt) return null
  const at = tfdt.start + 12
  return bytes[tfdt.start + 8] === 1 ? uint32(bytes, at) * 2 ** 32 + uint32(bytes, at + 4) : uint32(bytes, at)
}

/** Seconds of video in one fragment; null where the boxes are not understood. */
export function fragmentSeconds(fragment: Uint8Array, timing: Timing): number | null {
  const traf = find(fragment, ['moof', 'traf'])
  const trun = traf && find(fragment, ['trun'], traf.start + 8, traf.end)
  const tfhd = traf && find(fragment, ['tfhd'], traf.start + 8, traf.end)
  if (!trun || !tfhd || timing.timescale === 0) return null
  const flags = uint32(fragment, trun.start + 8) & 0xffffff
  const count = uint32(fragment, trun.start + 12)
  if (!(flags & 0x100)) {
    const headFlags = uint32(fragment, tfhd.start + 8) & 0xffffff
    const at = tfhd.start + 16 + (headFlags & 0x1 ? 8 : 0) + (headFlags & 0x2 ? 4 : 0)
    const duration = headFlags & 0x8 ? uint32(fragment, at) : timing.defaultDuration
    return duration > 0 ? (count * duration) / timing.timescale : null
  }
  const stride = 4 * [0x100, 0x200, 0x400, 0x800].filter((bit) => flags & bit).length
  const first = trun.start + 16 + (flags & 0x1 ? 4 : 0) + (flags & 0x4 ? 4 : 0)
  if (first + count * stride > trun.end) return null
  let total = 0
  for (let i = 0; i < count; i++) total += uint32(fragment, first + i * stride)
  return total / timing.timescale
}

/** The 8 bytes hls.js must see before it lets go of the fragment in front of them. */
function announcement(): Uint8Array {
  const header = new Uint8Array(8)
  new DataView(header.buffer).setUint32(0, ANNOUNCED_MOOF_BYTES)
  header.set([0x6d, 0x6f, 0x6f, 0x66], 4)
  return header
}

/** Everything after the 8 announced bytes: the moof padded with a `free` box to the size that was promised. */
function fulfil(fragment: Uint8Array): Uint8Array | null {
  const moof = find(fragment, ['moof'])
  const mdat = find(fragment, ['mdat'])
  if (!moof || !mdat || mdat.end > fragment.length) return null
  const traf = find(fragment, ['traf'], moof.start + 8, moof.end)
  const trun = traf && find(fragment, ['trun'], traf.start + 8, traf.end)
  if (!trun) return null
  const padding = ANNOUNCED_MOOF_BYTES - (moof.end - moof.start)
  if (padding < 8) return null
  const out = new Uint8Array(fragment.length - moof.start - 8 + padding)
  out.set(fragment.subarray(moof.start + 8, moof.end))
  const view = new DataView(out.buffer)
  const body = moof.end - moof.start - 8
  view.setUint32(body, padding)
  out.set([0x66, 0x72, 0x65, 0x65], body + 4)
  out.set(fragment.subarray(moof.end), body + padding)
  if (uint32(fragment, trun.start + 8) & 0x1) {
    const at = trun.start + 16 - moof.start - 8
    view.setInt32(at, view.getInt32(at) + padding)
  }
  return out
}

/**
 * Takes the bytes of one segment as they come and says what to hand on. hls.js holds back the last `moof` it has
 * seen until it sees another one, so the next one's header is announced right behind each early piece, with a size
 * that the real one is padded to when it comes. The last fragment is known by the segment's exact duration.
 */
export function createFragmentCutter(segmentSeconds: number, timing: Timing | null) {
  let pending = new Uint8Array()
  let givenSeconds = 0
  let announced = false
  let wholeFromHere = timing === null

  function push(bytes: Uint8Array): Uint8Array | null {
    const joined = new Uint8Array(pending.length + bytes.length)
    joined.set(pending)
    joined.set(bytes, pending.length)
    pending = joined
    if (wholeFromHere || timing === null) return null
    const pieces: Uint8Array[] = []
    while (!wholeFromHere) {
      const mdat = find(pending, ['mdat'])
      if (!mdat || mdat.end > pending.length) break
      const fragment = pending.subarray(0, mdat.end)
      const seconds = fragmentSeconds(fragment, timing)
      const isLast = seconds === null || givenSeconds + seconds > segmentSeconds - 0.06
      if (isLast) {
        wholeFromHere = true
        break
      }
      const piece = announced ? fulfil(fragment) : fragment.slice()
      if (!piece) throw new Error('A fragment of this segment is larger than was announced.')
      pieces.push(piece, announcement())
      announced = true
      givenSeconds += seconds
      pending = pending.slice(mdat.end)
    }
    return pieces.length > 0 ? concat(pieces) : null
  }

  /** What is left when the segment is complete. */
  function end(): Uint8Array {
    if (!announced) return pending
    const rest = fulfil(pending)
    if (!rest) throw new Error('The segment ended in the middle of a fragment.')
    return rest
  }
  return { push, end }
}

function concat(pieces: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0))
  let at = 0
  for (const piece of pieces) {
    out.set(piece, at)
    at += piece.length
  }
  return out
}
