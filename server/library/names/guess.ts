// What a name may say, and what the library may say of it beforehand.
import type { ExtraKind } from './extras.ts'

export type LibraryKindHint = 'films' | 'series' | 'mixed'
export type NameIds = { tmdb?: number; imdb?: string; tvdb?: number }

export type NameGuess = {
  kind: 'movie' | 'episode'
  title: string | null
  year: number | null
  /** Null: not said. 0: specials. */
  season: number | null
  /** A name that holds several seasons: all of them. */
  seasons: number[]
  /** Several for a file that holds a range. */
  episodes: number[]
  /** The numbers count from the first episode of the whole series. */
  isAbsolute: boolean
  /** `05.5`: told between two episodes, and none of them. */
  isBetween: boolean
  /** Aired on, `YYYY-MM-DD`. */
  date: string | null
  episodeTitle: string | null
  part: number | null
  edition: string | null
  /** `v2` of a release. */
  release: number | null
  ids: NameIds
  extra: ExtraKind | null
  format3d: string | null
}
