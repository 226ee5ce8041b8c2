// What a probe found as rows: tracks, chapters and attachments of one file (pure).
import { languageCode } from '#shared/language-codes.ts'
import type { MediaInfo } from '#shared/media.ts'
import type { FileTrackTable as TrackRow } from '../platform/database/schema.ts'

/** A hostile file may claim any number of them; the JSON beside keeps what the probe let through. */
const MOST_TRACKS = 200
const MOST_CHAPTERS = 2000

const flag = (is: boolean) => (is ? 1 : 0)

export function rowsOf(fileId: string, info: MediaInfo) {
  const common = (
    kind: TrackRow['kind'],
    track: MediaInfo['subtitles'][number] | MediaInfo['audio'][number] | MediaInfo['video'][number],
  ): TrackRow => ({
    file_id: fileId,
    track_index: track.index,
    kind,
    codec: track.codec,
    profile: track.profile,
    language: languageCode(track.language),
    title: track.title,
    width: null,
    height: null,
    frame_rate: null,
    bit_depth: null,
    hdr: null,
    channels: null,
    sample_rate_hz: null,
    bitrate_bps: null,
    is_default: flag(track.isDefault),
    is_forced: flag(track.isForced),
    is_hearing_impaired: 0,
    is_commentary: 0,
  })
  const tracks: TrackRow[] = [
    ...info.video.map((track) => ({
      ...common('video', track),
      width: track.width,
      height: track.height,
      frame_rate: track.frameRate && track.frameRate.den ? track.frameRate.num / track.frameRate.den : null,
      bit_depth: track.bitDepth,
      hdr: track.hdr,
      bitrate_bps: track.bitrateBps,
    })),
    ...info.audio.map((track) => ({
      ...common('audio', track),
      channels: track.channels,
      sample_rate_hz: track.sampleRateHz,
      bitrate_bps: track.bitrateBps,
      is_commentary: flag(track.isCommentary),
    })),
    ...info.subtitles.map((track) => ({
      ...common('subtitle', track),
      is_hearing_impaired: flag(track.isHearingImpaired),
    })),
  ]
  return {
    tracks: onceEach(tracks).slice(0, MOST_TRACKS),
    chapters: info.chapters.slice(0, MOST_CHAPTERS).map((chapter, position) => ({
      file_id: fileId,
      position,
      start_seconds: chapter.startSeconds,
      end_seconds: chapter.endSeconds,
      title: chapter.title,
    })),
    attachments: onceEach(
      info.attachments.map((one) => ({
        file_id: fileId,
        track_index: one.index,
        kind: one.kind,
        file_name: one.fileName,
        mime_type: one.mimeType,
        size_bytes: one.sizeBytes,
      })),
    ).slice(0, MOST_TRACKS),
  }
}

const onceEach = <T extends { track_index: number }>(rows: readonly T[]): T[] => [
  ...new Map(rows.map((row) => [row.track_index, row])).values(),
]
