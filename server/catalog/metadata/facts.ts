// What is said of a title, whoever says it: the source, an NFO file, or the names of files alone (pure).
import { createHash } from 'node:crypto'
import type { Placement } from '../../library/library.ts'
import type { TitleRow } from '../store.ts'
import type { EpisodeFacts } from '../store-metadata.ts'
import type { Evidence } from './match.ts'
import type { Nfo } from './nfo.ts'

export type Credit = {
  remoteId: number
  name: string
  job: string
  role: string | null
  portraitPath: string | null
}
export type Facts = {
  name: string
  originalName: string | null
  /** Other names to be found by. */
  otherNames: string[]
  year: number | null
  overview: string | null
  tagline: string | null
  releasedOn: string | null
  certification: string | null
  rating: number | null
  genres: string[]
  ids: Record<string, string>
  people: Credit[]
  posterPath: string | null
  backdropPath: string | null
  collection: { remoteId: number; name: string } | null
}

const NOTHING: Omit<Facts, 'name'> = {
  originalName: null,
  otherNames: [],
  year: null,
  overview: null,
  tagline: null,
  releasedOn: null,
  certification: null,
  rating: null,
  genres: [],
  ids: {},
  people: [],
  posterPath: null,
  backdropPath: null,
  collection: null,
}

/** People of NFO files have no id: those of one name are one, below zero so that they meet nobody of the source's. */
const idOfName = (name: string) =>
  -parseInt(createHash('sha256').update(name.toLowerCase()).digest('hex').slice(0, 12), 16)

const textsOf = (ids: Evidence['ids']): Record<string, string> =>
  Object.fromEntries(Object.entries(ids).map(([source, id]) => [source, String(id)]))

/** Null where it has no title. */
export function factsOfNfo(nfo: Nfo, placement: Placement): Facts | null {
  if (nfo.title === null) return null
  return {
    ...NOTHING,
    name: nfo.title,
    originalName: nfo.originalTitle,
    otherNames: [placement.name],
    year: nfo.year ?? placement.year,
    overview: nfo.overview,
    tagline: nfo.tagline,
    releasedOn: nfo.releasedOn,
    certification: nfo.certification,
    rating: nfo.rating,
    genres: [...new Set(nfo.genres)],
    ids: textsOf(nfo.ids),
    people: nfo.people.map((p) => ({ ...p, remoteId: idOfName(p.name), portraitPath: null })),
  }
}

export const factsOfNames = ({ name }: Placement, { year, ids }: Evidence): Facts => ({
  ...NOTHING,
  name,
  year,
  ids: textsOf(ids),
})

/** Null where it has no title, or is another episode's. */
export function episodeOfNfo(nfo: Nfo, title: TitleRow): EpisodeFacts | null {
  if (nfo.title === null || (nfo.episode !== null && nfo.episode !== title.episode_number)) return null
  return { name: nfo.title, overview: nfo.overview, airedOn: nfo.releasedOn, rating: nfo.rating ?? 0 }
}

/** What a season or an episode is called by its number, or by the name of its file where that says more. */
export function episodeOfNames(title: TitleRow, placement: Placement | null): EpisodeFacts {
  const number = title.episode_number
  const own = placement?.episodes.find((episode) => episode.number === number)?.name
  const name =
    title.kind === 'episode'
      ? (own ?? (number === null ? title.name : `Episode ${number}`))
      : title.season_number === 0
        ? 'Specials'
        : `Season ${title.season_number}`
  return { name, overview: null, airedOn: null, rating: 0 }
}
