// What the numbers of a name are beside each other: season, episode, day and year (pure).
import { dateRule } from './dates.ts'
import type { LibraryKindHint } from './guess.ts'
import { findNumbering } from './numbering.ts'
import type { Numbering } from './numbers.ts'
import { seasonList } from './season-list.ts'
import { firstSign } from './tags.ts'
import { findSeason, findYear } from './year-season.ts'

type Span = { start: number; end: number }
export type NameNumbers = {
  /** The name that all places count in. */
  text: string
  numbering: Numbering | null
  /** A season told without an episode, or beside its number. */
  season: ({ season: number } & Span) | null
  /** Several seasons in one name. */
  seasons: number[]
  year: ({ year: number } & Span) | null
  /** Aired on, `YYYY-MM-DD`. */
  date: string | null
  /** A day told beside an episode's number. */
  day: Span | null
  /** Where the first of them stands, or the description of the copy. */
  until: number
  /** Where the description of the copy starts. */
  signAt: number
}

const overlaps = (a: Span, b: Span) => a.start < b.end && a.end > b.start

/** A short date before a film's name, which says when the copy was made. */
const copyDateOf = (text: string, numbering: Numbering | null, hint: LibraryKindHint): Numbering | null =>
  numbering?.date && hint !== 'series' && /^\d\d\.\d\d\.\d\d\D.*\((?:19|20)\d\d\)/.test(text)
    ? numbering
    : null

/** A season that is told in words or as `S2`, when it is no part of something else. */
function seasonBeside(text: string, numbering: Numbering | null, signAt: number) {
  const found = findSeason(text)
  if (!found) return null
  // `DD5.1-S56`: who made the copy.
  const isGroup = found.start > signAt && found.end === text.length && text[found.start - 1] === '-'
  // `The Lost Season S02E01`: the number is the episode's, the word the title's.
  const isWord =
    numbering !== null &&
    numbering.start > found.start &&
    numbering.start < found.end &&
    /^s\d/iu.test(text.slice(numbering.start))
  const isOther = numbering?.season != null && numbering.season !== found.season
  return isGroup || isWord || isOther ? null : found
}

export function numbersIn(
  whole: string,
  { hint, isSeries, isFansub }: { hint: LibraryKindHint; isSeries: boolean; isFansub: boolean },
): NameNumbers {
  // Fights and races shown for a fee are numbered like films.
  const isEvent = /[ ._]ppv[ ._]/iu.test(whole)
  let text = isEvent ? whole.replace(/[ ._]ppv(?=[ ._])/iu, '') : whole
  let signAt = firstSign(text)
  let numbering = findNumbering(text, { isSeries, isFilm: hint === 'films' || isEvent, isFansub, signAt })
  const list = hint === 'films' ? null : seasonList(text)
  if (list && numbering && numbering.season === null && overlaps(numbering, list)) numbering = null
  const copied = copyDateOf(text, numbering, hint)
  if (copied) {
    text = text.slice(copied.end)
    signAt = firstSign(text)
    numbering = null
  }
  const dated = numbering && !numbering.date ? dateRule(text) : null
  const day = dated && numbering && !overlaps(dated, numbering) ? dated : null
  const season = hint === 'films' ? null : seasonBeside(text, numbering, signAt)
  const until = Math.min(
    numbering?.start ?? Infinity,
    season?.start ?? Infinity,
    day && day.start > 0 ? day.start : Infinity,
    signAt,
  )
  const year = findYear(text, numbering || season ? Math.min(until, text.length) : signAt)
  const isOfNumber =
    year !== null &&
    numbering !== null &&
    !numbering.date &&
    year.start >= numbering.start &&
    year.start < numbering.end
  return {
    text,
    numbering,
    season,
    seasons: numbering?.season == null ? (list?.seasons ?? []) : [],
    year: isOfNumber ? null : year,
    date: numbering?.date ?? day?.date ?? copied?.date ?? null,
    day,
    until,
    signAt,
  }
}
