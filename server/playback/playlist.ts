// Master and media playlist text (RFC 8216). Complete before anything is encoded; never changes.
import { languageTag } from '#shared/language-codes.ts'
import type { SegmentTimes } from './segments.ts'

export type VideoVariant = {
  uri: string
  codec: string
  width: number
  height: number
  frameRate: number
  averageBps: number
  peakBps: number
}
export type AudioRendition = {
  uri: string
  codec: string
  name: string
  language: string | null
  isDefault: boolean
  channels: number
  averageBps: number
}
export type SubtitleRendition = {
  uri: string
  name: string
  language: string | null
  isForced: boolean
}

/** A quoted string may hold neither quotes nor line ends (RFC 8216 §4.2). */
// oxlint-disable-next-line no-control-regex -- control characters are what must go
const quoted = (text: string): string => `"${text.replace(/["\u0000-\u001f\u007f]/g, ' ').slice(0, 200)}"`

/** Names within a group must differ (RFC 8216 §4.3.4.1). */
function distinct<T extends { name: string }>(items: readonly T[]): T[] {
  const seen = new Map<string, number>()
  return items.map((item) => {
    const count = (seen.get(item.name) ?? 0) + 1
    seen.set(item.name, count)
    return count === 1 ? item : { ...item, name: `${item.name} (${count})` }
  })
}

const yesNo = (value: boolean): string => (value ? 'YES' : 'NO')
function languageOf(language: string | null): string {
  const tag = languageTag(language)
  return tag === null ? '' : `,LANGUAGE=${quoted(tag)}`
}

export function masterPlaylist(
  video: readonly VideoVariant[],
  audio: readonly AudioRendition[],
  subtitles: readonly SubtitleRendition[],
): string {
  const lines = ['#EXTM3U', '#EXT-X-VERSION:7', '#EXT-X-INDEPENDENT-SEGMENTS']
  const hasGroup = video.length > 0 && audio.length > 0
  if (hasGroup)
    for (const a of distinct(audio))
      lines.push(
        `#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME=${quoted(a.name)}${languageOf(a.language)}` +
          `,DEFAULT=${yesNo(a.isDefault)},AUTOSELECT=YES,CHANNELS="${a.channels}",URI=${quoted(a.uri)}`,
      )
  for (const s of distinct(subtitles))
    lines.push(
      `#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="subs",NAME=${quoted(s.name)}${languageOf(s.language)}` +
        `,DEFAULT=NO,AUTOSELECT=YES,FORCED=${yesNo(s.isForced)},URI=${quoted(s.uri)}`,
    )
  const audioBps = Math.max(0, ...audio.map((a) => a.averageBps))
  const audioCodecs = [...new Set(audio.map((a) => a.codec))]
  const subs = subtitles.length > 0 ? ',SUBTITLES="subs"' : ''
  for (const v of video)
    lines.push(
      `#EXT-X-STREAM-INF:BANDWIDTH=${v.peakBps + audioBps},AVERAGE-BANDWIDTH=${v.averageBps + audioBps}` +
        `,CODECS=${quoted([v.codec, ...audioCodecs].join(','))},RESOLUTION=${v.width}x${v.height}` +
        `,FRAME-RATE=${v.frameRate.toFixed(3)}${hasGroup ? ',AUDIO="audio"' : ''}${subs}`,
      v.uri,
    )
  // Sound alone: each track is a variant of its own.
  if (video.length === 0)
    for (const a of audio)
      lines.push(
        `#EXT-X-STREAM-INF:BANDWIDTH=${a.averageBps},AVERAGE-BANDWIDTH=${a.averageBps},CODECS=${quoted(a.codec)}`,
        a.uri,
      )
  return `${lines.join('\n')}\n`
}

export function mediaPlaylist({ starts }: SegmentTimes): string {
  const durations = starts.slice(1).map((end, n) => end - (starts[n] ?? 0))
  const target = Math.max(1, ...durations.map((d) => Math.round(d)))
  const lines = [
    '#EXTM3U',
    '#EXT-X-VERSION:7',
    `#EXT-X-TARGETDURATION:${target}`,
    '#EXT-X-MEDIA-SEQUENCE:0',
    '#EXT-X-PLAYLIST-TYPE:VOD',
    '#EXT-X-INDEPENDENT-SEGMENTS',
    '#EXT-X-MAP:URI="init.mp4"',
  ]
  durations.forEach((d, n) => lines.push(`#EXTINF:${d.toFixed(6)},`, `${n}.m4s`))
  return `${lines.join('\n')}\n#EXT-X-ENDLIST\n`
}

/** Text tracks are one segment: the whole file. */
export const subtitlePlaylist = (durationSeconds: number): string =>
  [
    '#EXTM3U',
    '#EXT-X-VERSION:7',
    `#EXT-X-TARGETDURATION:${Math.max(1, Math.ceil(durationSeconds))}`,
    '#EXT-X-MEDIA-SEQUENCE:0',
    '#EXT-X-PLAYLIST-TYPE:VOD',
    `#EXTINF:${durationSeconds.toFixed(6)},`,
    'all.vtt',
    '#EXT-X-ENDLIST',
    '',
  ].join('\n')
