// What the rest of the server may ask of media work: describe a file, encode or copy a rendition, make images.
import type { MediaInfo, Rational } from '#shared/media.ts'
import type { Previews } from './previews.ts'

/**
 * One timeline per file. Frame `n` of the constant grid is shown at `n * frameRate.den / frameRate.num` seconds
 * after the file's own start. `frames[k]` is the first frame of segment `k`; the last entry is the end.
 * The same table serves every encoded rendition, so that switching quality is exact.
 */
export type BoundaryTable = {
  frameRate: Rational
  frames: readonly number[]
}

type Source = {
  /** Absolute path of a regular file. */
  path: string
  /** FFmpeg's stream index of the track. */
  trackIndex: number
  /** The file's own start: media time 0 of every rendition. */
  startSeconds: number
}

export type EncodedVideo = Source & {
  kind: 'encoded-video'
  boundaries: BoundaryTable
  /** Size of the encoded picture: even numbers, square pixels, upright. */
  width: number
  height: number
  bitrateBps: number
  /**
   * `exact`: x264 alone, the same bytes each time, parameter sets in the init segment (`avc1`). `any`: whatever encoder
   * is at hand, software or hardware; every key picture carries its own parameter sets (`avc3`).
   */
  encoder: 'exact' | 'any'
  deinterlace: boolean
  rotationDegrees: 0 | 90 | 180 | 270
  /** Input is HDR and has to become BT.709. */
  toneMap: boolean
  /** Stream index of a picture subtitle to draw into the video; null for none. */
  burnSubtitleIndex: number | null
}

/** Segments of whole codec frames; segment `k` starts at the first audio frame that begins at or after boundary `k`. */
export type EncodedAudio = Source & {
  kind: 'encoded-audio'
  boundaries: BoundaryTable
  codec: 'aac'
  channels: number
  sampleRateHz: number
  bitrateBps: number
}

/** Stream copy into fMP4; `startsSeconds[k]` is the presentation time of segment k's keyframe after the file's start; the last entry is the end. */
export type CopiedTrack = Source & {
  kind: 'copied-video' | 'copied-audio'
  startsSeconds: readonly number[]
}

/** Everything that determines a rendition's bytes. Deterministic: the same value gives the same segments. */
export type Rendition = EncodedVideo | EncodedAudio | CopiedTrack

export type HeadSink = {
  /** `moof` + `mdat` of a part of a segment, in order. */
  fragment(segment: number, bytes: Uint8Array): void
  /** The segment is whole. */
  segmentEnd(segment: number): void
  /** The head reached the end of the file (no error) or failed for good (the reason). Called exactly once, not after `stop()`. */
  ended(error: Error | null): void
}

/** One running encode of one rendition. */
export interface Head {
  /** Back-pressure: stops pulling frames within one segment. */
  pause(): void
  resume(): void
  /** Idempotent; resolves when the worker is free again. */
  stop(): Promise<void>
}

/** What is in a file and a key of its contents, or why it cannot be used; null when it is not there any more. */
export type Description =
  | { fingerprint: string; info: MediaInfo }
  | { fingerprint: string; reason: string }
  | null

/** What browsers can be made to show. */
export type SubtitleFormat = 'webvtt' | 'ass' | 'pgs'

export interface MediaEngine extends AsyncDisposable {
  /** Throws `MediaRefused` with a reason a person understands when the file cannot be used. */
  probe(path: string, signal?: AbortSignal): Promise<MediaInfo>
  /** Many files at once, in their order; a file that takes a worker down is a reason, not an error. */
  describe(paths: readonly string[], signal?: AbortSignal): Promise<Description[]>
  /** Presentation times of the track's keyframes, seconds after the file's start, ascending; null when there is no index and reading would take the whole file. `scan: true` reads the whole file then. */
  keyframes(
    path: string,
    info: MediaInfo,
    trackIndex: number,
    options?: { scan?: boolean; signal?: AbortSignal },
  ): Promise<number[] | null>
  /** The `ftyp` + `moov` of a rendition, known before any encode. */
  init(rendition: Rendition): Promise<Uint8Array>
  startHead(rendition: Rendition, fromSegment: number, sink: HeadSink): Head
  /** A JPEG of the picture nearest to `atSeconds`, no larger than the box. */
  poster(
    path: string,
    trackIndex: number,
    atSeconds: number,
    box: { width: number; height: number },
  ): Promise<Uint8Array>
  /** Sheets of small pictures for the seek bar, from keyframes only; minutes of work for a long film. */
  previews(
    path: string,
    trackIndex: number,
    durationSeconds: number,
    startSeconds: number,
    signal?: AbortSignal,
  ): Promise<Previews>
  /** A track (or a sidecar file with `trackIndex` 0): text as WebVTT or as the ASS it is, pictures as PGS; times after the file's start. */
  subtitles(
    path: string,
    trackIndex: number,
    format: SubtitleFormat,
    startSeconds: number,
  ): Promise<Uint8Array>
  /** A file carried inside, as `MediaInfo.attachments` lists it. */
  attachment(path: string, index: number): Promise<Uint8Array>
}

/** The file cannot be used, for a reason a person understands: `message` is shown. */
export class MediaRefused extends Error {
  override name = 'MediaRefused'
}
