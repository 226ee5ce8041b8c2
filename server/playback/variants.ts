// What the master playlist says of an asset: its rungs, sounds and subtitles with figures true to their bytes.
import type { SubtitleChoice } from '#shared/api/playback.ts'
import { type Asset, aacBitrate, videoName } from './asset.ts'
import { videoCodec, videoPlan } from '../media/encode-plan.ts'
import type { Rung } from './ladder.ts'
import { type AudioRendition, masterPlaylist, type SubtitleRendition, type VideoVariant } from './playlist.ts'
import type { SegmentTimes } from './segments.ts'
import type { Offer } from './ticket.ts'

/** Container bytes beside the encoder's: box headers of a few fragments in each segment. */
const OVERHEAD_BPS = 8_000
/** A copied track's rate is known on average; scenes of films reach about this much more. */
const COPIED_PEAK = 2.5
/** What nobody measured: rates of sound that its file does not state. */
const UNSTATED_AUDIO_BPS = 640_000

/**
 * The most that a segment can hold at a rate limited by a decoder buffer: the sustained maximum, and a full buffer
 * spent in the shortest one (ITU-T H.264 annex C).
 */
export function peakBps(
  { maxBps, bufferBits }: { maxBps: number; bufferBits: number },
  { starts }: SegmentTimes,
): number {
  const lengths = starts.slice(1, -1).map((end, n) => end - (starts[n] ?? 0))
  const shortest = Math.max(1, Math.min(...lengths, starts.at(-1) ?? 1))
  return Math.round(maxBps + bufferBits / shortest + OVERHEAD_BPS)
}

/** As the encoder is told (kbit/s), without opening one: a master playlist must not wait for six of them. */
function encodedAs(asset: Asset, name: string): { codec: string; peakBps: number } {
  const rendition = asset.rendition(name)?.rendition
  if (rendition?.kind !== 'encoded-video') throw new Error(`${name} is not encoded`)
  const plan = videoPlan(rendition)
  const maxBps = Number(plan.x264['vbv-maxrate']) * 1000
  const bufferBits = Number(plan.x264['vbv-bufsize']) * 1000
  return { codec: videoCodec(plan, rendition), peakBps: peakBps({ maxBps, bufferBits }, asset.times) }
}

export const audioName = (asset: Asset, offer: Offer, index: number): string => {
  const track = asset.file.media.audio.find((a) => a.index === index)
  return `a${index}-${offer.copyAudio ? 'original' : Math.min(offer.channels, Math.max(1, track?.channels ?? 2))}`
}

export const rungsOf = (asset: Asset, offer: Offer): Rung[] =>
  asset.ladder(offer.copyVideo, offer.maxHeight, offer.maxBitrateBps)

/** The sound that plays unless another is chosen: the file's own choice, never a commentary. */
export function defaultAudio(asset: Asset) {
  const { audio } = asset.file.media
  const plain = audio.filter((a) => !a.isCommentary && !a.isVisualImpaired)
  return plain.find((a) => a.isDefault) ?? plain[0] ?? audio[0]
}

export function audioRenditions(asset: Asset, offer: Offer): AudioRendition[] {
  const chosen = defaultAudio(asset)
  return asset.file.media.audio.map((track, n) => {
    const channels = offer.copyAudio ? track.channels : Math.min(offer.channels, Math.max(1, track.channels))
    return {
      uri: `${audioName(asset, offer, track.index)}/index.m3u8`,
      codec: offer.copyAudio ? (track.codecString ?? 'mp4a.40.2') : 'mp4a.40.2',
      name: track.title ?? track.language ?? `Audio ${n + 1}`,
      language: track.language,
      isDefault: track === chosen,
      channels,
      averageBps:
        OVERHEAD_BPS +
        (offer.copyAudio ? Math.round(track.bitrateBps ?? UNSTATED_AUDIO_BPS) : aacBitrate(channels)),
    }
  })
}

export function masterOf(asset: Asset, offer: Offer, subtitles: readonly SubtitleChoice[]): string {
  const rate = asset.frameRate
  const source = asset.video?.frameRate ?? rate
  const video = rungsOf(asset, offer).map((rung): VideoVariant => {
    const name = videoName(rung, offer.burnSubtitleIndex)
    const shown = rung.isOriginal ? source : rate
    return {
      uri: `${name}/index.m3u8`,
      ...(rung.isOriginal
        ? {
            codec: asset.video?.codecString ?? 'avc1.640028',
            peakBps: Math.round(rung.bitrateBps * COPIED_PEAK),
          }
        : encodedAs(asset, name)),
      width: rung.width,
      height: rung.height,
      frameRate: shown.num / shown.den,
      averageBps: rung.bitrateBps + OVERHEAD_BPS,
    }
  })
  return masterPlaylist(
    video,
    audioRenditions(asset, offer),
    subtitles
      .filter((s) => s.format === 'webvtt')
      .map((track, n): SubtitleRendition => ({
        uri: `s${track.index}/index.m3u8`,
        name: track.title ?? track.language ?? `Subtitles ${n + 1}`,
        language: track.language,
        isForced: track.isForced,
      })),
  )
}
