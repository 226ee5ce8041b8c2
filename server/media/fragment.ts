// Encoded samples to `moof` and `mdat` (pure). Times are absolute ticks of the track: no run-relative clock exists here.
export type Sample = {
  /** Presentation time; the sample's decode time is the fragment's start plus the durations before it. */
  pts: number
  duration: number
  isKey: boolean
  data: Uint8Array
}

const FIRST_TRACK = 1
/** ISO/IEC 14496-12 §8.8.3.1: depends on nothing / depends on others and is no sync sample. */
const SYNC_FLAGS = 0x02000000
const DEPENDENT_FLAGS = 0x01010000

export function box(type: string, ...parts: readonly Uint8Array[]): Buffer {
  const size = parts.reduce((sum, part) => sum + part.byteLength, 8)
  const head = Buffer.alloc(8)
  head.writeUInt32BE(size, 0)
  head.write(type, 4, 'latin1')
  return Buffer.concat([head, ...parts], size)
}

export function u32(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4)
  values.forEach((value, index) => bytes.writeUInt32BE(value >>> 0, index * 4))
  return bytes
}

export function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(BigInt(value))
  return bytes
}

/**
 * One fragment. `startTicks` is the decode time of its first sample: for a segment's first fragment the
 * presentation time of its first picture, so that composition offsets are signed (trun version 1), no edit list
 * is needed and B-frame delay never shifts the picture.
 */
export function fragment(sequence: number, startTicks: number, samples: readonly Sample[]): Buffer {
  if (!Number.isSafeInteger(startTicks) || startTicks < 0) {
    throw new RangeError(`A fragment cannot start at ${startTicks}`)
  }
  const table = Buffer.alloc(samples.length * 16)
  let dts = startTicks
  samples.forEach((sample, index) => {
    table.writeUInt32BE(sample.duration, index * 16)
    table.writeUInt32BE(sample.data.byteLength, index * 16 + 4)
    table.writeUInt32BE(sample.isKey ? SYNC_FLAGS : DEPENDENT_FLAGS, index * 16 + 8)
    table.writeInt32BE(sample.pts - dts, index * 16 + 12)
    dts += sample.duration
  })
  // trun: version 1; data offset, duration, size, flags and composition offset of each sample.
  const moof = (dataOffset: number) =>
    box(
      'moof',
      box('mfhd', u32(0, sequence)),
      box(
        'traf',
        // default-base-is-moof
        box('tfhd', u32(0x020000, FIRST_TRACK)),
        box('tfdt', u32(0x01000000), u64(startTicks)),
        box('trun', u32(0x01000f01, samples.length, dataOffset), table),
      ),
    )
  const offset = moof(0).byteLength + 8
  return Buffer.concat([moof(offset), box('mdat', ...samples.map((sample) => sample.data))])
}

const FIRST_END = 4
const SECOND_END = 10
const FRAGMENT_FRAMES = 12

/**
 * Where a video segment's fragments end, in pictures: small ones first, so that a player can begin at once; then
 * half seconds, so that whoever sought to the middle does not wait for the end.
 */
export function fragmentEnds(frames: number): number[] {
  const ends = [FIRST_END]
  for (let end = SECOND_END; end < frames; end += FRAGMENT_FRAMES) ends.push(end)
  return [...ends.filter((end) => end <= frames - FIRST_END), frames]
}
