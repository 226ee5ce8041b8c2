// TMDB's answers to what is shown and what is scored, with other languages where the wanted one is silent (pure).
import type { Credit, Facts } from './facts.ts'
import type { Option } from './match.ts'
import type { RemoteKind } from './tmdb.ts'
import * as shape from './tmdb-shapes.ts'
import { dateOf, itemsOf, textOf, yearOf } from './tmdb-shapes.ts'

const MAX_CAST = 30
const CREW_JOBS = ['Director', 'Creator', 'Screenplay', 'Writer', 'Story', 'Original Music Composer']

const countryOf = (language: string) => (/-([A-Z]{2})/.exec(language)?.[1] ?? 'US').toUpperCase()

export function optionOf(details: shape.Details): Option {
  const alternatives = details.alternative_titles
  const translations = itemsOf(shape.Translation, details.translations?.translations)
  const seasons = itemsOf(shape.SeasonSummary, details.seasons)
  return {
    ...optionOfFound(details),
    otherNames: [
      ...itemsOf(shape.AlternativeTitle, alternatives?.titles ?? alternatives?.results).map((t) => t.title),
      ...translations.flatMap((t) => textOf(t.data?.title ?? t.data?.name) ?? []),
    ].slice(0, 200),
    runtimeSeconds: details.runtime ? details.runtime * 60 : null,
    seasons: details.seasons
      ? seasons.map((s) => ({ season: s.season_number, episodes: s.episode_count ?? 0 }))
      : null,
    ids: {
      imdb: textOf(details.imdb_id) ?? textOf(details.external_ids?.imdb_id),
      tvdb: details.external_ids?.tvdb_id ?? null,
    },
  }
}

/** What a line of search results says; running time and other names come with the details. */
export const optionOfFound = (found: shape.Found): Option => ({
  remoteId: found.id,
  name:
    textOf(found.title) ??
    textOf(found.name) ??
    textOf(found.original_title) ??
    textOf(found.original_name) ??
    '',
  originalName: textOf(found.original_title) ?? textOf(found.original_name),
  otherNames: [],
  year: yearOf(found.release_date ?? found.first_air_date),
  runtimeSeconds: null,
  seasons: null,
  votes: found.vote_count ?? 0,
  ids: {},
})

function certificationOf(details: shape.Details, language: string): string | null {
  const all = itemsOf(shape.Certification, details.release_dates?.results ?? details.content_ratings?.results)
  const said = (country: string) => {
    const entry = all.find((c) => c.iso_3166_1 === country)
    const releases = itemsOf(shape.Release, entry?.release_dates)
    return (
      textOf(entry?.rating) ?? releases.map((r) => textOf(r.certification)).find((c) => c !== null) ?? null
    )
  }
  return said(countryOf(language)) ?? said('US')
}

function peopleOf(details: shape.Details): Credit[] {
  const credits = details.aggregate_credits ?? details.credits
  const person = (c: shape.Credit, job: string, role: string | null): Credit => ({
    remoteId: c.id,
    name: c.name.trim(),
    job,
    role,
    portraitPath: textOf(c.profile_path),
  })
  const crew = itemsOf(shape.Credit, credits?.crew).flatMap((c) => {
    const jobs = [c.job, ...itemsOf(shape.Role, c.jobs).map((j) => j.job)]
    const job = CREW_JOBS.find((known) => jobs.includes(known))
    return job === undefined ? [] : [person(c, job, null)]
  })
  const cast = itemsOf(shape.Credit, credits?.cast)
    .toSorted((a, b) => (a.order ?? 999) - (b.order ?? 999))
    .slice(0, MAX_CAST)
    .map((c) => person(c, 'Actor', textOf(c.character) ?? textOf(itemsOf(shape.Role, c.roles)[0]?.character)))
  const directing = crew.toSorted((a, b) => CREW_JOBS.indexOf(a.job) - CREW_JOBS.indexOf(b.job)).slice(0, 10)
  const seen = new Set<string>()
  return [...cast, ...directing].filter((p) => {
    const key = `${p.remoteId} ${p.job}`
    return p.name !== '' && !seen.has(key) && seen.add(key)
  })
}

/** The best voted picture of those in the wanted language, then without words, then any. */
function pictureOf(
  list: readonly unknown[] | null | undefined,
  languages: readonly (string | null)[],
): string | null {
  const all = itemsOf(shape.ImageItem, list)
  for (const language of languages) {
    const [best] = all
      .filter((i) => (i.iso_639_1 ?? null) === language)
      .toSorted((a, b) => (b.vote_average ?? 0) - (a.vote_average ?? 0))
    if (best?.file_path) return best.file_path
  }
  return all[0]?.file_path ?? null
}

export function factsOf(kind: RemoteKind, details: shape.Details, language: string): Facts {
  const option = optionOf(details)
  const short = language.slice(0, 2)
  const translations = itemsOf(shape.Translation, details.translations?.translations)
  const translated = (code: string) => translations.find((t) => t.iso_639_1 === code)?.data
  const fallbacks = [translated(short), translated('en'), translated(details.original_language ?? 'en')]
  const text = (
    own: string | null | undefined,
    of: (t: (typeof fallbacks)[number]) => string | null | undefined,
  ) => textOf(own) ?? fallbacks.map((t) => textOf(of(t))).find((t) => t !== null) ?? null
  const released = dateOf(details.release_date ?? details.first_air_date)
  const collection = details.belongs_to_collection
  const ids: [string, string | number | null | undefined][] = [
    ['tmdb', details.id],
    ['imdb', option.ids.imdb],
    ['tvdb', option.ids.tvdb],
    ['wikidata', textOf(details.external_ids?.wikidata_id)],
  ]
  return {
    name: text(details.title ?? details.name, (t) => t?.title ?? t?.name) ?? option.name,
    originalName: option.originalName,
    otherNames: option.otherNames.slice(0, 40),
    year: option.year,
    overview: text(details.overview, (t) => t?.overview),
    tagline: text(details.tagline, (t) => t?.tagline),
    releasedOn: released,
    certification: certificationOf(details, language),
    rating: details.vote_average && (details.vote_count ?? 1) > 0 ? details.vote_average : null,
    genres: [...new Set(itemsOf(shape.Genre, details.genres).flatMap((g) => textOf(g.name) ?? []))],
    ids: Object.fromEntries(ids.flatMap(([k, v]) => (v ? [[k, String(v)]] : []))),
    people: peopleOf(details),
    posterPath: textOf(details.poster_path) ?? pictureOf(details.images?.posters, [short, 'en', null]),
    backdropPath: textOf(details.backdrop_path) ?? pictureOf(details.images?.backdrops, [null, short, 'en']),
    collection:
      kind === 'movie' && collection && textOf(collection.name)
        ? { remoteId: collection.id, name: textOf(collection.name) ?? '' }
        : null,
  }
}
