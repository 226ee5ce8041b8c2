// One name, of a file or of a folder, to a guess (pure).
import { bracketFields } from './bracket-fields.ts'
import { dateRule } from './dates.ts'
import { CRC, FANSUB_WORD, GROUP, HOST, SITE, takeIds, withoutLabels } from './front.ts'
import type { LibraryKindHint, NameGuess } from './guess.ts'
import { findNumbering } from './numbering.ts'
import { type Numbering, romanOr } from './numbers.ts'
import { seasonList } from './season-list.ts'
import { editionOf, firstSign, withoutTrailingHints } from './tags.ts'
import { plain, tidy } from './text.ts'
import { titleOf } from './title.ts'
import { findSeason, findYear, yearOf } from './year-season.ts'

const FORMAT_3D =
  /(?<![\p{L}\p{N}])(?:3d[ ._-]+(hsbs|fsbs|htab|ftab|sbs|tab|hou|ou|mvc)|(hsbs|sbs3d|fsbs|htab|ftab|tab|sbs|mvc))(?![\p{L}\p{N}])/iu

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

export function parseOne(raw: string, hint: LibraryKindHint, isSeries: boolean): Parsed {
  const spaced = /^[^ ._]+(?:\+[^ ._]+){2,}$/u.test(raw) ? raw.replaceAll('+', ' ') : raw
  const { ids, rest } = takeIds(plain(spaced))
  let text = rest
    .replace(/ {2,}/g, ' ')
    .replace(/^(?:HD )?(?:\d{3,4}[pi]|\d{3,4}x\d{3,4}|4K): /i, '')
    .replace(HOST, '')
    .replace(SITE, '')
    .replace(/\{edition-[^}]*\}/giu, ' ')
    .trim()
  const edition3d = FORMAT_3D.exec(text)
  const fields = bracketFields(text)
  const isFansub = fields !== null || /^[ ._]*\[/.test(text) || CRC.test(text) || FANSUB_WORD.test(text)
  if (fields) text = fields.text
  else
    for (let i = 0; i < 3; i++) {
      const shorter = text.replace(GROUP, '')
      // `[REC] (2007)`: nothing else could be its name.
      if (/^\((?:19|20)\d\d\)/.test(shorter) || (i === 0 && /^[\u00b2\u00b3]/.test(shorter))) break
      if (shorter === text || !/\p{L}|\d/u.test(shorter.replace(/\[[^\]]*\]/gu, ''))) break
      if (i > 0 && /^\[\d{1,4}\]/.test(text)) break
      if (/^(?:ep?)?\d{1,4}(?:v\d)?[ ._]*\[/iu.test(shorter) && (i > 0 || /^\d{2,3}\D/.test(shorter))) break
      text = shorter
    }
  text = text
    .replace(CRC, '[]')
    .replace(/^[ ._]+/, '')
    .replace(/^\d{2}(?:0\d|1[0-2])[0-3]\d[ ._](?=\p{L})/u, '')
  text = withoutLabels(text)
  // Scene files: `group-name.of.it.1080p`.
  if (
    /^[a-z0-9]{2,8}-[a-z0-9]+[._]/.test(text) &&
    !/\p{Lu}/u.test(text) &&
    // Who made it stands at one end of the name only: `ant-man.2015.1080p-group`.
    !/(?<![\p{L}\p{N}](?:web|dvd|dts|blu|hd))-[a-z0-9]{2,12}(?:\[[^\]]*\])?$/u.test(text) &&
    firstSign(text) < text.length
  )
    text = text.slice(text.indexOf('-') + 1)
  // Fights and races shown for a fee are numbered like films.
  const isEvent = /[ ._]ppv[ ._]/iu.test(text)
  if (isEvent) text = text.replace(/[ ._]ppv(?=[ ._])/iu, '')
  const signAt = firstSign(text)
  let numbering = findNumbering(text, { isSeries, isFilm: hint === 'films' || isEvent, isFansub, signAt })
  const list = hint === 'films' ? null : seasonList(text)
  if (
    list &&
    numbering &&
    numbering.season === null &&
    numbering.start < list.end &&
    numbering.end > list.start
  )
    numbering = null
  // A short date before a film's name says when the copy was made.
  const copied =
    numbering?.date && hint !== 'series' && /^\d\d\.\d\d\.\d\d\D.*\((?:19|20)\d\d\)/.test(text)
      ? numbering
      : null
  if (copied) {
    numbering = null
    text = text.slice(copied.end)
  }
  const day = numbering && !numbering.date ? dateRule(text) : null
  const dated = day && numbering && (day.end <= numbering.start || day.start >= numbering.end) ? day : null
  const isAfter = numbering !== null && numbering.start > signAt && !numbering.date
  const found = findSeason(text)
  // `DD5.1-S56`: who made the copy.
  const isGroup =
    found !== null && found.start > signAt && found.end === text.length && text[found.start - 1] === '-'
  // `The Lost Season S02E01`: the number is the episode's, the word the title's.
  const isWord =
    found !== null &&
    numbering !== null &&
    numbering.start > found.start &&
    numbering.start < found.end &&
    /^s\d/iu.test(text.slice(numbering.start))
  const said = isGroup || isWord ? null : found
  const season =
    hint === 'films' ? null : numbering?.season == null || numbering.season === said?.season ? said : null
  const until = Math.min(
    numbering?.start ?? Infinity,
    season?.start ?? Infinity,
    dated && dated.start > 0 ? dated.start : Infinity,
    signAt,
  )
  const whenYear = findYear(text, numbering || season ? Math.min(until, text.length) : signAt)
  const isOfNumber =
    whenYear &&
    numbering &&
    !numbering.date &&
    whenYear.start >= numbering.start &&
    whenYear.start < numbering.end
  const year = isOfNumber ? null : whenYear
  const isEpisode = numbering !== null || (season !== null && hint !== 'films')
  const yearSeason =
    numbering?.season != null && numbering.season >= 1900 && numbering.season <= 2099
      ? numbering.season
      : null
  const base: Parsed = {
    kind: isEpisode ? 'episode' : 'movie',
    title: null,
    year: year?.year ?? yearSeason,
    season: numbering?.season ?? season?.season ?? null,
    seasons: numbering?.season == null ? (list?.seasons ?? []) : [],
    episodes: numbering?.episodes ?? [],
    isAbsolute: numbering?.isAbsolute ?? false,
    isBetween: numbering?.episodes.length === 1 && /\d\.5$/.test(text.slice(numbering.start, numbering.end)),
    date: numbering?.date ?? dated?.date ?? copied?.date ?? null,
    episodeTitle: null,
    part: null,
    edition: null,
    release:
      Number(/(?<=\d)v(\d)(?!\d)|[ _]v(\d)(?=[ _[\].]|$)/iu.exec(text)?.slice(1).find(Boolean)) || null,
    ids,
    extra: null,
    format3d: edition3d ? (edition3d[1] ?? edition3d[2] ?? '').toLowerCase() : null,
    hasNumber: numbering !== null,
    isRelease: signAt < text.length,
    numbering,
  }
  let end = until
  if (year && (!isEpisode || year.start < until) && year.start < end) end = year.start
  let stop = Math.min(end, text.length)
  // Editions and discs may stand between title and year, or close the name.
  let head = text.slice(0, stop)
  // `The Final Cut Club`: words that go on are the title's.
  const editionAt = isEpisode
    ? undefined
    : [...head.matchAll(EDITION_IN_NAME)].find((m) => {
        const further = withoutTrailingHints(`x${head.slice(m.index + m[0].length)}`).slice(1)
        const goesOn = /^[ ._]+\p{L}/u.test(further) && !MORE_OF_EDITION.test(further)
        return m.index > 0 && !goesOn
      })
  if (editionAt) head = head.slice(0, editionAt.index)
  if (!isEpisode) {
    const tail = text.slice(head.length)
    const part = PART.exec(head) ?? (/^[ ._\-([]/.test(tail) ? PART.exec(tail) : null) ?? PART.exec(tail)
    // `Part II` before a year or a further title belongs to the name.
    const isName =
      part &&
      /part/iu.test(part[0]) &&
      head.includes(part[0]) &&
      /[\p{L}\p{N}]/u.test(text.slice(text.indexOf(part[0]) + part[0].length))
    if (part?.[1] && !isName) {
      base.part = partNumber(part[1])
      if (head.includes(part[0])) head = head.slice(0, head.lastIndexOf(part[0]))
    }
  } else if (numbering) {
    const rest = text.slice(numbering.end).replace(/\[.*$/u, '')
    const part = /[ ._-]+(?:pt|part|cd|disc)[ ._]?(\d{1,2})[ ._-]*$/iu.exec(
      withoutTrailingHints(rest.slice(0, firstSign(rest))),
    )
    if (part?.[1]) base.part = Number(part[1])
  }
  if (signAt === stop) {
    // `(Central Anime, 720p)`: the whole bracket describes the copy.
    if (/[\p{L}\p{N}][ ._]+\([^()]*,[^()]*$/u.test(head)) head = head.slice(0, head.lastIndexOf('('))
    head = withoutTrailingHints(head)
  } else if (year && year.start === stop) {
    // `UNCUT.GERMAN` in capitals between a title that is not and its year.
    const shorter = withoutTrailingHints(head)
    if (
      /\p{Ll}/u.test(shorter) &&
      (/^[ ._([]*(?:\p{Lu}{3,}(?!\p{Ll})|SE|OM|EE)/u.test(head.slice(shorter.length)) ||
        /^[ ._([]*(?:unrated|extended|uncut|remastered|uncensored)(?![\p{L}])/iu.test(
          head.slice(shorter.length),
        ))
    )
      head = shorter
  }
  if (season !== null)
    head = head
      .replace(/[ ._\-(]+(?:the[ ._])?complete(?:[ ._]series)?[ ._\-(]*$/iu, '')
      .replace(/ \([^()]*\)[ ._]*$/u, (m) => (/\d|^ \((?:US|UK|AU|TV)\)/u.test(m) ? m : ''))
  if (numbering && numbering.season !== null)
    // `Show - 05 - S01E05`: the number once more.
    head = head.replace(/[ ._]-[ ._]0*(\d{1,4})[ ._-]*$/u, (m, n: string) =>
      numbering.episodes[0] === +n ? '' : m,
    )
  base.title = titleOf(head, isFansub)
  if (!base.title && !isEpisode && year && year.start <= 0) base.title = tidy(text.slice(0, signAt)) || null
  // `2009.shoot.fruit.chan.dvd5`: a year that stands first, when nothing else gives one.
  const leading = /^((?:19|20)\d\d)[._]+(?=\p{L})/u.exec(text)
  if (leading && !year && !isEpisode && signAt < text.length && yearOf(leading[1])) {
    base.year = Number(leading[1])
    base.title = titleOf(withoutTrailingHints(text.slice(leading[0].length, signAt)), isFansub)
  }
  base.edition =
    editionOf(raw.slice(0)) &&
    editionOf(text.slice(Math.min(head.length, text.length)) + (/\{edition-[^}]*\}/iu.exec(raw)?.[0] ?? ''))
  if (numbering && !isAfter) {
    const after = text.slice(numbering.end)
    const sign = firstSign(` ${after}`) - 1
    const seasonAt = season && season.start > numbering.end ? season.start - numbering.end : Infinity
    const dayAt = dated && dated.start >= numbering.end ? dated.start - numbering.end : Infinity
    const cut = Math.min(
      sign,
      seasonAt,
      dayAt,
      after.search(/[[{]|\((?:\d{3,4}p|19|20\d\d|['"]|[^()]*\d{3,4}x\d{3,4})/u) >>> 0,
    )
    // With a word before it, a description that is all there is goes too.
    const said = withoutTrailingHints(`x${after.slice(0, Math.max(0, cut)).replace(/^[ ._]?v\d/iu, '')}`)
    const name = tidy(said.slice(1))
    // `23 END`: the last of its season.
    if (/\p{L}|\d/u.test(name) && !(isFansub && /^(?:end|fin)$/iu.test(name)))
      base.episodeTitle =
        name.replace(/-\p{Lu}[\p{L}\d]{1,10}$/u, (m) => (after.includes('.') ? '' : m)) || null
    // The show's name after the number: `003. Show Name - Episode`.
    if (!base.title && base.episodeTitle && numbering.start < 2 && numbering.season === null) {
      const parts = base.episodeTitle.split(' - ')
      if (parts.length > 1) [base.title, base.episodeTitle] = [parts[0] ?? null, parts.slice(1).join(' - ')]
    }
  }
  return base
}
