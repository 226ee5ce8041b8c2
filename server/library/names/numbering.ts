// Finds season, episode, absolute number or date in a name, the surest notation first (pure).
import { bareNumbers, glued } from './bare-numbers.ts'
import { withList } from './following.ts'
import { sure } from './marked-numbers.ts'
import {
  at,
  isYear,
  NUMBER_WORDS,
  type Numbering,
  type NumberingHints,
  range,
  romanOr,
  SEASON_WORD,
} from './numbers.ts'
import { group } from './text.ts'

const IN_SEASON = new RegExp(`(?<![\\p{L}])(?:${SEASON_WORD}[ ._]*|s)\\d`, 'iu')
const HASH = /(?<![\p{L}\p{N}])#(\d{1,4})(?!\d)/u
const PART_ROMAN =
  /(?<![\p{L}\p{N}])(?:part|pt)(?:[ ._-]|(?=\d))(i{1,3}|iv|vi{0,3}|ix|x|\d{1,2})(?![\p{L}\p{N}])/iu
/** `The Mandalorian/Chapter 9`: some series count so, films too. */
const CHAPTER = /(?<![\p{L}\p{N}])chapter[ ._](\d{1,3})(?![\p{L}\p{N}])/iu
const OF = /(?<![\p{L}\p{N}])(?:part[ ._])?(\d{1,2})[ ._]?of[ ._]?\d{1,2}(?!\d)/iu
/** Recorded from the air: a series, sooner than a film. */
const BROADCAST = /^(?:\d{3,4}[pi][ ._])?(?:hdtv|pdtv|dsr)(?![\p{L}\p{N}])/iu
const LEADING = /^[ ._]*(\d{1,4})[ ._]*(?:[-.][ ._]*|[ _]+(?=\p{L}))(?=[\p{L}[("'])/u

export function findNumbering(text: string, hints: NumberingHints): Numbering | null {
  const three = hints.isSeries ? /^(\d{2})-(\d{2})-(\d{2})(?!\d)/.exec(text) : null
  // Numbers that follow each other are episodes, not a day.
  if (three && +group(three, 2) === +group(three, 1) + 1 && +group(three, 3) === +group(three, 1) + 2)
    return at(three, { episodes: range(+group(three, 1), +group(three, 3)) })
  for (const rule of sure) {
    const found = rule(text)
    // `Star Wars Episode 3` is a film's name among films.
    const isName = hints.isFilm && found?.season === null && /^episode/iu.test(text.slice(found.start))
    if (found && !isName) return found
  }
  const of = hints.isFilm ? null : OF.exec(text)
  if (of) return at(of, { episodes: [+group(of, 1)] })
  const chapter = hints.isSeries ? CHAPTER.exec(text) : null
  if (chapter) return at(chapter, { episodes: [+group(chapter, 1)] })
  const bare = bareNumbers(text, hints)
  if (bare && !(bare.isWeak && hints.isFilm)) return bare
  if (hints.isFilm) return null
  // A part of a broadcast, of which no year says that it is a film.
  const aired =
    /(?<![\p{L}])part[ ._]?(\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten)(?=[ ._].*(?:hdtv|pdtv|dsr|web))/iu.exec(
      text,
    )
  if (aired && !/(?<!\d)(?:19|20)\d\d(?![\dx])/.test(text) && !IN_SEASON.test(text))
    return at(aired, {
      episodes: [NUMBER_WORDS.indexOf(group(aired, 1).toLowerCase()) + 1 || +group(aired, 1)],
    })
  const hash = HASH.exec(text)
  // In Japanese names the number of an episode stands so.
  if (hash && (hints.isFansub || /[\u3040-\u30ff\u300c]/.test(text)))
    return withList(text, hash, null, +group(hash, 1), { isAbsolute: true })
  const twoPairs = /(?<=\p{L}[ ._])(\d{2})\.(\d{2})$|(?<=\p{L}-)(\d{2})_(\d{2})(?=[ ._]|$)/u.exec(text)
  if (twoPairs)
    return at(twoPairs, {
      season: +(twoPairs[1] ?? group(twoPairs, 3)),
      episodes: [+(twoPairs[2] ?? group(twoPairs, 4))],
    })
  // `Series Title 2018 06 720p`: the year and then the episode.
  const behindYear =
    /(?<=\p{L}.*[ ._](?:19|20)\d\d[ ._])(\d{2})(?=[ ._](?:\d{3,4}[pi]|\d{3,4}x\d{3,4}|4k))/iu.exec(text)
  if (behindYear) return at(behindYear, { episodes: [+group(behindYear, 1)], isAbsolute: true })
  // `Band of Brothers Part 05`: the word belongs to the number.
  const padded = /(?<=[\p{L})][ ._])(?:(?:part|pt)[ ._])?(0\d{1,3})(?=[ ._]|$)/iu.exec(text)
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
    if (hints.isSeries || /^\s*\d+(?:\.\s|[ ._]-[ ._])/.test(text))
      return withList(text, lead, null, +group(lead, 1))
  if (hints.isSeries) {
    const two = /^(\d{1,2})[ ._-]{1,3}(\d{2})(?=[ ._-]|$)/u.exec(text)
    if (two) return at(two, { season: +group(two, 1), episodes: [+group(two, 2)] })
    const only = /^\D{0,2}(\d{1,4})$/u.exec(text.trim())
    if (only && !isYear(+group(only, 1))) return at(only, { episodes: [+group(only, 1)] })
  }
  // `tvs-show-dd51-dl-7p-azhd-x264-103`.
  const scene = /(?<=^[a-z0-9]+(?:-[a-z0-9]+){2,})-([1-9])(\d{2})$/.exec(text)
  if (scene && +group(scene, 2) > 0)
    return at(scene, { season: +group(scene, 1), episodes: [+group(scene, 2)] })
  const inside = /(?<=^\p{L}[^ ]*[._])([1-9])(\d{2})(?=[._]\p{L}[^ ]*$)/u.exec(text)
  if (
    inside &&
    +group(inside, 2) > 0 &&
    !hints.isFansub &&
    hints.signAt === text.length &&
    !/(?:19|20)\d\d/.test(text)
  )
    return at(inside, { season: +group(inside, 1), episodes: [+group(inside, 2)] })
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
    (!hints.isFansub &&
      hints.signAt < text.length &&
      (!/ /.test(text.slice(0, hints.signAt)) || BROADCAST.test(text.slice(hints.signAt))))
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
