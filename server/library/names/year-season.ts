// Finds the year of release, and a season told without an episode (pure).
import { SEASON_WORD } from './numbers.ts'

export const yearOf = (text: string | undefined): number | null => {
  const year = Number(text)
  return year >= 1888 && year <= 2099 ? year : null
}

/** The year of release and where it stands: one in brackets first, else the last bare one before `until`. */
export function findYear(text: string, until: number): { year: number; start: number; end: number } | null {
  const found = (m: RegExpMatchArray) => ({
    year: Number(m[1]),
    start: m.index ?? 0,
    end: (m.index ?? 0) + m[0].length,
  })
  const bracketed = [
    ...text.matchAll(
      /[([{][ ]?(?:[^()[\]]{0,24}\| )?((?:18[89]|19\d|20\d)\d)(?:[ ]?-[ ]?(?:(?:19|20)?\d\d)?)?[ ]?[)\]}]/gu,
    ),
  ].map(found)
  const good = bracketed.find((m) => /[\p{L}\p{N}]/u.test(text.slice(0, m.start)))
  if (good) return good
  // `1993-2004`: a series' years, the first of which names it.
  const span = /(?<![\p{L}\p{N}])((?:19|20)\d\d)[ ]?-[ ]?(?:19|20)\d\d(?![\p{L}\p{N}])/u.exec(text)
  if (span && span.index > 0 && /[\p{L}\p{N}]/u.test(text.slice(0, span.index))) return found(span)
  const bare = [
    ...text.matchAll(/(?<![\p{L}\p{N}])((?:19\d|20[0-3])\d)(?![\p{N}]|\p{L}|[ ._-]\d\d[ ._-]\d\d(?!\d))/gu),
  ].map(found)
  const inside = bare.filter(
    (m) => m.start > 0 && m.start < until && /[\p{L}\p{N}]/u.test(text.slice(0, m.start)),
  )
  return inside.at(-1) ?? (until < text.length ? (bare.find((m) => m.start > 0) ?? null) : null)
}

const ORDINALS = [
  'first',
  'second',
  'third',
  'fourth',
  'fifth',
  'sixth',
  'seventh',
  'eighth',
  'ninth',
  'tenth',
]
const SEASON_IN_NAME: readonly RegExp[] = [
  new RegExp(`(?<![\\p{L}\\p{N}])${SEASON_WORD}[ ._:]*(?:so?|0)?(\\d{1,3})(?![\\p{N}\\p{L}])`, 'iu'),
  new RegExp(
    `(?<![\\p{L}\\p{N}])(\\d{1,2})(?:st|nd|rd|th|[\u00aa\u00ba\u00b0]|\u00c2[\u00ba\u00aa])?[ ._]*${SEASON_WORD}(?![\\p{L}]|[ ._]*\\d{1,2}(?!\\d))`,
    'iu',
  ),
  new RegExp(
    `(?<![\\p{L}\\p{N}])(?:the[ ._])?(?:complete[ ._])?(${ORDINALS.join('|')})[ ._]season(?![\\p{L}])`,
    'iu',
  ),
  /(?<![\p{L}\p{N}])(\d{1,2})xall(?![\p{L}\p{N}])/iu,
  /\u7b2c([\d\u4e00\u4e8c\u4e09\u56db\u4e94\u516d\u4e03\u516b\u4e5d\u5341]{1,2})[\u5b63\u671f]/u,
  /(?<![\p{L}\p{N}'\u2019])s[ ]?(\d{1,2})(?:p\d)?(?=s\d{1,2}(?!\d)|(?![\p{L}\p{N}]))/iu,
  /(?<![\p{L}\p{N}])sn?(\d{1,2})(?=dvd\d|[ ._]?(?:ep?\d))/iu,
]
const HAN_DIGITS = '\u96f6\u4e00\u4e8c\u4e09\u56db\u4e94\u516d\u4e03\u516b\u4e5d\u5341'

const seasonNumber = (text: string): number => {
  const ordinal = ORDINALS.indexOf(text.toLowerCase())
  if (ordinal >= 0) return ordinal + 1
  return HAN_DIGITS.includes(text[0] ?? '') ? HAN_DIGITS.indexOf(text.at(-1) ?? '') : Number(text)
}

/** The number from the clearest notation; where the first of all notations starts. */
export function findSeason(text: string): { season: number; start: number; end: number } | null {
  let found: { season: number; start: number; end: number } | null = null
  for (const pattern of SEASON_IN_NAME) {
    const m = pattern.exec(text)
    if (!m?.[1]) continue
    const season = seasonNumber(m[1])
    found ??= { season, start: m.index, end: m.index + m[0].length }
    if (m.index > 0 && m.index < found.start) found.start = m.index
  }
  return found
}
