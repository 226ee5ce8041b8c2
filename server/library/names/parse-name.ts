// One name, of a file or of a folder, to a guess (pure).
import { takeFront } from './front.ts'
import type { LibraryKindHint, NameGuess } from './guess.ts'
import { type NameNumbers, numbersIn } from './name-numbers.ts'
import { type Numbering, romanOr } from './numbers.ts'
import { editionOf, firstSign, withoutTrailingHints } from './tags.ts'
import { tidy } from './text.ts'
import { titleOf } from './title.ts'
import { yearOf } from './year-season.ts'

/** Editions that may stand between title and year, or close the name. */
const EDITION_IN_NAME =
  /[ ._\-([]+(?:\{edition|(?:\d{1,3}(?:st|nd|rd|th)[ ._]anniversary|(?:the[ ._])?(?:special|ultimate|collector['\u2019]?s?|deluxe|extended)[ ._](?:edition|cut|director)|director['\u2019]?s[ ._](?:cut|edition)|extended[ ._]director|theatrical[ ._](?:cut|release|version)|final[ ._]cut|version[ ._]longue|uncut[ ._](?:edition|version)|unrated[ ._](?:edition|cut|version)))/giu

const MORE_OF_EDITION =
  /^[ ._]+(?:the[ ._]|\[|edition|cut|of|collection|version|d\d\d|director|extended|\d)/iu

const PART =
  /[ ._\-([]+(?:cd|dvd(?![59](?!\d))|part|pt|dis[ck])[ ._-]?(\d{1,2}|[a-d](?![\p{L}])|i{1,3}|iv|vi{0,3}|ix)(?=[ ._\-)\]]|$)/iu
const partNumber = (text: string) =>
  /^[a-d]$/i.test(text) ? text.toLowerCase().charCodeAt(0) - 96 : romanOr(text)

export type Parsed = NameGuess & { hasNumber: boolean; isRelease: boolean; numbering: Numbering | null }

/** A head without the edition that closes it. */
function withoutEdition(head: string): string {
  const edition = [...head.matchAll(EDITION_IN_NAME)].find((m) => {
    // `The Final Cut Club`: words that go on are the title's.
    const further = withoutTrailingHints(`x${head.slice(m.index + m[0].length)}`).slice(1)
    const goesOn = /^[ ._]+\p{L}/u.test(further) && !MORE_OF_EDITION.test(further)
    return m.index > 0 && !goesOn
  })
  return edition ? head.slice(0, edition.index) : head
}

/** A head without the number of its disc, and that number, which may stand behind the head too. */
function takePart(text: string, head: string): { head: string; part: number | null } {
  const tail = text.slice(head.length)
  const found = PART.exec(head) ?? (/^[ ._\-([]/.test(tail) ? PART.exec(tail) : null) ?? PART.exec(tail)
  if (!found?.[1]) return { head, part: null }
  const isInHead = head.includes(found[0])
  // `Part II` before a year or a further title belongs to the name.
  const isName =
    isInHead &&
    /part/iu.test(found[0]) &&
    /[\p{L}\p{N}]/u.test(text.slice(text.indexOf(found[0]) + found[0].length))
  if (isName) return { head, part: null }
  return { head: isInHead ? head.slice(0, head.lastIndexOf(found[0])) : head, part: partNumber(found[1]) }
}

/** `S01E02a`, `S01E02b`: the stories that were shown in one episode. */
const HALF = /^[a-d](?![\p{L}\p{N}'\u2019])/iu

/** The number of the part that an episode's file is, told behind its number or at the end of its name. */
function partOfEpisode(text: string, numbering: Numbering): number | null {
  const half = numbering.season === null ? null : HALF.exec(text.slice(numbering.end))
  if (half) return partNumber(half[0])
  const rest = text.slice(numbering.end).replace(/\[.*$/u, '')
  const said = withoutTrailingHints(rest.slice(0, firstSign(rest)))
  const part = /[ ._-]+(?:pt|part|cd|disc)[ ._]?(\d{1,2})[ ._-]*$/iu.exec(said)
  return part?.[1] ? Number(part[1]) : null
}

/** A head without words of the description that stand before what ends it. */
function withoutHints(head: string, { text, signAt, year }: NameNumbers, stop: number): string {
  if (signAt === stop) {
    // `(Central Anime, 720p)`: the whole bracket describes the copy.
    const isInBracket = /[\p{L}\p{N}][ ._]+\([^()]*,[^()]*$/u.test(head)
    return withoutTrailingHints(isInBracket ? head.slice(0, head.lastIndexOf('(')) : head)
  }
  if (year?.start !== Math.min(stop, text.length)) return head
  // `UNCUT.GERMAN` in capitals between a title that is not and its year.
  const shorter = withoutTrailingHints(head)
  const hints = head.slice(shorter.length)
  const isHint =
    /^[ ._([]*(?:\p{Lu}{3,}(?!\p{Ll})|SE|OM|EE)/u.test(hints) ||
    /^[ ._([]*(?:unrated|extended|uncut|remastered|uncensored)(?![\p{L}])/iu.test(hints)
  return isHint && /\p{Ll}/u.test(shorter) ? shorter : head
}

/** A series' head without what is said of the whole, and without the episode's number once more. */
function withoutSeriesWords(whole: string, { season, numbering }: NameNumbers): string {
  const head =
    season === null
      ? whole
      : whole
          .replace(/[ ._\-(]+(?:the[ ._])?complete(?:[ ._]series)?[ ._\-(]*$/iu, '')
          .replace(/ \([^()]*\)[ ._]*$/u, (m) => (/\d|^ \((?:US|UK|AU|TV)\)/u.test(m) ? m : ''))
  if (numbering?.season == null) return head
  // `Show - 05 - S01E05`.
  return head.replace(/[ ._]-[ ._]0*(\d{1,4})[ ._-]*$/u, (m, n: string) =>
    numbering.episodes[0] === +n ? '' : m,
  )
}

/** What the name says behind the number, before the description of the copy. */
function episodeTitleOf(
  { text, season, day }: NameNumbers,
  numbering: Numbering,
  isFansub: boolean,
): string | null {
  const after = text.slice(numbering.end).replace(HALF, '')
  const behind = (span: { start: number } | null) =>
    span && span.start >= numbering.end ? span.start - numbering.end : Infinity
  const bracketAt = after.search(/[[{]|\((?:\d{3,4}p|19|20\d\d|['"]|[^()]*\d{3,4}x\d{3,4})/u)
  const cut = Math.min(
    firstSign(` ${after}`) - 1,
    behind(season),
    behind(day),
    bracketAt < 0 ? Infinity : bracketAt,
  )
  // With a word before it, a description that is all there is goes too.
  const said = withoutTrailingHints(`x${after.slice(0, Math.max(0, cut)).replace(/^[ ._]?v\d/iu, '')}`)
  const name = tidy(said.slice(1))
  // The year or the day of the copy alone is no name.
  if (/^(?:(?:19|20)\d\d|\d{6})$/.test(name)) return null
  // `23 END`: the last of its season.
  if (!/[\p{L}\d]/u.test(name) || (isFansub && /^(?:end|fin)$/iu.test(name))) return null
  return name.replace(/-\p{Lu}[\p{L}\d]{1,10}$/u, (m) => (after.includes('.') ? '' : m)) || null
}

/** `01 - Film (2008)`, `04 Film (1977)`: the place in somebody's order, which is no part of a film's name. */
const PLACE_IN_ORDER = /^(?:\d{1,3}(?:\. | - )|0\d[ ._])[ ]*(?=\p{L}.*\((?:19|20)\d\d\))/u

export function parseOne(raw: string, hint: LibraryKindHint, isSeries: boolean): Parsed {
  const { text: front, ids, isFansub, format3d } = takeFront(raw)
  const whole = hint === 'films' ? front.replace(PLACE_IN_ORDER, '') : front
  const found = numbersIn(whole, { hint, isSeries, isFansub })
  const { text, numbering, season, year, signAt, until } = found
  const isEpisode = numbering !== null || (season !== null && hint !== 'films')
  const isYearly = numbering?.season != null && numbering.season >= 1900 && numbering.season <= 2099
  const stop = Math.min(until, year?.start ?? Infinity, text.length)
  const discs = isEpisode
    ? { head: text.slice(0, stop), part: numbering && partOfEpisode(text, numbering) }
    : takePart(text, withoutEdition(text.slice(0, stop)))
  const head = withoutSeriesWords(withoutHints(discs.head, found, stop), found)
  const guess: Parsed = {
    kind: isEpisode ? 'episode' : 'movie',
    title: titleOf(head, isFansub),
    year: year?.year ?? (isYearly ? numbering.season : null),
    season: numbering?.season ?? season?.season ?? null,
    seasons: found.seasons,
    episodes: numbering?.episodes ?? [],
    isAbsolute: numbering?.isAbsolute ?? false,
    isBetween: numbering?.episodes.length === 1 && /\d\.5$/.test(text.slice(numbering.start, numbering.end)),
    date: found.date,
    episodeTitle: null,
    part: discs.part,
    edition:
      editionOf(raw) && editionOf(text.slice(head.length) + (/\{edition-[^}]*\}/iu.exec(raw)?.[0] ?? '')),
    release:
      Number(/(?<=\d)v(\d)(?!\d)|[ _]v(\d)(?=[ _[\].]|$)/iu.exec(text)?.slice(1).find(Boolean)) || null,
    ids,
    extra: null,
    format3d,
    hasNumber: numbering !== null,
    isRelease: signAt < text.length,
    numbering,
  }
  if (!guess.title && !isEpisode && year && year.start <= 0) guess.title = tidy(text.slice(0, signAt)) || null
  // `2009.shoot.fruit.chan.dvd5`: a year that stands first, when nothing else gives one.
  const leading = /^((?:19|20)\d\d)[._]+(?=\p{L})/u.exec(text)
  if (leading && !year && !isEpisode && signAt < text.length && yearOf(leading[1])) {
    guess.year = Number(leading[1])
    guess.title = titleOf(withoutTrailingHints(text.slice(leading[0].length, signAt)), isFansub)
  }
  if (numbering && (numbering.start <= signAt || numbering.date)) {
    guess.episodeTitle = episodeTitleOf(found, numbering, isFansub)
    // The show's name after the number: `003. Show Name - Episode`.
    if (!guess.title && guess.episodeTitle && numbering.start < 2 && numbering.season === null) {
      const [first, ...more] = guess.episodeTitle.split(' - ')
      if (first !== undefined && more.length > 0)
        [guess.title, guess.episodeTitle] = [first, more.join(' - ')]
    }
  }
  return guess
}
