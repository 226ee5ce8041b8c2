// What is known of a media file, track by track: words both sides use. Times are seconds, rates bits per second.
import * as Type from 'typebox'

const Nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()])
const Text = Nullable(Type.String())
const Num = Nullable(Type.Number())

export const Rational = Type.Object({ num: Type.Integer(), den: Type.Integer() })
export type Rational = Type.Static<typeof Rational>

export const HdrKind = Type.Union([
  Type.Literal('hdr10'),
  Type.Literal('hdr10+'),
  Type.Literal('hlg'),
  Type.Literal('dolby-vision'),
])

/** What every track has. `index` is FFmpeg's stream index. */
const trackFields = {
  index: Type.Integer(),
  /** FFmpeg's codec name: `h264`, `hevc`, `aac`, … */
  codec: Type.String(),
  profile: Text,
  /** ISO 639-2 as the file says it; null where it says nothing or `und`. */
  language: Text,
  title: Text,
  isDefault: Type.Boolean(),
  isForced: Type.Boolean(),
}

const timedFields = {
  bitrateBps: Num,
  startSeconds: Num,
  durationSeconds: Num,
  /** RFC 6381 codec string, such as `avc1.64001f`; null where the codec has none. */
  codecString: Text,
}

export const VideoTrack = Type.Object({
  ...trackFields,
  ...timedFields,
  level: Num,
  width: Type.Integer(),
  height: Type.Integer(),
  /** Shape of one pixel; 1:1 where the file says nothing. */
  sampleAspect: Rational,
  /** Average frames per second; null where unknown. */
  frameRate: Nullable(Rational),
  isConstantFrameRate: Type.Boolean(),
  pixelFormat: Text,
  bitDepth: Num,
  colorRange: Text,
  colorSpace: Text,
  colorPrimaries: Text,
  colorTransfer: Text,
  hdr: Nullable(HdrKind),
  dolbyVisionProfile: Num,
  /** Clockwise turn that makes the picture upright. */
  rotationDegrees: Type.Union([Type.Literal(0), Type.Literal(90), Type.Literal(180), Type.Literal(270)]),
  scan: Type.Union([Type.Literal('progressive'), Type.Literal('interlaced'), Type.Literal('unknown')]),
})
export type VideoTrack = Type.Static<typeof VideoTrack>

export const AudioTrack = Type.Object({
  ...trackFields,
  ...timedFields,
  channels: Type.Integer(),
  channelLayout: Text,
  sampleRateHz: Type.Integer(),
  isCommentary: Type.Boolean(),
  isVisualImpaired: Type.Boolean(),
})
export type AudioTrack = Type.Static<typeof AudioTrack>

export const SubtitleTrack = Type.Object({
  ...trackFields,
  /** `text` (SubRip, WebVTT, mov_text, …), `ass` (styled), `image` (PGS, VobSub, DVB). */
  kind: Type.Union([Type.Literal('text'), Type.Literal('ass'), Type.Literal('image')]),
  isHearingImpaired: Type.Boolean(),
})
export type SubtitleTrack = Type.Static<typeof SubtitleTrack>

export const Chapter = Type.Object({ startSeconds: Type.Number(), endSeconds: Type.Number(), title: Text })
export type Chapter = Type.Static<typeof Chapter>

/** A file carried inside: a font for ASS subtitles, cover art. `index` is the stream index. */
export const Attachment = Type.Object({
  index: Type.Integer(),
  kind: Type.Union([Type.Literal('font'), Type.Literal('picture'), Type.Literal('other')]),
  fileName: Text,
  mimeType: Text,
  sizeBytes: Num,
})
export type Attachment = Type.Static<typeof Attachment>

export const MediaInfo = Type.Object({
  /** FFmpeg's demuxer name: `mov,mp4,m4a,3gp,3g2,mj2`, `matroska,webm`, … */
  formatName: Type.String(),
  /** One word: `mp4`, `matroska`, `webm`, `avi`, `mpegts`, `flv`, … */
  container: Type.String(),
  durationSeconds: Num,
  startSeconds: Type.Number(),
  bitrateBps: Num,
  /** The container's title tag. */
  title: Text,
  video: Type.Array(VideoTrack),
  audio: Type.Array(AudioTrack),
  subtitles: Type.Array(SubtitleTrack),
  chapters: Type.Array(Chapter),
  attachments: Type.Array(Attachment),
})
export type MediaInfo = Type.Static<typeof MediaInfo>

/**
 * What one browser can play, asked of `MediaSource.isTypeSupported` and `mediaCapabilities` for the very
 * tracks of the file: MIME types with codecs that it said yes to.
 */
export const ClientCapabilities = Type.Object({
  /** MIME strings playable through MSE (or native HLS), e.g. `video/mp4; codecs="avc1.64001f"`. */
  mse: Type.Array(Type.String({ maxLength: 200 }), { maxItems: 100 }),
  /** MIME strings playable by `<video src>` directly. */
  direct: Type.Array(Type.String({ maxLength: 200 }), { maxItems: 100 }),
  /** Width and height of the screen in device pixels: nothing larger is worth encoding. */
  maxWidth: Type.Integer({ minimum: 1, maximum: 16384 }),
  maxHeight: Type.Integer({ minimum: 1, maximum: 16384 }),
  /** Highest bit rate the viewer wants, if any. */
  maxBitrateBps: Type.Optional(Type.Integer({ minimum: 1 })),
  hdr: Type.Optional(Type.Boolean()),
  maxAudioChannels: Type.Optional(Type.Integer({ minimum: 1, maximum: 16 })),
})
export type ClientCapabilities = Type.Static<typeof ClientCapabilities>
