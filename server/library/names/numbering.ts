// Finds season, episode, absolute number or date in a name, the surest notation first (pure).
import { group } from './text.ts'

export type Numbering = {
  /** Where the notation starts and ends: the title stands before, the episode's name after. */
  start: number
  end: number
  season: number | null
  episodes: number[]
  /** The number counts from the first episode of the whole series. */
  isAbsolute: boolean
  date: string | null
  /** A bare number that only means an episode when something else says so. */
  isWeak: boolean
}

export const SEASON_WORD =
  '(?:seasons?|saisons?|temporadas?|temp|staffeln?|stagion[ei]|sezon[ay]?|\u0441\u0435\u0437\u043e\u043d|s\u00e4song|kausi|seizoen|s\u00e6son|sesong|\u30b7\u30fc\u30ba\u30f3)'
const EPISODE_WORD =
  '(?:episodes?|epis[o\u00f3]dio|\u00e9pisode|\u044d\u043f\u0438\u0437\u043e\u0434|\u0441\u0435\u0440\u0438[\u044f\u0438]|folge|cap[i\u00ed]tulo|cap|epis|epi|eps?|avsnitt|jakso|aflevering|odcinek)'

const EDGE = '(?<![\\p{L}\\p{N}])'
const number = (text: string | undefined) => Number((text ?? '').replace(/o/gi, '0'))

/** From one number on, reads `E02`, `-03`, `+04`, ` - x05`, `1x06`, `S01E07`, … */
function following(
  text: string,
  from: number,
  first: number,
  bareDigits: number,
  isSpaced = false,
): { numbers: number[]; end: number } {
  const numbers = [first]
  let joinedByDash = false
  const next = new RegExp(
    `(?:[ ._]*(-+|~|\\u00e0|ao?|to|&|\\+|,)[ ._]*|[ ._]*)(?:(?:s\\d{1,4}[ ._]?)?(?:ep?|x)|\\d{1,2}x)(?!26[45])(\\d{1,5})(?!\\d|[pi]\\b|x\\d{3})|(?:(-|~|\\+|&|,[ ]?)|[ ._]*(${isSpaced ? '-|~|' : ''}ao|to)[ ._]+)(\\d{${bareDigits},4})(?:v\\d)?(?![\\p{L}\\p{N}]|[.]\\d{1,2}(?!\\d))`,
    'iuy',
  )
  let end = from
  for (let i = 0; i < 60; i++) {
    next.lastIndex = end
    const m = next.exec(text)
    if (!m) break
    const value = Number(m[2] ?? m[5])
    const last = numbers.at(-1) ?? first
    if (m[5] !== undefined && (value <= last || value - last > 60)) break
    const joint = m[1] ?? m[3] ?? m[4] ?? ''
    if (joint !== '' && !/[+&]/.test(joint)) joinedByDash = true
    if (value !== last) numbers.push(value)
    end = next.lastIndex
  }
  numbers.sort((x, y) => x - y)
  const [a, b] = numbers
  if (joinedByDash && numbers.length === 2 && a !== undefined && b !== undefined && b > a && b - a <= 400)
    return { numbers: Array.from({ length: b - a + 1 }, (_, i) => a + i), end }
  return { numbers, end }
}

type Rule = (text: string) => Numbering | null
const at = (m: RegExpExecArray, more: Partial<Numbering>): Numbering => ({
  start: m.index,
  end: m.index + m[0].length,
  season: null,
  episodes: [],
  isAbsolute: false,
  date: null,
  isWeak: false,
  ...more,
})

const withList = (
  text: string,
  m: RegExpExecArray,
  season: number | null,
  first: number,
  more: Partial<Numbering> = {},
) => {
  const { numbers, end } = following(text, m.index + m[0].length, first, 1)
  return at(m, { season, episodes: numbers, end, ...more })
}

const S_E = new RegExp(
  `${EDGE}(?:s|t|sn|se)[ ._]?([\\do]{1,4})(?:(?:[ ._]?-[ ._]?|[ ._]{0,2}|[ ._]?[([])(?:x?e|ep|x|oad|ova|${EPISODE_WORD})[ ._#-]{0,3}|[ ._]-[ ._](?:oad|ova|sp)[ ._]?|[ ._](?:oad|ova)[ ._]?)(\\d{1,5})(?:\\.\\d)?(?![\\d])`,
  'iu',
)
const GLUED_S_E = /(?<=[a-z])s(\d{2})e(\d{2,3})(?!\d)/iu
const S_FOUR = new RegExp(`${EDGE}s(\\d{2})(\\d{2})(?![\\p{L}\\p{N}])`, 'iu')
const WORDS = new RegExp(
  `${SEASON_WORD}[ ._]*(\\d{1,4})[ ._,\\-]{0,4}(?:${EPISODE_WORD}|e)[ ._#]*(\\d{1,4})(?!\\d)`,
  'iu',
)
const SEASON_THEN = new RegExp(
  `(?<![\\p{L}])${SEASON_WORD}[ ._]*(\\d{1,2})[ ._]+(\\d{2})(?=$|[ ._]+[-([]|\\.[ ])`,
  'iu',
)
const SE_HALF = /(?<![\p{L}\p{N}])s(\d{1,2})[ ._]e[ ._].{0,80}?episode[ ._](\d{1,3})(?!\d)/iu
const X = /(?<![\p{L}\p{N}])(\d{1,2}|(?:19|20)\d{2})[x\u0445](?!26[45])(\d{2,3}|\d(?=[ ._\-\]]|$))(?![\dp])/iu
const N_OF_DOT = new RegExp(`${EPISODE_WORD}[ ._]+(\\d{1,2})\\.(\\d{2})(?!\\d)`, 'iu')
const CAP = /(?<![\p{L}\p{N}])cap[ ._]*(\d{1,2})(\d{2})(?:[_-](?:\d{1,2})(\d{2}))?(?!\d)/iu

const isDate = (y: number, m: number, d: number) => {
  const date = new Date(Date.UTC(y, m - 1, d))
  return y >= 1900 && y < 2100 && date.getUTCMonth() === m - 1 && date.getUTCDate() === d
}
const iso = (y: number, m: number, d: number) =>
  `${y}-${String(m).padStart(2, '0')}-${String(d).padStart(2, '0')}`
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

export const dateRule: Rule = (text) => {
  const tries: [RegExp, (m: RegExpExecArray) => [number, number, number][]][] = [
    [
      /(?<!\d)((?:19|20)\d{2})[ ._/-]+(\d{1,2})[ ._/-]+(\d{1,2})(?!\d)/u,
      (m) => [
        [+group(m, 1), +group(m, 2), +group(m, 3)],
        [+group(m, 1), +group(m, 3), +group(m, 2)],
      ],
    ],
    [
      /(?<!\d)(\d{1,2})[ ._/-]+(\d{1,2})[ ._/-]+((?:19|20)\d{2})(?!\d)/u,
      (m) => [
        [+group(m, 3), +group(m, 2), +group(m, 1)],
        [+group(m, 3), +group(m, 1), +group(m, 2)],
      ],
    ],
    [
      /(?<!\d)(\d{1,2})(?:st|nd|rd|th)?[ ._-]+(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w{0,6}[ ._-]+((?:19|20)\d{2})(?!\d)/iu,
      (m) => [[+group(m, 3), MONTHS.indexOf(group(m, 2).toLowerCase()) + 1, +group(m, 1)]],
    ],
    [
      /(?<![\p{L}\p{N}])((?:19|20)\d{2})(\d{2})(\d{2})(?![\p{L}\p{N}])/u,
      (m) => [[+group(m, 1), +group(m, 2), +group(m, 3)]],
    ],
    [
      /(?<![\p{L}\p{N}.])(\d{2})([.-])(\d{2})\2(\d{2})(?![\d])/u,
      (m) => {
        const [a, b, c] = [+group(m, 1), +group(m, 3), +group(m, 4)]
        const full = (n: number) => (n > 40 ? 1900 + n : 2000 + n)
        return m[2] === '-'
          ? [
              [full(c), a, b],
              [full(c), b, a],
              [full(a), b, c],
            ]
          : a > 12 && c <= 31
            ? [
                [full(a), b, c],
                [full(c), b, a],
              ]
            : [
                [full(c), b, a],
                [full(a), b, c],
              ]
      },
    ],
  ]
  const compact =
    /(?<=\p{L}[ ._])(\d{2})(\d{2})(\d{2})(?=[ ._](?:\d{3,4}[pi]|hdtv|web|pdtv|x26|1080))/iu.exec(text)
  if (compact && isDate(2000 + +group(compact, 1), +group(compact, 2), +group(compact, 3)))
    return at(compact, { date: iso(2000 + +group(compact, 1), +group(compact, 2), +group(compact, 3)) })
  for (const [pattern, readings] of tries) {
    const m = pattern.exec(text)
    const good = m && readings(m).find(([y, mo, d]) => isDate(y, mo, d))
    if (m && good) return at(m, { date: iso(...good) })
  }
  return null
}

const JUST_E = new RegExp(
  `${EDGE}(?:e|(?:ep|${EPISODE_WORD})[ ._#:+-]{0,3})(\\d{1,4})(?:[ ._]?v\\d)?(?![\\p{L}\\p{N}])`,
  'iu',
)
const BEFORE_WORD =
  /(?<![\p{L}\p{N}])(\d{1,3})[ ._]{0,2}(?:b\u00f6l\u00fcm|\u0441\u0435\u0440\u0438\u044f|seri[yj]a)(?![\p{L}])/iu
const PART_LIST = /(?<![\p{L}\p{N}])part[ ._](\d{1,2})[ ._]and[ ._]part[ ._](\d{1,2})(?!\d)/iu
const HASH = /(?<![\p{L}\p{N}])#(\d{1,4})(?!\d)/u
const CJK = /\u7b2c(\d{1,4})(?:[-~](\d{1,4}))?[\u8bdd\u8a71\u96c6\u56de]/u
const PART_ROMAN = /(?<![\p{L}\p{N}])(?:part|pt)[ ._-](i{1,3}|iv|vi{0,3}|ix|x|\d{1,2})(?![\p{L}\p{N}])/iu
const OF = /(?<![\p{L}\p{N}])(\d{1,2})[ ._]?of[ ._]?\d{1,2}(?!\d)/iu

const hasDigitsP = (text: string, m: RegExpExecArray) =>
  /^[pi]|^[ ._]*(?:mb|gb)\b/iu.test(text.slice(m.index + m[0].length))

const sure: Rule[] = [
  (t) => {
    const m = S_E.exec(t) ?? GLUED_S_E.exec(t) ?? WORDS.exec(t) ?? SEASON_THEN.exec(t) ?? SE_HALF.exec(t)
    return m && withList(t, m, number(m[1]), number(m[2]))
  },
  (t) => {
    const m = N_OF_DOT.exec(t) ?? X.exec(t)
    return m && withList(t, m, number(m[1]), number(m[2]))
  },
  (t) => {
    const m = CAP.exec(t)
    if (!m) return null
    const [a, b] = [number(m[2]), number(m[3])]
    return at(m, {
      season: number(m[1]),
      episodes: b > a ? Array.from({ length: b - a + 1 }, (_, i) => a + i) : [a],
    })
  },
  (t) => {
    const m = S_FOUR.exec(t)
    return m && withList(t, m, number(m[1]), number(m[2]))
  },
  (t) => {
    const m = /(?<=\p{L}[ ._]+-[ ._]+)([1-9])(\d{2})[ ._]\((\d{1,3})\)(?=[ ._]+-)/u.exec(t)
    return m && at(m, { season: +group(m, 1), episodes: [+group(m, 2)] })
  },
  (t) => {
    const m = /(?<=[ ._](?:19|20)\d\d[ ._])([1-9])(\d{2})(?=[ ._]\p{L})/u.exec(t)
    return m && +group(m, 2) > 0 && !hasDigitsP(t, m)
      ? at(m, { season: +group(m, 1), episodes: [+group(m, 2)] })
      : null
  },
  dateRule,
  (t) => {
    const m = CJK.exec(t)
    return (
      m &&
      withList(t, m, null, number(m[1]), {
        isAbsolute: true,
        ...(m[2] && { episodes: range(+group(m, 1), +m[2]) }),
      })
    )
  },
  (t) => {
    const m = BEFORE_WORD.exec(t) ?? JUST_E.exec(t)
    return m && withList(t, m, null, number(m[1]))
  },
  (t) => {
    const m = PART_LIST.exec(t)
    return m && at(m, { episodes: range(number(m[1]), number(m[2])) })
  },
]

const range = (a: number, b: number) =>
  b > a && b - a < 400 ? Array.from({ length: b - a + 1 }, (_, i) => a + i) : [a]

/** ` - 09`, ` - 09v2`, `_01_`, ` 158 [`: how fansub releases number episodes from the first on. */
const dashedBefore = (what: string) =>
  new RegExp(
    `(?<=[\\p{L}\\p{N})\\]!?.~"'\u2019 _])[ ._]*[ _.]-[ ._]?(\\d{2,4})(?:\\.5)?(?:[ ._]?v\\d|[a-d])?(?=[ ._]*(?:${what}))(?![\\d]|[ ._]*x\\d)`,
    'giu',
  )
/** What may follow such a number: the end, a bracket, another dash or number; or the first word of a name. */
const DASHED_STRICT = dashedBefore('$|[([\\]\\-~]|[+,&][ ]?\\d|end\\b|final\\b|fin\\b|dvd|bd|\\d{3,4}[xpi]')
const DASHED_LOOSE = dashedBefore('\\p{L}')
const LEADING_LIST = /^[ ._]*(\d{1,3})(?=(?:-\d{1,3})*[ ._]*[-.][ ._]*[\p{L}\p{N}("'])/u
const BEFORE_BRACKET =
  /[ ._](\d{1,4})(?:[ ._]?v\d|[a-d])?(?:[ ._]*(?:-[ ._]*)?(?:[([{]|$|vostfr|end\b|final\b))/iu
const IN_BRACKETS = /[[(](\d{1,4})(?:v\d|[ ._]?end)?[\])]/iu
const LEADING = /^[ ._]*(\d{1,4})[ ._]*(?:[-.][ ._]*|[ _]+(?=\p{L}))(?=[\p{L}[("'])/u

const isYear = (n: number) => n >= 1900 && n <= 2035
const NOT_EPISODE = /^(?:480|540|576|720|1080|2160)$/

const NUMBER_WORDS = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten']

export type NumberingHints = {
  /** A series is known to be here: a library of series, or a season folder. */
  isSeries: boolean
  isFilm: boolean
  /** A fansub name: a group in brackets first, a checksum, or such. */
  isFansub: boolean
  /** Where the description of the copy starts: no bare number after it counts. */
  signAt: number
}

const loose = (text: string) => new RegExp(DASHED_LOOSE, 'iu').exec(text)

function bareNumbers(text: string, hints: NumberingHints): Numbering | null {
  const head = text.slice(0, Math.max(hints.signAt, 1))
  const good = (m: RegExpExecArray | null) => (m && !NOT_EPISODE.test(m[1] ?? '') ? m : null)
  if (hints.isSeries && !hints.isFansub) {
    const both = /^([1-9])-(\d{2})(?=[ ._]+-|$)/u.exec(text)
    if (both) return at(both, { season: +group(both, 1), episodes: [+group(both, 2)] })
    const first = LEADING_LIST.exec(text)
    if (first && !/^[ ._]*\d{1,2}\.\d{2}\b/.test(text) && !isYear(+group(first, 1)))
      return withList(text, first, null, +group(first, 1))
  }
  const padded = /^[ ._]*(0\d{1,2})(?=[ ._]+-[ ._]+\p{L})/u.exec(text)
  if (padded) return at(padded, { episodes: [+group(padded, 1)], isAbsolute: true })
  const span = /(?<=[ _]-[ _])(\d{2,3})[ _]-[ _](\d{2,3})(?=[ _]*[[(])/u.exec(text)
  if (span && hints.isFansub && +group(span, 2) > +group(span, 1))
    return at(span, { episodes: range(+group(span, 1), +group(span, 2)), isAbsolute: true })
  const tight = hints.isFansub ? good(/(?<=\p{L})-(\d{2,3})(?:v\d)?(?=[[(])/u.exec(text)) : null
  if (tight) return at(tight, { episodes: [+group(tight, 1)], isAbsolute: true })
  const dashed =
    ([...text.matchAll(DASHED_STRICT)].findLast(
      (m) => good(m as RegExpExecArray) && m.index <= hints.signAt,
    ) as RegExpExecArray | undefined) ?? good(loose(text))
  if (
    dashed &&
    dashed.index <= hints.signAt &&
    !(isYear(+group(dashed, 1)) && !hints.isSeries && !hints.isFansub)
  ) {
    const digitsEnd = dashed.index + dashed[0].length
    const { numbers, end } = following(text, digitsEnd, +group(dashed, 1), 1, true)
    return at(dashed, {
      episodes: numbers,
      end,
      isAbsolute: true,
      isWeak: !hints.isFansub && !hints.isSeries,
    })
  }
  const paired = /(?<![\p{L}\p{N}.])(\d{1,4})[ ]?[-~][ ]?(\d{1,4})(?![\p{L}\p{N}])/u.exec(head)
  if (
    paired &&
    paired.index > 0 &&
    +group(paired, 2) > +group(paired, 1) &&
    +group(paired, 2) - +group(paired, 1) < 200 &&
    !isYear(+group(paired, 1)) &&
    (hints.isFansub || hints.isSeries || group(paired, 1).length > 1)
  )
    return at(paired, { episodes: range(+group(paired, 1), +group(paired, 2)), isAbsolute: true })
  const three = !hints.isFansub && hints.isSeries ? glued(text, hints) : null
  if (three) return three
  if (hints.isFansub || hints.isSeries) {
    const bracket = [...text.matchAll(new RegExp(IN_BRACKETS, 'giu'))].find(
      (m) => m.index > 0 && !NOT_EPISODE.test(group(m, 1)) && !isYear(+group(m, 1)),
    )
    const plainNumber = [...text.matchAll(new RegExp(BEFORE_BRACKET, 'giu'))].find(
      (m) =>
        m.index > 0 && !NOT_EPISODE.test(group(m, 1)) && !isYear(+group(m, 1)) && m.index <= hints.signAt,
    )
    const m = plainNumber ?? bracket
    if (m) return at(m as RegExpExecArray, { episodes: [+group(m, 1)], isAbsolute: true })
  }
  return null
}

/** `113` as season 1, episode 13: only in dotted scene names or where a series is known to be. */
function glued(text: string, hints: NumberingHints): Numbering | null {
  const m = /(?<=[\p{L}\p{N})][ ._-]+)(\d{1,2})(\d{2})(?=[ ._-]|$)(?![ ._]+(?:19|20)\d\d(?!\d))/u
  let last: Numbering | null = null
  for (let from = 0; from < hints.signAt;) {
    const found = m.exec(text.slice(from))
    if (!found || found.index + from > hints.signAt) break
    const [season, episode] = [+group(found, 1), +group(found, 2)]
    const whole = group(found, 1) + group(found, 2)
    const start = found.index + from
    if (season > 0 && episode > 0 && !isYear(+whole) && !NOT_EPISODE.test(whole))
      last = at(found, {
        start,
        end: start + found[0].length,
        season,
        episodes: [episode],
        isWeak: !hints.isSeries,
      })
    from = start + found[0].length
  }
  return last
}

export function findNumbering(text: string, hints: NumberingHints): Numbering | null {
  for (const rule of sure) {
    const found = rule(text)
    if (found) return found
  }
  const of = hints.isFilm ? null : OF.exec(text)
  if (of) return at(of, { episodes: [+group(of, 1)] })
  const bare = bareNumbers(text, hints)
  if (bare && !(bare.isWeak && hints.isFilm)) return bare
  if (hints.isFilm) return null
  // A part of a broadcast, of which no year says that it is a film.
  const aired =
    /(?<![\p{L}])part[ ._]?(\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten)(?=[ ._].*(?:hdtv|pdtv|dsr|web))/iu.exec(
      text,
    )
  if (aired && !/(?<!\d)(?:19|20)\d\d(?!\d)/.test(text))
    return at(aired, {
      episodes: [NUMBER_WORDS.indexOf(group(aired, 1).toLowerCase()) + 1 || +group(aired, 1)],
    })
  const hash = HASH.exec(text)
  if (hash && hints.isFansub) return withList(text, hash, null, +group(hash, 1), { isAbsolute: true })
  const padded = /(?<=[\p{L})][ ._])(0\d{1,3})(?=[ ._]|$)/u.exec(text)
  if (padded && padded.index < hints.signAt) {
    if (group(padded, 1).length === 4 && +group(padded, 1) >= 101)
      return at(padded, { season: +group(padded, 1).slice(0, 2), episodes: [+group(padded, 1).slice(2)] })
    return at(padded, { episodes: [+group(padded, 1)], isAbsolute: true })
  }
  const lead = LEADING.exec(text)
  if (
    lead &&
    (hints.isSeries || group(lead, 1).length === 3 || group(lead, 1).startsWith('0')) &&
    !isYear(+group(lead, 1))
  )
    if (hints.isSeries || /^\s*\d+(?:\.| -)\s/.test(text)) return withList(text, lead, null, +group(lead, 1))
  if (hints.isSeries) {
    const two = /^(\d{1,2})[ ._-]{1,3}(\d{2})(?=[ ._-]|$)/u.exec(text)
    if (two) return at(two, { season: +group(two, 1), episodes: [+group(two, 2)] })
    const only = /^\D{0,2}(\d{1,4})$/u.exec(text.trim())
    if (only && !isYear(+group(only, 1))) return at(only, { episodes: [+group(only, 1)] })
  }
  const twoPairs = /(?<=\p{L}[ ._])(\d{2})\.(\d{2})$/u.exec(text)
  if (twoPairs) return at(twoPairs, { season: +group(twoPairs, 1), episodes: [+group(twoPairs, 2)] })
  const ending = /^(?:\p{L}[\p{L}\p{N}-]*[._]){1,8}([1-9])(\d{2})$/u.exec(text)
  if (ending && +group(ending, 2) > 0 && !hints.isFansub)
    return at(ending, {
      start: text.length - 3,
      end: text.length,
      season: +group(ending, 1),
      episodes: [+group(ending, 2)],
    })
  if (
    hints.isSeries ||
    (!hints.isFansub && hints.signAt < text.length && !/ /.test(text.slice(0, hints.signAt)))
  ) {
    const three = glued(text, hints)
    if (three) return three
  }
  if (hints.isSeries) {
    const part = PART_ROMAN.exec(text) ?? OF.exec(text)
    if (part) return at(part, { episodes: [romanOr(group(part, 1))] })
    const last = /(?<=\p{L}[ ._-]+)(\d{1,3})$/u.exec(text)
    if (last) return at(last, { episodes: [+group(last, 1)], isAbsolute: true })
  }
  return null
}

const ROMAN = ['i', 'ii', 'iii', 'iv', 'v', 'vi', 'vii', 'viii', 'ix', 'x']
export const romanOr = (text: string): number => {
  const roman = ROMAN.indexOf(text.toLowerCase())
  return roman >= 0 ? roman + 1 : Number(text)
}
