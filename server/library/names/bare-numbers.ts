// Numbers without a mark, as fansub releases and season folders write them (pure).
import { following, withList } from './following.ts'
import { at, isYear, type Numbering, type NumberingHints, range } from './numbers.ts'
import { group } from './text.ts'

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
  /(?<!(?:^|[ ._])(?:no|vol|part|cour)\.?)[ ._](\d{1,4})(?:[ ._]?v\d|[a-d])?(?:[ ._]*(?:-[ ._]*)?(?:[([{]|$|vostfr|dvd|bd|end\b|final\b))/iu
const IN_BRACKETS = /[[(](\d{1,4})(?:v\d|[ ._]?end)?[\])]/iu

/** `Ergo_Proxy_[01]_[720p]`: a number in brackets before the copy's own. */
const BEFORE_BRACKETS = /(?<=[\p{L}\p{N}!?][ ._]{0,3})\[(\d{2,3})(?:v\d)?\][ ._]?(?=\[)/u

const NOT_EPISODE = /^(?:480|540|576|720|1080|2160)$/

const loose = (text: string) => new RegExp(DASHED_LOOSE, 'iu').exec(text)

export function bareNumbers(text: string, hints: NumberingHints): Numbering | null {
  const head = text.slice(0, Math.max(hints.signAt, 1))
  const good = (m: RegExpExecArray | null) => (m && !NOT_EPISODE.test(m[1] ?? '') ? m : null)
  if (hints.isSeries && !hints.isFansub) {
    const both = /^([1-9])-(\d{2})(?=[ ._]+-|$)/u.exec(text)
    if (both) return at(both, { season: +group(both, 1), episodes: [+group(both, 2)] })
    const first = LEADING_LIST.exec(text)
    if (first && !/^[ ._]*\d{1,2}\.\d{2}\b/.test(text) && !isYear(+group(first, 1)))
      return withList(text, first, null, +group(first, 1))
  }
  const padded = /^[ ._]*(0\d{1,2})(?=[ ._]+-[ ._]+\p{L}|-\p{Lu})/u.exec(text)
  if (padded) return at(padded, { episodes: [+group(padded, 1)], isAbsolute: true })
  const span = /(?<=[ _]-[ _])(\d{2,3})[ _]-[ _](\d{2,3})(?=[ _]*[[(])/u.exec(text)
  if (span && hints.isFansub && +group(span, 2) > +group(span, 1))
    return at(span, { episodes: range(+group(span, 1), +group(span, 2)), isAbsolute: true })
  const listed = /(?<=[ ._])(0\d{1,2}|\d{3}) - (\d{2,3})(?=[ ._])/u.exec(head)
  if (listed && +group(listed, 2) > +group(listed, 1) && +group(listed, 2) - +group(listed, 1) < 200)
    return at(listed, { episodes: range(+group(listed, 1), +group(listed, 2)), isAbsolute: true })
  const tight = hints.isFansub ? good(/(?<=\p{L})-(\d{2,3})(?:v\d)?(?=[[(])/u.exec(head)) : null
  if (tight) return at(tight, { episodes: [+group(tight, 1)], isAbsolute: true })
  const dashed =
    ([...text.matchAll(DASHED_STRICT)].findLast(
      (m) => good(m as RegExpExecArray) && m.index <= hints.signAt,
    ) as RegExpExecArray | undefined) ?? good(loose(text))
  if (
    dashed &&
    dashed.index <= hints.signAt &&
    !(isYear(+group(dashed, 1)) && !hints.isSeries && !hints.isFansub) &&
    // `Dragon Ball Z Movie - 09`: films are counted too.
    (hints.isFansub || !/movie[ ._]*$/iu.test(text.slice(0, dashed.index)))
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
  const framed = good(BEFORE_BRACKETS.exec(text))
  if (framed && !hints.isFilm) return at(framed, { episodes: [+group(framed, 1)], isAbsolute: true })
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
export function glued(text: string, hints: NumberingHints): Numbering | null {
  const m = /(?<=[\p{L}\p{N})][ ._-]+)(\d{1,2})(\d{2})(?=[ ._-]|$)(?![ ._]+\(?(?:19|20)\d\d(?![\dx]))/gu
  let last: Numbering | null = null
  for (let from = 0; from < hints.signAt;) {
    m.lastIndex = from
    const found = m.exec(text)
    if (!found || found.index > hints.signAt) break
    const [season, episode] = [+group(found, 1), +group(found, 2)]
    const whole = group(found, 1) + group(found, 2)
    const start = found.index
    // `Blade Runner 2049`: a year, or one to come.
    if (season > 0 && episode > 0 && !/^(?:19|20)\d\d$/.test(whole) && !NOT_EPISODE.test(whole))
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
