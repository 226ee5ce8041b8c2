// Direct play, remux or transcode, with reasons in words; and what the browser has to be asked to know.
import type { PlaybackMethod, PlaybackReason } from '#shared/api/playback.ts'
import { containerText } from '#shared/container-text.ts'
import type { AudioTrack, ClientCapabilities, MediaInfo, VideoTrack } from '#shared/media.ts'
import type { Offer } from './ticket.ts'

export type Decision = { method: PlaybackMethod; reasons: PlaybackReason[]; offer: Offer }

const COPYABLE_VIDEO = new Set(['h264', 'hevc', 'av1', 'vp9'])
const COPYABLE_AUDIO = new Set(['aac', 'ac3', 'eac3', 'opus', 'flac'])
const DIRECT_MIME: Record<string, string> = {
  mp4: 'video/mp4',
  webm: 'video/webm',
  matroska: 'video/x-matroska',
}
/** A stretch without a keyframe longer than this makes copied segments too large to seek in. */
const LONGEST_COPY_SECONDS = 20

export const mseMime = (kind: 'video' | 'audio', codecString: string): string =>
  `${kind}/mp4; codecs="${codecString}"`

function directMime(info: MediaInfo): string | null {
  const container = DIRECT_MIME[info.container]
  const codecs = [info.video[0], info.audio[0]].flatMap((track) => (track ? [track.codecString] : []))
  if (!container || codecs.length === 0 || codecs.includes(null)) return null
  return `${container}; codecs="${codecs.join(',')}"`
}

/** MIME strings of a file's tracks, for the browser to say which it can play. */
export function questionsOf(info: MediaInfo): { mse: string[]; direct: string[] } {
  const ask = (kind: 'video' | 'audio', tracks: readonly (VideoTrack | AudioTrack)[]) =>
    tracks.flatMap((track) => (track.codecString === null ? [] : [mseMime(kind, track.codecString)]))
  const direct = directMime(info)
  return {
    mse: [...new Set([...ask('video', info.video.slice(0, 1)), ...ask('audio', info.audio)])],
    direct: direct === null ? [] : [direct],
  }
}

export type DecideInput = {
  info: MediaInfo
  capabilities: ClientCapabilities
  burnSubtitleIndex: number | null
  prefer: 'direct' | 'hls' | null
  /** Longest distance between keyframes; null where the file has no index. */
  longestGapSeconds: number | null
  /** What an administrator allows this viewer at this place; null for no limit. */
  limitBps: number | null
  /** Kinds of tracks that a first try could not copy. */
  uncopyable?: { video: boolean; audio: boolean }
}

export function decide({
  info,
  capabilities,
  burnSubtitleIndex,
  prefer,
  longestGapSeconds,
  limitBps,
  uncopyable = { video: false, audio: false },
}: DecideInput): Decision {
  const video = info.video[0]
  const reasons: PlaybackReason[] = []
  const because = (code: string, text: string, values?: PlaybackReason['values']): void =>
    void reasons.push({ code, text, ...(values && { values }) })
  const mse = new Set(capabilities.mse)
  const wishBps = capabilities.maxBitrateBps ?? null
  const maxBitrateBps =
    wishBps === null || limitBps === null ? (wishBps ?? limitBps) : Math.min(wishBps, limitBps)
  const channels = Math.min(capabilities.maxAudioChannels ?? 2, 6)

  // What stands against handing on the picture as it is.
  if (burnSubtitleIndex !== null)
    because('subtitles-burned', 'The chosen subtitles are drawn into the picture.')
  if (video) {
    if (video.hdr !== null && !capabilities.hdr)
      because('hdr-unsupported', 'The film is in HDR and this screen is not: colours are converted.')
    if (video.scan === 'interlaced') because('interlaced', 'The video is interlaced.')
  }
  if (maxBitrateBps !== null && (info.bitrateBps ?? 0) > maxBitrateBps) {
    const mbits = (bps: number): string => (bps / 1e6).toFixed(1)
    const [needs, may] = [mbits(info.bitrateBps ?? 0), mbits(maxBitrateBps)]
    because(
      'bitrate-limit',
      `The file needs ${needs} Mbit/s; ${maxBitrateBps === limitBps ? 'this server allows you' : 'you chose at most'} ${may} Mbit/s.`,
      { needs, may },
    )
  }
  const pictureStays = reasons.length === 0

  const directType = directMime(info)
  if (pictureStays && prefer !== 'hls' && directType !== null && capabilities.direct.includes(directType))
    return {
      method: 'direct',
      reasons: [{ code: 'direct', text: 'This browser plays the file as it is.' }],
      offer: offerOf(),
    }
  if (pictureStays && prefer !== 'hls') {
    const container = containerText(info.container)
    because('container-unsupported', `This browser does not play the file (${container}) as it is.`, {
      container,
    })
  }

  const offer = offerOf()
  if (video && pictureStays && !offer.copyVideo) becauseOfVideo(video)
  if (info.audio.length > 0 && !offer.copyAudio) {
    const codec = codecNames(info.audio)
    because('audio-converted', `Sound is converted to AAC (it is ${codec}).`, { codec })
  }
  const method =
    offer.copyVideo || !video ? (offer.copyAudio || !info.audio.length ? 'remux' : 'transcode') : 'transcode'
  if (reasons.length === 0) because('timeline', 'The player asked for segments; nothing is converted.')
  return { method, reasons, offer }

  function offerOf(): Offer {
    const copyVideo =
      pictureStays &&
      video !== undefined &&
      !uncopyable.video &&
      COPYABLE_VIDEO.has(video.codec) &&
      video.rotationDegrees === 0 &&
      longestGapSeconds !== null &&
      longestGapSeconds <= LONGEST_COPY_SECONDS &&
      video.codecString !== null &&
      mse.has(mseMime('video', video.codecString))
    const [first] = info.audio
    // One codec for all tracks of the group, so that a switch of language never changes the decoder.
    const copyAudio =
      first !== undefined &&
      !uncopyable.audio &&
      info.audio.every(
        (track) =>
          COPYABLE_AUDIO.has(track.codec) &&
          track.codecString === first.codecString &&
          track.channels <= Math.max(channels, 2) &&
          track.codecString !== null &&
          mse.has(mseMime('audio', track.codecString)),
      )
    const maxHeight = Math.max(360, Math.min(capabilities.maxHeight, capabilities.maxWidth))
    return { copyVideo, copyAudio, maxHeight, maxBitrateBps, channels, burnSubtitleIndex }
  }

  function becauseOfVideo(track: VideoTrack): void {
    if (track.rotationDegrees !== 0) because('rotated', 'The video has to be turned upright.')
    else if (uncopyable.video) because('copy-failed', 'The video could not be put into segments as it is.')
    else if (longestGapSeconds === null)
      because('no-index', 'The file has no usable index of its pictures yet.')
    else if (longestGapSeconds > LONGEST_COPY_SECONDS)
      because('sparse-keyframes', 'The file can only be entered at few places.')
    else {
      const codec = codecNames([track])
      because('video-codec-unsupported', `This browser does not play ${codec} video.`, { codec })
    }
  }
}

const codecNames = (tracks: readonly { codec: string }[]): string =>
  [...new Set(tracks.map((track) => track.codec.toUpperCase()))].join(', ')
