// The sample description of each codec a browser may be given (pure): the codec's box and its configuration.
import { avcConfiguration } from './avc.ts'
import { box, u32 } from './fragment.ts'

type VideoFormat = {
  codec: 'h264' | 'hevc' | 'av1' | 'vp9'
  width: number
  height: number
  /** Width of the picture with square pixels; the coded width when left out. */
  displayWidth?: number
  /** H.264: avcC or Annex B; HEVC: hvcC; AV1: av1C; VP9: vpcC's body. */
  extradata: Uint8Array
  /** H.264: key pictures bring parameter sets of their own, which may differ from those here. */
  hasOwnSets?: boolean
  /** Numbers of ISO/IEC 23091-2. */
  color?: { primaries: number; transfer: number; matrix: number; isFullRange: boolean }
}

type AudioFormat = {
  codec: 'aac' | 'mp3' | 'ac3' | 'eac3' | 'opus' | 'flac'
  channels: number
  sampleRateHz: number
  /** AAC: AudioSpecificConfig; AC-3: dac3's body; E-AC-3: dec3's body; Opus: OpusHead; FLAC: STREAMINFO. */
  extradata: Uint8Array
}

export type TrackFormat = VideoFormat | AudioFormat

const VIDEO_BOXES = {
  h264: ['avc1', 'avcC'],
  hevc: ['hvc1', 'hvcC'],
  av1: ['av01', 'av1C'],
  vp9: ['vp09', 'vpcC'],
} as const

function u16(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 2)
  values.forEach((value, index) => bytes.writeUInt16BE(value & 0xffff, index * 2))
  return bytes
}

export function sampleEntry(format: TrackFormat): Buffer {
  return 'width' in format ? videoEntry(format) : audioEntry(format)
}

function videoEntry(format: VideoFormat): Buffer {
  const { width, height, displayWidth = width, color } = format
  const [outOfBand, configuration] = VIDEO_BOXES[format.codec]
  const entry = format.codec === 'h264' && format.hasOwnSets ? 'avc3' : outOfBand
  const body = format.codec === 'h264' ? avcConfiguration(format.extradata) : format.extradata
  const extra: Buffer[] = []
  if (color) {
    const nclx = u16(color.primaries, color.transfer, color.matrix)
    extra.push(box('colr', Buffer.from('nclx'), nclx, Buffer.of(color.isFullRange ? 0x80 : 0)))
  }
  if (displayWidth !== width) extra.push(box('pasp', u32(displayWidth, width)))
  return box(
    entry,
    // Reserved, data reference 1, then 16 predefined bytes.
    u32(0, 1, 0, 0, 0, 0),
    u16(width, height),
    // 72 dpi twice, reserved, one picture a sample.
    u32(0x00480000, 0x00480000, 0),
    u16(1),
    Buffer.alloc(32),
    u16(24, -1),
    box(configuration, body),
    ...extra,
  )
}

const AUDIO_BOXES = {
  aac: 'mp4a',
  mp3: 'mp4a',
  ac3: 'ac-3',
  eac3: 'ec-3',
  opus: 'Opus',
  flac: 'fLaC',
} as const

function audioEntry(format: AudioFormat): Buffer {
  // The field has 16 bits; a higher rate stands in the codec's own configuration.
  const rate = format.codec === 'opus' ? 48_000 : format.sampleRateHz
  return box(
    AUDIO_BOXES[format.codec],
    u32(0, 1, 0, 0),
    u16(format.channels, 16, 0, 0),
    u32(rate > 0xffff ? 0 : rate * 0x10000),
    audioConfiguration(format),
  )
}

function audioConfiguration({ codec, extradata }: AudioFormat): Buffer {
  switch (codec) {
    case 'aac':
      return esds(0x40, extradata)
    case 'mp3':
      return esds(0x6b, new Uint8Array())
    case 'ac3':
      return box('dac3', extradata)
    case 'eac3':
      return box('dec3', extradata)
    case 'opus':
      return box('dOps', opusSpecific(extradata))
    case 'flac':
      // STREAMINFO is the last metadata block, and 34 bytes long.
      return box('dfLa', u32(0, 0x80000000 + 34), extradata.subarray(0, 34))
  }
}

/** ISO/IEC 14496-1 §7.2.6: elementary stream, decoder and sync layer descriptors, each with its length. */
function esds(objectType: number, specific: Uint8Array): Buffer {
  const descriptor = (tag: number, ...parts: Uint8Array[]) => {
    const body = Buffer.concat(parts)
    if (body.byteLength > 127) throw new RangeError('An audio configuration is longer than 127 bytes')
    return Buffer.concat([Buffer.of(tag, body.byteLength), body])
  }
  const decoder = descriptor(
    0x04,
    // Audio stream; no buffer size and rates stated.
    Buffer.of(objectType, 0x15, 0, 0, 0),
    u32(0, 0),
    ...(specific.byteLength > 0 ? [descriptor(0x05, specific)] : []),
  )
  return box('esds', u32(0), descriptor(0x03, Buffer.of(0, 1, 0), decoder, descriptor(0x06, Buffer.of(0x02))))
}

/** OpusHead (RFC 7845 §5.1, little endian) to dOps (Opus in ISOBMFF §4.3.2, big endian). */
function opusSpecific(head: Uint8Array): Buffer {
  const bytes = Buffer.from(head.subarray(8))
  if (bytes.byteLength < 11) throw new RangeError('An Opus header is too short')
  bytes[0] = 0
  bytes.subarray(2, 4).swap16()
  bytes.subarray(4, 8).swap32()
  bytes.subarray(8, 10).swap16()
  return bytes
}
