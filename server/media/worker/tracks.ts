// FFmpeg's streams as `MediaInfo` tracks.
import {
  AV_DISPOSITION_ATTACHED_PIC,
  AV_DISPOSITION_COMMENT,
  AV_DISPOSITION_DEFAULT,
  AV_DISPOSITION_FORCED,
  AV_DISPOSITION_HEARING_IMPAIRED,
  AV_DISPOSITION_STILL_IMAGE,
  AV_DISPOSITION_TIMED_THUMBNAILS,
  AV_DISPOSITION_VISUAL_IMPAIRED,
  AV_PKT_DATA_DISPLAYMATRIX,
  AV_PKT_DATA_DOVI_CONF,
  AV_PKT_DATA_DYNAMIC_HDR10_PLUS,
  AVMEDIA_TYPE_ATTACHMENT,
  AVMEDIA_TYPE_AUDIO,
  AVMEDIA_TYPE_SUBTITLE,
  AVMEDIA_TYPE_VIDEO,
} from 'node-av/constants'
import {
  avChannelLayoutDescribe,
  avGetCodecName,
  avGetPixFmtName,
  Codec,
  type Packet,
  type Stream,
} from 'node-av/lib'
import type { Attachment, AudioTrack, MediaInfo, Rational, SubtitleTrack, VideoTrack } from '#shared/media.ts'
import { codecStringOf } from './codec-string.ts'
import {
  bitDepthOf,
  COLOR_PRIMARIES,
  COLOR_RANGES,
  COLOR_SPACES,
  COLOR_TRANSFERS,
  profileNameOf,
  subtitleKindOf,
} from './names.ts'

type Tracks = Pick<MediaInfo, 'video' | 'audio' | 'subtitles' | 'attachments'>

const MAX_TEXT = 500
const NO_TIME = -(2n ** 63n)

export function tracksOf(streams: readonly Stream[]): Tracks {
  const tracks: Tracks = { video: [], audio: [], subtitles: [], attachments: [] }
  for (const stream of streams) {
    const kind = stream.codecpar.codecType
    if (isPicture(stream) || kind === AVMEDIA_TYPE_ATTACHMENT) tracks.attachments.push(attachmentOf(stream))
    else if (kind === AVMEDIA_TYPE_VIDEO) tracks.video.push(videoOf(stream))
    else if (kind === AVMEDIA_TYPE_AUDIO) tracks.audio.push(audioOf(stream))
    else if (kind === AVMEDIA_TYPE_SUBTITLE) tracks.subtitles.push(subtitleOf(stream))
  }
  return tracks
}

/** True when the stream needs no second, longer look. */
export function isDescribed(stream: Stream): boolean {
  const { codecType, format, width, sampleRate, channels } = stream.codecpar
  if (codecType === AVMEDIA_TYPE_VIDEO) return format >= 0 && width > 0
  if (codecType === AVMEDIA_TYPE_AUDIO) return sampleRate > 0 && channels > 0
  return true
}

/** Cover art and thumbnails are stored as video streams of one picture. */
const isPicture = (stream: Stream) =>
  stream.codecpar.codecType === AVMEDIA_TYPE_VIDEO &&
  (stream.disposition &
    (AV_DISPOSITION_ATTACHED_PIC | AV_DISPOSITION_TIMED_THUMBNAILS | AV_DISPOSITION_STILL_IMAGE)) !==
    0

const has = (stream: Stream, flag: number) => (stream.disposition & flag) !== 0
const text = (value: string | null | undefined) => value?.slice(0, MAX_TEXT).trim() || null
/** Matroska tags come in any case, MP4 tags in lower case. FFmpeg's `get` does not mind the case. */
const tag = (stream: Stream, key: string) => text(stream.metadata?.get(key))

function languageOf(stream: Stream): string | null {
  const language = tag(stream, 'language')
  return !language || language === 'und' || !/^[A-Za-z]{2,3}([-_][A-Za-z0-9]{1,8})*$/.test(language)
    ? null
    : language
}

/** QuickTime writers name every track after its handler; that is no title. */
const common = (stream: Stream) => ({
  index: stream.index,
  codec: avGetCodecName(stream.codecpar.codecId) ?? 'unknown',
  profile: profileOf(stream),
  language: languageOf(stream),
  title: tag(stream, 'title'),
  isDefault: has(stream, AV_DISPOSITION_DEFAULT),
  isForced: has(stream, AV_DISPOSITION_FORCED),
})

function profileOf(stream: Stream): string | null {
  const { codecId, profile } = stream.codecpar
  if (profile < 0) return null
  const known = Codec.findDecoder(codecId)?.profiles?.find((one) => one.profile === profile)?.name
  return known ?? profileNameOf(avGetCodecName(codecId) ?? '', profile)
}

const timed = (stream: Stream) => {
  const { num, den } = stream.timeBase
  const seconds = (ticks: bigint) => (ticks === NO_TIME || den === 0 ? null : (Number(ticks) * num) / den)
  const bitrate = Number(stream.codecpar.bitRate)
  return {
    bitrateBps: bitrate > 0 ? bitrate : statisticsBitrate(stream),
    startSeconds: seconds(stream.startTime),
    durationSeconds: seconds(stream.duration) ?? durationTag(stream),
    codecString: codecStringOf(stream.codecpar),
  }
}

/** mkvmerge writes statistics of each track as tags. */
function statisticsBitrate(stream: Stream): number | null {
  const value = Number(tag(stream, 'BPS') ?? tag(stream, 'BPS-eng') ?? 0)
  return Number.isFinite(value) && value > 0 ? Math.round(value) : null
}

function durationTag(stream: Stream): number | null {
  const match = /^(\d{1,4}):(\d\d):(\d\d(?:\.\d{1,9})?)$/.exec(
    tag(stream, 'DURATION') ?? tag(stream, 'DURATION-eng') ?? '',
  )
  return match ? Number(match[1]) * 3600 + Number(match[2]) * 60 + Number(match[3]) : null
}

const rational = ({ num, den }: { num: number; den: number }): Rational | null =>
  num > 0 && den > 0 ? { num, den } : null

function videoOf(stream: Stream): VideoTrack {
  const parameters = stream.codecpar
  const pixelFormat = parameters.format >= 0 ? avGetPixFmtName(parameters.format as never) : null
  const average = rational(stream.avgFrameRate)
  const real = rational(stream.rFrameRate)
  const colorTransfer = COLOR_TRANSFERS[parameters.colorTrc] ?? null
  const dolbyVision = parameters.getCodedSideData(AV_PKT_DATA_DOVI_CONF)
  // AVDOVIDecoderConfigurationRecord: version major, version minor, profile, …
  const dolbyVisionProfile = dolbyVision?.[2] ?? null
  return {
    ...common(stream),
    ...timed(stream),
    level: parameters.level >= 0 ? parameters.level : null,
    width: parameters.width,
    height: parameters.height,
    sampleAspect: rational(stream.sampleAspectRatio) ??
      rational(parameters.sampleAspectRatio) ?? { num: 1, den: 1 },
    frameRate: average ?? real,
    isConstantFrameRate:
      average !== null &&
      real !== null &&
      Math.abs(average.num / average.den / (real.num / real.den) - 1) < 0.001,
    pixelFormat,
    bitDepth: bitDepthOf(pixelFormat, parameters.bitsPerRawSample),
    colorRange: COLOR_RANGES[parameters.colorRange] ?? null,
    colorSpace: COLOR_SPACES[parameters.colorSpace] ?? null,
    colorPrimaries: COLOR_PRIMARIES[parameters.colorPrimaries] ?? null,
    colorTransfer,
    hdr: hdrOf(
      dolbyVisionProfile,
      colorTransfer,
      parameters.getCodedSideData(AV_PKT_DATA_DYNAMIC_HDR10_PLUS),
    ),
    dolbyVisionProfile,
    rotationDegrees: rotationOf(parameters.getCodedSideData(AV_PKT_DATA_DISPLAYMATRIX)),
    scan: scanOf(Number(parameters.toJSON()['fieldOrder'])),
  }
}

function hdrOf(dolbyVisionProfile: number | null, transfer: string | null, hdr10Plus: Buffer | null) {
  if (dolbyVisionProfile !== null) return 'dolby-vision'
  if (transfer === 'smpte2084') return hdr10Plus ? 'hdr10+' : 'hdr10'
  return transfer === 'arib-std-b67' ? 'hlg' : null
}

/** libavcodec/defs.h: 0 unknown, 1 progressive, 2–5 interlaced with either field first. */
const scanOf = (fieldOrder: number) =>
  fieldOrder === 1 ? 'progressive' : fieldOrder >= 2 && fieldOrder <= 5 ? 'interlaced' : 'unknown'

/** A 3×3 matrix of 16.16 fixed point, row by row (libavutil/display.h); only quarter turns are kept. */
export function rotationOf(matrix: Buffer | null): 0 | 90 | 180 | 270 {
  if (!matrix || matrix.length < 36) return 0
  const degrees = (Math.atan2(matrix.readInt32LE(4), matrix.readInt32LE(0)) * 180) / Math.PI
  const quarter = ((Math.round(degrees / 90) % 4) + 4) % 4
  return ([0, 90, 180, 270] as const)[quarter] ?? 0
}

function audioOf(stream: Stream): AudioTrack {
  const { channels, channelLayout, sampleRate } = stream.codecpar
  return {
    ...common(stream),
    ...timed(stream),
    channels,
    // Order 0 is "unspecified": FFmpeg would say "6 channels", which is no layout.
    channelLayout: channelLayout.order === 0 ? null : avChannelLayoutDescribe(channelLayout),
    sampleRateHz: sampleRate,
    isCommentary: has(stream, AV_DISPOSITION_COMMENT) || /\bcommentary\b/i.test(tag(stream, 'title') ?? ''),
    isVisualImpaired: has(stream, AV_DISPOSITION_VISUAL_IMPAIRED),
  }
}

function subtitleOf(stream: Stream): SubtitleTrack {
  const own = common(stream)
  return {
    ...own,
    kind: subtitleKindOf(own.codec),
    isHearingImpaired: has(stream, AV_DISPOSITION_HEARING_IMPAIRED),
  }
}

function attachmentOf(stream: Stream): Attachment {
  const codec = avGetCodecName(stream.codecpar.codecId) ?? ''
  const fileName = tag(stream, 'filename')
  const mimeType = tag(stream, 'mimetype')
  const isFont =
    /^(ttf|otf)$/.test(codec) ||
    /font|opentype|truetype/i.test(mimeType ?? '') ||
    /\.(ttf|otf|ttc)$/i.test(fileName ?? '')
  const isImage = stream.codecpar.codecType === AVMEDIA_TYPE_VIDEO
  return {
    index: stream.index,
    kind: isFont ? 'font' : isImage ? 'picture' : 'other',
    fileName,
    mimeType,
    // node-av's `attachedPic` frees the packet twice and takes the process with it: a picture's size stays unknown.
    sizeBytes: isImage ? null : stream.codecpar.extradataSize || null,
  }
}

/** ITU-T T.35 of the USA (B5), Samsung (003C), application 4 mode 1: the message of SMPTE ST 2094-40. */
const HDR10_PLUS_MESSAGE = Buffer.from([0xb5, 0x00, 0x3c, 0x00, 0x01, 0x04])

export const hasHdr10PlusMessage = (packet: Packet): boolean =>
  (packet.data?.includes(HDR10_PLUS_MESSAGE) ?? false) ||
  packet.getSideData(AV_PKT_DATA_DYNAMIC_HDR10_PLUS) !== null
