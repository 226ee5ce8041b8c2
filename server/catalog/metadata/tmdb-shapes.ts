// What of TMDB's answers is used: schemas that take nulls, empty strings and missing keys as they come.
import * as Type from 'typebox'
import { Check } from 'typebox/value'

/** Absent, null or there: old answers, new ones and empty records differ in nothing else. */
const Maybe = <T extends Type.TSchema>(schema: T) => Type.Optional(Type.Union([schema, Type.Null()]))
const Text = Maybe(Type.String())
const Number = Maybe(Type.Number())
/** Lists are read item by item (`itemsOf`): one odd item does not spoil the others. */
const List = Maybe(Type.Array(Type.Unknown()))

export const Found = Type.Object({
  id: Type.Integer(),
  title: Text,
  name: Text,
  original_title: Text,
  original_name: Text,
  original_language: Text,
  release_date: Text,
  first_air_date: Text,
  overview: Text,
  poster_path: Text,
  vote_count: Number,
})
export type Found = Type.Static<typeof Found>

export const FoundPage = Type.Object({ results: List })
export const FoundByExternalId = Type.Object({ movie_results: List, tv_results: List })

const Named = Type.Object({ name: Type.String() })
export const Genre = Named
export const AlternativeTitle = Type.Object({ title: Type.String(), iso_3166_1: Text })
export const Translation = Type.Object({
  iso_639_1: Text,
  iso_3166_1: Text,
  data: Maybe(Type.Object({ title: Text, name: Text, overview: Text, tagline: Text })),
})
export const Credit = Type.Object({
  id: Type.Integer(),
  name: Type.String(),
  character: Text,
  job: Text,
  department: Text,
  order: Number,
  profile_path: Text,
  /** Aggregate credits of series. */
  roles: List,
  jobs: List,
})
export type Credit = Type.Static<typeof Credit>
export const Role = Type.Object({ character: Text, job: Text })
export const Certification = Type.Object({
  iso_3166_1: Type.String(),
  rating: Text,
  release_dates: List,
})
export const Release = Type.Object({ certification: Text })
export const SeasonSummary = Type.Object({
  season_number: Type.Integer(),
  episode_count: Number,
})
const Image = Type.Object({ file_path: Text, iso_639_1: Text, vote_average: Number })
export const ImageItem = Image

/** A film or a series; each kind leaves the other's keys out. */
export const Details = Type.Object({
  ...Found.properties,
  tagline: Text,
  backdrop_path: Text,
  vote_average: Number,
  runtime: Number,
  imdb_id: Text,
  genres: List,
  episode_run_time: List,
  seasons: List,
  belongs_to_collection: Maybe(
    Type.Object({ id: Type.Integer(), name: Text, poster_path: Text, backdrop_path: Text }),
  ),
  alternative_titles: Maybe(Type.Object({ titles: List, results: List })),
  translations: Maybe(Type.Object({ translations: List })),
  credits: Maybe(Type.Object({ cast: List, crew: List })),
  aggregate_credits: Maybe(Type.Object({ cast: List, crew: List })),
  release_dates: Maybe(Type.Object({ results: List })),
  content_ratings: Maybe(Type.Object({ results: List })),
  external_ids: Maybe(Type.Object({ imdb_id: Text, tvdb_id: Number, wikidata_id: Text })),
  images: Maybe(Type.Object({ posters: List, backdrops: List })),
})
export type Details = Type.Static<typeof Details>

export const Episode = Type.Object({
  id: Type.Integer(),
  episode_number: Type.Integer(),
  season_number: Number,
  name: Text,
  overview: Text,
  air_date: Text,
  still_path: Text,
  runtime: Number,
  vote_average: Number,
})
export type Episode = Type.Static<typeof Episode>

export const Season = Type.Object({
  name: Text,
  overview: Text,
  air_date: Text,
  poster_path: Text,
  season_number: Type.Integer(),
  episodes: List,
})
export type Season = Type.Static<typeof Season>

export const Collection = Type.Object({
  id: Type.Integer(),
  name: Type.String(),
  overview: Text,
  poster_path: Text,
  backdrop_path: Text,
})

/** The items of a list that are what they should be. */
export const itemsOf = <T extends Type.TSchema>(
  schema: T,
  list: readonly unknown[] | null | undefined,
): Type.Static<T>[] => (list ?? []).filter((item): item is Type.Static<T> => Check(schema, item))

/** Empty and blank texts say nothing. */
export const textOf = (value: string | null | undefined): string | null => value?.trim() || null

/** `1999-03-31` → 1999; TMDB gives empty strings and nulls for unknown days. */
export function yearOf(date: string | null | undefined): number | null {
  const year = parseInt(date ?? '', 10)
  return year >= 1800 && year <= 2200 ? year : null
}
export const dateOf = (date: string | null | undefined): string | null =>
  /^\d{4}-\d\d-\d\d$/.test(date ?? '') ? (date ?? null) : null
