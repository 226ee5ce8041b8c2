// What a copied track is in MP4: its sample description, and each packet's bytes as MP4 wants them.
import { AV_PKT_DATA_DISPLAYMATRIX } from 'node-av/constants'
import { avGetCodecName, type Stream } from 'node-av/lib'
import { annexBUnits, lengthPrefixed } from '../avc.ts'
import type { InitTrack } from '../init.ts'
import { MediaRefused } from '../media-engine.ts'
import { ac3Specific, eac3Specific, readAdts } from '../sync-frames.ts'
import { rotationOf } from './tracks.ts'

export type CopyFormat = { track: InitTrack; sampleOf(data: Buffer): Buffer }

const asIs = (data: Buffer) => data
const MOST_TICKS = 90_000
/** H.264 delimiter and filler, HEVC delimiter and filler: MP4 has no use for them. */
const DROPPED = { h264: new Set([9, 12]), hevc: new Set([35, 38]) }
/** ISO/IEC 23091-2: "unspecified". */
const UNSPECIFIED = 2

/** `first` is any packet of the track: some containers tell what a sound is nowhere else. */
export function copyFormat(stream: Stream, first: Buffer): CopyFormat {
  const codec = avGetCodecName(stream.codecpar.codecId) ?? 'unknown'
  switch (codec) {
    case 'h264':
    case 'hevc':
    case 'av1':
    case 'vp9':
      return videoFormat(stream, codec)
    case 'aac':
    case 'mp3':
    case 'ac3':
    case 'eac3':
    case 'opus':
    case 'flac':
      return audioFormat(stream, codec, first)
    default:
      throw new MediaRefused(`A track of the kind ${codec} cannot be copied for browsers.`)
  }
}

/** Ticks a second of the fragments: the container's own where they are fine enough and whole. */
export function videoTimescale({ timeBase: { num, den } }: Stream): number {
  return num === 1 && den > 1000 && den <= 10_000_000 ? den : MOST_TICKS
}

function videoFormat(stream: Stream, codec: 'h264' | 'hevc' | 'av1' | 'vp9'): CopyFormat {
  const { codecpar } = stream
  const { width, height, sampleAspectRatio, colorPrimaries, colorTrc, colorSpace, colorRange } = codecpar
  const { num, den } = sampleAspectRatio
  if (!(width > 0 && height > 0))
    throw new MediaRefused('The video does not say how large it is, so it cannot be copied.')
  const extradata = codec === 'vp9' ? vp9Configuration(stream) : codecpar.getDecoderConfigurationRecord()
  if (!extradata) throw new MediaRefused('The video does not say how it is coded, so it cannot be copied.')
  const isNamed = [colorPrimaries, colorTrc, colorSpace].some((value) => value !== UNSPECIFIED)
  const dropped = codec === 'h264' || codec === 'hevc' ? DROPPED[codec] : null
  const isAnnexB = dropped !== null && codecpar.extradata?.[0] !== 1
  const typeOf = (unit: Uint8Array) =>
    codec === 'h264' ? (unit[0] ?? 0) & 0x1f : ((unit[0] ?? 0) >> 1) & 0x3f
  return {
    track: {
      codec,
      width,
      height,
      ...(num > 0 && den > 0 ? { displayWidth: Math.max(1, Math.round((width * num) / den)) } : {}),
      extradata,
      timescale: videoTimescale(stream),
      rotationDegrees: rotationOf(codecpar.getCodedSideData(AV_PKT_DATA_DISPLAYMATRIX)),
      ...(isNamed
        ? {
            color: {
              primaries: colorPrimaries,
              transfer: colorTrc,
              matrix: colorSpace,
              isFullRange: Number(colorRange) === 2,
            },
          }
        : {}),
    },
    sampleOf: isAnnexB
      ? (data) => lengthPrefixed(annexBUnits(data).filter((unit) => !dropped?.has(typeOf(unit))))
      : asIs,
  }
}

/** VP Codec ISO Media File Format Binding: the body of `vpcC`. */
function vp9Configuration({ codecpar }: Stream): Buffer {
  const [, profile = '0', level = '10', depth = '8'] =
    /^vp09\.(\d+)\.(\d+)\.(\d+)/.exec(codecpar.getCodecString() ?? '') ?? []
  // 4:2:0 with chroma beside luma, as nearly every file is; profile 1 and 3 are 4:4:4.
  const chroma = Number(profile) % 2 === 1 ? 3 : 1
  const range = Number(codecpar.colorRange) === 2 ? 1 : 0
  const layout = (Number(depth) << 4) | (chroma << 1) | range
  const { colorPrimaries, colorTrc, colorSpace } = codecpar
  const head = [1, 0, 0, 0, Number(profile), Number(level), layout]
  return Buffer.from([...head, colorPrimaries, colorTrc, colorSpace, 0, 0])
}

function audioFormat(
  { codecpar }: Stream,
  codec: 'aac' | 'mp3' | 'ac3' | 'eac3' | 'opus' | 'flac',
  first: Buffer,
): CopyFormat {
  const { channels, sampleRate } = codecpar
  if (!(channels > 0 && sampleRate > 0))
    throw new MediaRefused('The sound does not say how many samples a second it has, so it cannot be copied.')
  const adts = codec === 'aac' && !codecpar.extradata ? readAdts(first) : null
  const own = codecpar.extradata ?? Buffer.alloc(0)
  const extradata = {
    aac: () => adts?.config ?? own,
    mp3: () => Buffer.alloc(0),
    ac3: () => ac3Specific(first),
    eac3: () => eac3Specific(first),
    opus: () => withoutPreSkip(own),
    flac: () => own,
  }[codec]()
  if (codec === 'aac' && extradata.byteLength < 2)
    throw new MediaRefused('The sound does not say how it is coded, so it cannot be copied.')
  return {
    track: { codec, channels, sampleRateHz: sampleRate, extradata, timescale: sampleRate },
    sampleOf: adts ? (data) => data.subarray(readAdts(data)?.headerBytes ?? 0) : asIs,
  }
}

/** Times are absolute here and what lies before the start is left out: nothing more is to be skipped. */
function withoutPreSkip(head: Buffer): Buffer {
  const bytes = Buffer.from(head)
  if (bytes.byteLength >= 12) bytes.writeUInt16LE(0, 10)
  return bytes
}
