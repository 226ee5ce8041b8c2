// Keyframe times straight from an AVI's `idx1` (AVI RIFF reference, learn.microsoft.com): one read at the file's end.
import { BadContainer, ByteSource } from './byte-source.ts'

type Chunk = { id: string; at: number; end: number; list: string }

/** Bounds against hostile files; an index of ten hours at 60 frames a second with sound is 70 MB. */
const MAX_CHUNKS = 2000
const MAX_INDEX_BYTES = 128 * 1024 * 1024
const MAX_STREAMS = 100
const ENTRY_BYTES = 16
const KEYFRAME = 0x10

function* chunks(source: ByteSource, from: number, end: number): Generator<Chunk> {
  let at = from
  for (let seen = 0; at + 8 <= end; seen += 1) {
    if (seen > MAX_CHUNKS) throw new BadContainer('too many chunks')
    const head = source.read(at, Math.min(12, end - at))
    const id = head.toString('latin1', 0, 4)
    const size = head.readUInt32LE(4)
    const isList = id === 'RIFF' || id === 'LIST'
    const stop = at + 8 + size
    if (stop > end || (isList && size < 4)) return
    yield {
      id,
      at: at + (isList ? 12 : 8),
      end: stop,
      list: isList ? head.toString('latin1', 8, 12) : '',
    }
    at = stop + (size % 2)
  }
}

/** Frames of a stream are all as long: scale / rate. Null for what is not pictures or has no index. */
export function readAviKeyframes(path: string, trackIndex: number): number[] | null {
  using source = new ByteSource(path)
  const riff = chunks(source, 0, source.sizeBytes).next().value
  if (riff?.list !== 'AVI ' || trackIndex < 0 || trackIndex >= MAX_STREAMS) return null
  // More than one RIFF: OpenDML, whose old index covers the first gigabyte only.
  if (chunks(source, riff.end + (riff.end % 2), source.sizeBytes).some((chunk) => chunk.id === 'RIFF'))
    return null
  const parts = chunks(source, riff.at, riff.end).toArray()
  const header = parts.find((part) => part.list === 'hdrl')
  const index = parts.find((part) => part.id === 'idx1')
  if (!header || !index || index.end - index.at > MAX_INDEX_BYTES) return null
  const stream = chunks(source, header.at, header.end)
    .filter((part) => part.list === 'strl')
    .drop(trackIndex)
    .next().value
  const strh = stream && chunks(source, stream.at, stream.end).find((part) => part.id === 'strh')
  if (!strh || strh.end - strh.at < 32) return null
  const fields = source.read(strh.at, 32)
  const [scale, rate, start] = [fields.readUInt32LE(20), fields.readUInt32LE(24), fields.readUInt32LE(28)]
  if (fields.toString('latin1', 0, 4) !== 'vids' || scale === 0 || rate === 0) return null
  const prefix = String(trackIndex).padStart(2, '0')
  const table = source.read(index.at, index.end - index.at)
  const times: number[] = []
  let frame = start
  for (let at = 0; at + ENTRY_BYTES <= table.length; at += ENTRY_BYTES) {
    const id = table.toString('latin1', at, at + 4)
    if (id !== `${prefix}dc` && id !== `${prefix}db`) continue
    if (table.readUInt32LE(at + 4) & KEYFRAME) times.push((frame * scale) / rate)
    frame += 1
  }
  return times
}
