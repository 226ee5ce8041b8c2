// Spares the decoder where an H.264 header says all: opening and feeding one is most of what a probe costs.
import {
  AV_CODEC_ID_AC4,
  AV_CODEC_ID_H264,
  AV_PKT_DATA_ENCRYPTION_INFO,
  AVMEDIA_TYPE_VIDEO,
} from 'node-av/constants'
import { avGetPixFmtFromName, Codec, type FormatContext, Packet, type Stream } from 'node-av/lib'
import { avcSequence, type Sequence } from './sequence.ts'

/** Sound decoders are cheap, and say what headers do not: a profile, a layout, the doubled rate of HE-AAC. */
export const SOUND_DECODERS =
  'aac,aac_latm,ac3,eac3,dca,truehd,mlp,opus,libopus,vorbis,flac,alac,mp2,mp2float,mp3,mp3float,wmav2,wmapro'

/** Every decoder but AC-4's: damaged frames end the process in an assertion. */
let all: string | null = null
function decoders(): string {
  all ??= Codec.getCodecList()
    .filter((codec) => codec.isDecoder() && codec.id !== AV_CODEC_ID_AC4 && codec.name)
    .map((codec) => codec.name)
    .join(',')
  return all
}

/** A stream and what its header says of it. */
export type Known = { stream: Stream; sequence: Sequence }

/**
 * Call between opening and `findStreamInfo`. Null: every decoder may be used, nothing is known. Otherwise none for
 * pictures will be, and `fillIn` has to follow.
 */
export function takeShortcut(context: FormatContext, streams: readonly Stream[]): Known[] | null {
  const known: Known[] = []
  for (const stream of streams) {
    const { codecType, codecId, extradata, format } = stream.codecpar
    if (codecType !== AVMEDIA_TYPE_VIDEO) continue
    const sequence = codecId === AV_CODEC_ID_H264 && format < 0 && extradata ? avcSequence(extradata) : null
    if (!sequence) {
      context.setOption('codec_whitelist', decoders())
      return null
    }
    known.push({ stream, sequence })
  }
  context.setOption('codec_whitelist', known.length > 0 ? SOUND_DECODERS : decoders())
  if (known.length === 0) return null
  return known
}

/** What a decoder would have written. */
export function fillIn(known: readonly Known[]): void {
  for (const { stream, sequence } of known) {
    const parameters = stream.codecpar
    parameters.format = avGetPixFmtFromName(sequence.pixelFormat)
    parameters.width = sequence.width
    parameters.height = sequence.height
    // The numbers are the same on both sides; the constants' types only name them.
    if (sequence.colorRange !== null) parameters.colorRange = sequence.colorRange as never
    if (sequence.color) {
      parameters.colorPrimaries = sequence.color.primaries as never
      parameters.colorTrc = sequence.color.transfer as never
      parameters.colorSpace = sequence.color.space as never
    }
  }
}

const NO_TIME = -(2n ** 63n)
const PACKETS = 100

/**
 * Where each of these streams begins. Without a decoder the library does not know by how much pictures are reordered,
 * and where the file holds one time per packet (Matroska) it guesses starts wrong. Null: no packet came, or one
 * that is no picture.
 */
export async function startsOf(
  context: FormatContext,
  known: readonly Known[],
): Promise<Map<number, number> | null> {
  const starts = new Map<number, number>()
  const packet = new Packet()
  packet.alloc()
  try {
    for (let read = 0; read < PACKETS && starts.size < known.length; read += 1) {
      if ((await context.readFrame(packet)) < 0) return null
      const { streamIndex, pts } = packet
      // Encrypted: the decoder has its say, which is that it cannot.
      if (packet.getSideData(AV_PKT_DATA_ENCRYPTION_INFO)) return null
      const stream = known.find((one) => one.stream.index === streamIndex)?.stream
      if (stream && !starts.has(streamIndex) && !isPicture(packet.data)) return null
      if (stream && pts !== NO_TIME && !starts.has(streamIndex))
        starts.set(streamIndex, (Number(pts) * stream.timeBase.num) / stream.timeBase.den)
      packet.unref()
    }
    return starts.size === known.length ? starts : null
  } finally {
    packet.free()
  }
}

/** Units behind their length in four bytes, a slice among them (ITU-T H.264 table 7-1). */
function isPicture(packet: Buffer | null): boolean {
  let hasSlice = false
  let at = 0
  for (; packet && at + 5 <= packet.length;) {
    const kind = (packet[at + 4] ?? 0) & 0x1f
    if (kind === 1 || kind === 5) hasSlice = true
    at += 4 + packet.readUInt32BE(at)
  }
  return hasSlice && at === packet?.length
}
