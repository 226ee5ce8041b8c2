// One file as it is offered: its timeline and every rendition by name. The same id always means the same bytes.
import { createHash } from 'node:crypto'
import type { MediaInfo, Rational, VideoTrack } from '#shared/media.ts'
import { boundaryTable, copyStarts, gridRate } from '../media/boundaries.ts'
import type { EncodedAudio, EncodedVideo, Rendition } from '../media/media-engine.ts'
import { type Rung, ladderOf } from './ladder.ts'
import { type SegmentTimes, timesOf } from './segments.ts'

/** Part of every key: a new number when the same rendition comes to mean other bytes. */
export const ENCODER_VERSION = 3

export type SourceFile = { id: string; path: string; identity: string; media: MediaInfo }

export type AssetRendition = {
  name: string
  key: string
  rendition: Rendition
  times: SegmentTimes
  of: { fileId: string; assetId: string }
}

/** Before the dash of every rendition's key: what was made of a file's contents is found by it. */
export const contentHash = (identity: string): string =>
  createHash('sha256').update(identity).digest('hex').slice(0, 16)

const hashOf = (...parts: readonly unknown[]): string =>
  createHash('sha256')
    .update(JSON.stringify([ENCODER_VERSION, ...parts]))
    .digest('hex')
    .slice(0, 32)

/** `g…` stands on the even grid, `k…` on the file's keyframes: a grid that is in use goes on beside the index. */
export const assetIdOf = (file: SourceFile, hasIndex: boolean, encoder: EncodedVideo['encoder']): string =>
  `${hasIndex ? 'k' : 'g'}${hashOf(file.id, file.identity, encoder)}`

const AAC_RATES = { hz: 48_000, perChannelBps: 80_000, mostBps: 448_000 }
export const aacBitrate = (channels: number): number =>
  Math.min(AAC_RATES.mostBps, AAC_RATES.perChannelBps * channels)

/** Times in a container are rounded, mostly to milliseconds. */
const ROUNDING_SECONDS = 0.0015

/**
 * How much before the file's own start the timeline begins, less than a frame: so that the first picture lies on the
 * grid exactly, and sound that begins elsewhere keeps its distance to it.
 */
export function gridLead({ startSeconds, video: [video] }: MediaInfo, { num, den }: Rational): number {
  const first = (video?.startSeconds ?? startSeconds) - startSeconds
  const frameSeconds = den / num
  const over = first % frameSeconds
  return over < ROUNDING_SECONDS || over > frameSeconds - ROUNDING_SECONDS ? 0 : frameSeconds - over
}

export function createAsset(
  file: SourceFile,
  sourceKeyframes: readonly number[] | null,
  sourceSeconds: number,
  encoder: EncodedVideo['encoder'] = 'exact',
) {
  const { media } = file
  const video = media.video[0] ?? null
  const rate = gridRate(video?.frameRate ?? null)
  const leadSeconds = gridLead(media, rate)
  const startSeconds = media.startSeconds - leadSeconds
  const durationSeconds = sourceSeconds + leadSeconds
  const keyframes = sourceKeyframes && sourceKeyframes.map((time) => time + leadSeconds)
  const boundaries = boundaryTable(keyframes, durationSeconds, rate)
  const times = timesOf(boundaries)
  const copyTimes = keyframes ? { starts: copyStarts(keyframes, durationSeconds) } : null
  const id = assetIdOf(file, keyframes !== null, encoder)
  const source = (trackIndex: number) => ({ path: file.path, trackIndex, startSeconds })

  const named = (name: string, rendition: Rendition, itsTimes: SegmentTimes): AssetRendition => {
    const { path: _, ...bytesDependOn } = rendition
    const key = `${contentHash(file.identity)}-${hashOf(file.identity, bytesDependOn)}`
    return { name, key, rendition, times: itsTimes, of: { fileId: file.id, assetId: id } }
  }

  const encodedVideo = (track: VideoTrack, rung: Rung, burnSubtitleIndex: number | null): EncodedVideo => ({
    kind: 'encoded-video',
    ...source(track.index),
    boundaries,
    width: rung.width,
    height: rung.height,
    bitrateBps: rung.bitrateBps,
    encoder,
    deinterlace: track.scan === 'interlaced',
    rotationDegrees: track.rotationDegrees,
    toneMap: track.hdr !== null,
    burnSubtitleIndex,
  })

  const ladder = (copyVideo: boolean, maxHeight: number, maxBitrateBps: number | null = null): Rung[] =>
    video ? ladderOf(video, { copyVideo, maxHeight, maxBitrateBps, fileBitrateBps: media.bitrateBps }) : []

  return {
    file,
    id,
    video,
    durationSeconds,
    frameRate: boundaries.frameRate,
    times,
    copyTimes,
    ladder,

    /** The rendition of this name, or null: names come from addresses. */
    rendition(name: string): AssetRendition | null {
      if (name === 'v-original')
        return video && copyTimes
          ? named(
              name,
              { kind: 'copied-video', ...source(video.index), startsSeconds: copyTimes.starts },
              copyTimes,
            )
          : null
      const [, box, burn] = /^v-(\d{3,4}p)(?:-b(\d{1,3}))?$/.exec(name) ?? []
      if (box && video) {
        const rung =
          ladder(false, 16_384).find((r) => r.name === box) ?? ladder(false, 360).find((r) => r.name === box)
        const burned = burn === undefined ? null : Number(burn)
        const isPicture = burned === null || media.subtitles.some((s) => s.index === burned)
        return rung && isPicture ? named(name, encodedVideo(video, rung, burned), times) : null
      }
      const [, index, how] = /^a(\d{1,3})-(original|[1-6])$/.exec(name) ?? []
      const track = media.audio.find((a) => String(a.index) === index)
      if (!track || !how) return null
      if (how === 'original')
        return named(
          name,
          { kind: 'copied-audio', ...source(track.index), startsSeconds: times.starts },
          times,
        )
      const channels = Math.min(Number(how), Math.max(1, track.channels))
      const rendition: EncodedAudio = {
        kind: 'encoded-audio',
        ...source(track.index),
        boundaries,
        codec: 'aac',
        channels,
        sampleRateHz: AAC_RATES.hz,
        bitrateBps: aacBitrate(channels),
      }
      return named(name, rendition, times)
    },
  }
}
export type Asset = ReturnType<typeof createAsset>

export const videoName = (rung: Rung, burnSubtitleIndex: number | null): string =>
  rung.isOriginal
    ? 'v-original'
    : `v-${rung.name}${burnSubtitleIndex === null ? '' : `-b${burnSubtitleIndex}`}`
