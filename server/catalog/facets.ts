// What lists filter by, as one word each: `video:hevc`, `hdr`, `resolution:4k`, `audio:deu`, `subtitle:eng`, `genre:Drama`, `year:1999` (pure).
import type { ListQuery } from '#shared/api/catalog.ts'
import { languageCode } from '#shared/language-codes.ts'
import type { MediaInfo } from '#shared/media.ts'

/** What is kept of a file for this; languages as `,deu,eng,`. */
export type FileFacts = {
  height: number | null
  is_hdr: number
  video_codec: string | null
  audio_languages: string
  subtitle_languages: string
  duration_seconds: number | null
}

export const GENRE = 'genre:'
const yearFacet = (year: number): string => `year:${year}`

export type FacetFilter = Pick<
  ListQuery,
  'genre' | 'year' | 'resolution' | 'hdr' | 'videoCodec' | 'audioLanguage' | 'subtitleLanguage'
>

/** Wide films are cropped: 1920×800 is 1080p, 1280×536 is 720p. */
const resolutionOf = (height: number) =>
  height < 530 ? 'sd' : height < 790 ? '720p' : height < 1500 ? '1080p' : '4k'

export function factsOf(info: MediaInfo): FileFacts {
  const video = info.video[0]
  const languages = (tracks: readonly { language: string | null }[]) =>
    `,${[...new Set(tracks.map((track) => languageCode(track.language) ?? 'und'))].join(',')},`
  return {
    // Of the picture as it would lie: 720×1280 of a phone is 720p.
    height: video ? Math.min(video.width, video.height) : null,
    is_hdr: video?.hdr ? 1 : 0,
    video_codec: video?.codec ?? null,
    audio_languages: languages(info.audio),
    subtitle_languages: languages(info.subtitles),
    duration_seconds: info.durationSeconds,
  }
}

const split = (languages: string) => languages.split(',').filter(Boolean)

/** Of all files of a title together, and of what is known of it. */
export function facetsOf(
  files: readonly Omit<FileFacts, 'duration_seconds'>[],
  { year, genres }: { year: number; genres: readonly string[] },
): Set<string> {
  const facets = new Set(genres.map((genre) => GENRE + genre))
  if (year > 0) facets.add(yearFacet(year))
  for (const file of files) {
    if (file.height !== null) facets.add(`resolution:${resolutionOf(file.height)}`)
    if (file.video_codec !== null) {
      facets.add(`video:${file.video_codec}`)
      facets.add(file.is_hdr ? 'hdr' : 'sdr')
    }
    for (const language of split(file.audio_languages)) facets.add(`audio:${language}`)
    for (const language of split(file.subtitle_languages)) facets.add(`subtitle:${language}`)
  }
  return facets
}

/** What a title must have to be listed. */
export function facetsAsked(filter: FacetFilter): string[] {
  const language = (said: string) => languageCode(said) ?? said
  return [
    ...(filter.genre === undefined ? [] : [GENRE + filter.genre]),
    ...(filter.year === undefined ? [] : [yearFacet(filter.year)]),
    ...(filter.resolution === undefined ? [] : [`resolution:${filter.resolution}`]),
    ...(filter.hdr === undefined ? [] : [filter.hdr ? 'hdr' : 'sdr']),
    ...(filter.videoCodec === undefined ? [] : [`video:${filter.videoCodec}`]),
    ...(filter.audioLanguage === undefined ? [] : [`audio:${language(filter.audioLanguage)}`]),
    ...(filter.subtitleLanguage === undefined ? [] : [`subtitle:${language(filter.subtitleLanguage)}`]),
  ]
}
