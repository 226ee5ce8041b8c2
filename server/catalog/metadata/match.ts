// Which film or series a title is: candidates scored against what names and files say, with visible parts (pure).
import { similarity } from './name-distance.ts'

/** What is known from here: names, years, ids in names and NFO files, and the files themselves. */
export type Evidence = {
  kind: 'movie' | 'tv'
  /** The likeliest first. */
  names: readonly string[]
  year: number | null
  /** A film's real running time, of its longest version. */
  durationSeconds: number | null
  /** The numbers a series' files carry. */
  episodes: readonly { season: number; number: number }[]
  ids: { tmdb?: number; imdb?: string; tvdb?: number }
}

export type Option = {
  remoteId: number
  name: string
  originalName: string | null
  /** Translations and titles by which it is known elsewhere. */
  otherNames: readonly string[]
  year: number | null
  /** Null: not asked yet, or the source does not know. */
  runtimeSeconds: number | null
  seasons: readonly { season: number; episodes: number }[] | null
  votes: number
  ids: { imdb?: string | null; tvdb?: number | null }
}

export type Part = { name: string; points: number; detail: string }
export type Scored = { option: Option; confidence: number; parts: Part[] }
export type Verdict = 'matched' | 'review' | 'name-only'

const TAKE = 0.7
const SHOW = 0.4
/** Rivals closer than this are for a person to tell apart. */
const MARGIN = 0.08

function namePart(evidence: Evidence, option: Option): Part {
  const known: [string, string | null][] = [
    ['title', option.name],
    ['original title', option.originalName],
    ...option.otherNames.map((name): [string, string] => ['other title', name]),
  ]
  let best = { value: 0, detail: 'no title is like it' }
  evidence.names.forEach((said, nth) => {
    for (const [what, name] of known) {
      if (name === null) continue
      // A name from farther away (a folder, a part of the name) and a title used elsewhere weigh a little less.
      const value = similarity(said, name) - (nth === 0 ? 0 : 0.02) - (what === 'other title' ? 0.02 : 0)
      if (value <= best.value) continue
      const how = value > 0.95 ? 'is' : `${Math.round(value * 100)} % like`
      best = { value, detail: `“${said}” ${how} the ${what} “${name}”` }
    }
  })
  const points = best.value < 0.5 ? 0 : Math.round(55 * best.value ** 2)
  return { name: 'title', points, detail: best.detail }
}

function yearPart({ kind, year }: Evidence, option: Option): Part {
  const part = (points: number, detail: string): Part => ({ name: 'year', points, detail })
  if (year === null) return part(kind === 'tv' ? 12 : 5, 'the names say no year')
  if (option.year === null) return part(5, 'the source knows no year')
  const apart = Math.abs(year - option.year)
  if (apart === 0) return part(25, `${year}`)
  // Festivals and other countries: a year beside it is common, more is another work.
  const points = apart === 1 ? 15 : apart === 2 ? 3 : -20
  return part(points, `${year} here, ${option.year} there`)
}

function durationPart({ durationSeconds: here }: Evidence, { runtimeSeconds: there }: Option): Part {
  const part = (points: number, detail: string): Part => ({ name: 'running time', points, detail })
  if (here === null || there === null || there <= 0) return part(6, 'not known')
  const apart = Math.abs(here - there)
  const text = `${Math.round(here / 60)} min here, ${Math.round(there / 60)} min there`
  if (apart <= Math.max(180, there * 0.03)) return part(20, text)
  // PAL runs 4 % faster; cuts differ by a tenth or so.
  if (apart <= there * 0.1) return part(12, text)
  if (apart <= there * 0.25) return part(4, text)
  return part(-10, text)
}

function episodesPart({ episodes }: Evidence, { seasons }: Option): Part {
  const part = (points: number, detail: string): Part => ({ name: 'episodes', points, detail })
  const numbered = episodes.filter((e) => e.season > 0)
  if (seasons === null || seasons.length === 0 || numbered.length === 0) return part(6, 'not known')
  const counts = new Map(seasons.map((s) => [s.season, s.episodes]))
  const total = seasons.reduce((sum, s) => sum + (s.season > 0 ? s.episodes : 0), 0)
  // Absolute numbers run through all seasons.
  const fits = numbered.filter(
    (e) => e.number <= (counts.get(e.season) ?? 0) || (e.season === 1 && e.number <= total),
  ).length
  const share = fits / numbered.length
  return part(Math.round(30 * share - 10), `${fits} of ${numbered.length} episodes exist there`)
}

function certainPart({ ids }: Evidence, option: Option): Part | null {
  const is = (what: string, id: string | number): Part => ({
    name: 'id',
    points: 100,
    detail: `${what} ${id}`,
  })
  if (ids.tmdb !== undefined && ids.tmdb === option.remoteId) return is('TMDB', ids.tmdb)
  if (ids.imdb !== undefined && ids.imdb === option.ids.imdb) return is('IMDb', ids.imdb)
  if (ids.tvdb !== undefined && ids.tvdb === option.ids.tvdb) return is('TVDB', ids.tvdb)
  return null
}

export function score(evidence: Evidence, option: Option): Scored {
  const certain = certainPart(evidence, option)
  if (certain) return { option, confidence: 1, parts: [certain] }
  const title = namePart(evidence, option)
  const parts = [
    title,
    yearPart(evidence, option),
    evidence.kind === 'movie' ? durationPart(evidence, option) : episodesPart(evidence, option),
    {
      name: 'known',
      points: Math.min(3, Math.floor(Math.log10(option.votes + 1))),
      detail: `${option.votes} votes`,
    },
  ]
  const sum = parts.reduce((total, part) => total + part.points, 0)
  // Without a likeness of titles a year and a running time prove nothing.
  const confidence = title.points === 0 ? 0 : Math.min(0.99, Math.max(0, sum / 100))
  return { option, confidence, parts }
}

/** Best first; of equals the better known. */
export const rank = (evidence: Evidence, options: readonly Option[]): Scored[] =>
  options
    .map((option) => score(evidence, option))
    .toSorted((a, b) => b.confidence - a.confidence || b.option.votes - a.option.votes)

/** High is taken, middle is shown to a person, low is left alone. `ranked` is best first. */
export function judge(ranked: readonly Scored[]): Verdict {
  const [best, second] = ranked
  if (!best || best.confidence < SHOW) return 'name-only'
  if (best.confidence === 1) return 'matched'
  const isClear = !second || best.confidence - second.confidence >= MARGIN
  return best.confidence >= TAKE && isClear ? 'matched' : 'review'
}
