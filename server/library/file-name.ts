// Path to a guess: film or episode, title, year, numbers (pure). General rules, tried from the surest to the weakest.
import { type ExtraKind, extraOf } from './names/extras.ts'
import { isGenericFolder, seasonOfFolder } from './names/folders.ts'
import { dateRule, findNumbering, type Numbering, romanOr, SEASON_WORD } from './names/numbering.ts'
import { editionOf, firstSign, hasSign, withoutTrailingHints } from './names/tags.ts'
import { comparable, group, plain, tidy } from './names/text.ts'

export type LibraryKindHint = 'films' | 'series' | 'mixed'
export type NameIds = { tmdb?: number; imdb?: string; tvdb?: number }

export type NameGuess = {
  kind: 'movie' | 'episode'
  title: string | null
  year: number | null
  /** Null: not said. 0: specials. */
  season: number | null
  /** Several for a file that holds a range. */
  episodes: number[]
  /** The numbers count from the first episode of the whole series. */
  isAbsolute: boolean
  /** Aired on, `YYYY-MM-DD`. */
  date: string | null
  episodeTitle: string | null
  part: number | null
  edition: string | null
  /** `v2` of a release. */
  release: number | null
  ids: NameIds
  extra: ExtraKind | null
  format3d: string | null
}

const EXTENSION =
  /\.(?:mkv|mp4|m4v|avi|mov|wmv|ts|m2ts|mts|mpe?g|webm|flv|ogm|ogv|3gp|divx|xvid|iso|img|vob|asf|rm|rmvb|wtv|strm|mpv|f4v|mk3d|dvr-ms|srt|ass|ssa|sub|vtt|idx|nfo)$/iu
/** Longer names than any file system keeps are cut: every rule below is linear in what is left. */
const MAX_LENGTH = 400

/** The file's name without its folder and extension. */
export const stemOf = (path: string): string => {
  const name = path.slice(path.lastIndexOf('/') + 1)
  return name.replace(EXTENSION, '').slice(0, MAX_LENGTH)
}

const ID = /[[{(](tmdb|tvdb|imdb|tmdbid|imdbid|tvdbid)[-=: ]?((?:tt)?\d{1,10})[\]})]/giu
function takeIds(text: string): { ids: NameIds; rest: string } {
  const ids: NameIds = {}
  const rest = text.replace(ID, (_, kind: string, value: string) => {
    const site = kind.toLowerCase().slice(0, 4)
    if (site === 'imdb') ids.imdb = value.startsWith('tt') ? value : `tt${value}`
    else if (/^\d+$/.test(value)) ids[site === 'tvdb' ? 'tvdb' : 'tmdb'] = Number(value)
    return ' '
  })
  const bare = /(?<![\p{L}\p{N}])tt\d{7,9}(?!\d)/u.exec(rest)
  if (bare && ids.imdb === undefined) ids.imdb = bare[0]
  return { ids, rest: bare ? rest.replace(bare[0], ' ') : rest }
}

const TLD =
  'com|net|org|to|info|ca|au|sbs|center|cc|me|tv|io|ru|fr|se|re|vip|xyz|top|club|site|online|lol|hair'
const HOST = new RegExp(`^(?:[\\w-]+\\.){1,4}(?:${TLD}) +- +`, 'iu')
const SITE =
  /^[[({ ]*(?:www[., ][^\s/\])]{1,60}\.[a-z]{2,10}|[a-z0-9-]{2,40}\.(?:com|net|org|to|info)(?=[\]) ])|www\.\S{1,60})[\])} ]*[ _-]*(?:- )?/iu
const GROUP = /^[ ._]*(?:\[[^\]]{0,60}\]|\([^)]{1,30}\)(?=[ ._]*\p{L}.*[[(][0-9a-f]{8}[\])]))[ ._-]*/iu
const CRC = /[[(][0-9a-f]{8}[\])]/iu
const FANSUB_WORD =
  /(?<![\p{L}])(?:vostfr|fansub|raws?|horriblesubs|eng?[ -]sub|multiple subtitle)(?![\p{L}])/iu
const HAN = /[\u3040-\u30ff\u4e00-\u9fff]/u

const yearOf = (text: string | undefined): number | null => {
  const year = Number(text)
  return year >= 1888 && year <= 2099 ? year : null
}

/** The year of release and where it stands: one in brackets first, else the last bare one before `until`. */
function findYear(text: string, until: number): { year: number; start: number; end: number } | null {
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
  const bare = [
    ...text.matchAll(/(?<![\p{L}\p{N}])((?:19\d|20[0-3])\d)(?![\p{N}]|\p{L}|[ ._-]\d\d[ ._-]\d\d(?!\d))/gu),
  ].map(found)
  const inside = bare.filter(
    (m) => m.start > 0 && m.start < until && /[\p{L}\p{N}]/u.test(text.slice(0, m.start)),
  )
  return inside.at(-1) ?? (until < text.length ? (bare.find((m) => m.start > 0) ?? null) : null)
}

const SEASON_IN_NAME: readonly RegExp[] = [
  new RegExp(`(?<![\\p{L}\\p{N}])${SEASON_WORD}[ ._]*(?:so?|0)?(\\d{1,3})(?![\\p{N}\\p{L}])`, 'iu'),
  new RegExp(
    `(?<![\\p{L}\\p{N}])(\\d{1,2})(?:st|nd|rd|th|[\u00aa\u00ba\u00b0]|\u00c2[\u00ba\u00aa])?[ ._]*${SEASON_WORD}(?![\\p{L}])`,
    'iu',
  ),
  /\u7b2c([\d\u4e00\u4e8c\u4e09\u56db\u4e94\u516d\u4e03\u516b\u4e5d\u5341]{1,2})[\u5b63\u671f]/u,
  /(?<![\p{L}\p{N}'\u2019])s[ ]?(\d{1,2})(?=s\d{1,2}(?!\d)|(?![\p{L}\p{N}]))/iu,
  /(?<![\p{L}\p{N}])sn?(\d{1,2})(?=dvd\d|[ ._]?(?:ep?\d))/iu,
]
const HAN_DIGITS = '\u96f6\u4e00\u4e8c\u4e09\u56db\u4e94\u516d\u4e03\u516b\u4e5d\u5341'

/** The number from the clearest notation; where the first of all notations starts. */
function findSeason(text: string): { season: number; start: number; end: number } | null {
  let found: { season: number; start: number; end: number } | null = null
  for (const pattern of SEASON_IN_NAME) {
    const m = pattern.exec(text)
    if (!m?.[1]) continue
    const season = HAN_DIGITS.includes(m[1][0] ?? '') ? HAN_DIGITS.indexOf(m[1].at(-1) ?? '') : Number(m[1])
    found ??= { season, start: m.index, end: m.index + m[0].length }
    if (m.index > 0 && m.index < found.start) found.start = m.index
  }
  return found
}

/** `[Group][国漫][Title][2019][02][1080p]`: every field has its own brackets. */
function bracketFields(text: string): { text: string; season: number | null } | null {
  const outside = text.replace(/\[[^\]]*\]|\u2605[^\u2605]*\u2605/gu, '')
  const fields = [...text.matchAll(/\[([^\]]*)\]/gu)].map((m) => group(m, 1).trim())
  if (fields.length < 4 || /[\p{L}\p{N}]/u.test(outside)) return null
  const isNumber = (f: string) =>
    /^(?:\d{1,4}(?:v\d)?|\d{1,4}-\d{1,4}|\u7b2c?\d{1,4}(?:-\d{1,4})?[\u8bdd\u8a71\u96c6\u56de])(?:end|fin|\u5b8c|\u5168\u96c6)?$/iu.test(
      f,
    )
  const first = fields.findIndex((f, i) => i > 0 && isNumber(f))
  if (first < 0) return null
  const names = fields.slice(1, first).filter((f) => !hasSign(f) && f !== '')
  const season = findSeason(names.join(' '))
  const latin = names.filter((n) => /[a-z]{2}/iu.test(n))
  let title = latin[0] ?? names.at(-1) ?? ''
  if (title.includes('|')) title = title.split('|').findLast((p) => /[a-z]{2}/iu.test(p)) ?? title
  const numbers = fields.slice(first).filter(isNumber)
  const year = numbers.find((n) => /^(?:19|20)\d\d$/.test(n))
  const episode = numbers.find((n) => n !== year)
  const clean = (episode ?? '').replace(/[^\d-]/gu, '')
  return {
    text: `${title}${year ? ` (${year})` : ''}${season ? ` S${season.season}` : ''}${clean ? ` - ${clean}` : ''} [`,
    season: season?.season ?? null,
  }
}

const FORMAT_3D =
  /(?<![\p{L}\p{N}])(?:3d[ ._-]+(hsbs|fsbs|htab|ftab|sbs|tab|hou|ou|mvc)|(hsbs|sbs3d|fsbs|htab|ftab|tab|sbs|mvc))(?![\p{L}\p{N}])/iu

const PART =
  /[ ._\-([]+(?:cd|dvd|part|pt|dis[ck])[ ._-]?(\d{1,2}|[a-d](?![\p{L}])|i{1,3}|iv|vi{0,3}|ix)(?=[ ._\-)\]]|$)/iu
const partNumber = (text: string) =>
  /^[a-d]$/i.test(text) ? text.toLowerCase().charCodeAt(0) - 96 : romanOr(text)

type Parsed = NameGuess & { hasNumber: boolean; isRelease: boolean; numbering: Numbering | null }

function parseOne(raw: string, hint: LibraryKindHint, isSeries: boolean): Parsed {
  const spaced = /^[^ ._]+(?:\+[^ ._]+){2,}$/u.test(raw) ? raw.replaceAll('+', ' ') : raw
  const { ids, rest } = takeIds(plain(spaced))
  let text = rest
    .replace(/^(?:HD )?\d{3,4}p: /i, '')
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
      if (shorter === text || !/\p{L}|\d/u.test(shorter.replace(/\[[^\]]*\]/gu, ''))) break
      if (i > 0 && (/^\[\d{1,4}\]/.test(text) || /^(?:ep?)?\d{1,4}(?:v\d)?[ ._]*\[/iu.test(shorter))) break
      text = shorter
    }
  text = text
    .replace(CRC, '[]')
    .replace(/^[ ._]+/, '')
    .replace(/^\d{2}(?:0\d|1[0-2])[0-3]\d (?=\p{L})/u, '')
  // Scene files: `group-name.of.it.1080p`.
  if (/^[a-z0-9]{2,8}-[a-z0-9]+[._]/.test(text) && !/\p{Lu}/u.test(text) && firstSign(text) < text.length)
    text = text.slice(text.indexOf('-') + 1)
  const signAt = firstSign(text)
  let numbering = findNumbering(text, { isSeries, isFilm: hint === 'films', isFansub, signAt })
  // A short date before a film's name says when the copy was made.
  const copied =
    numbering?.date && hint !== 'series' && /^\d\d\.\d\d\.\d\d\D.*\((?:19|20)\d\d\)/.test(text)
      ? numbering
      : null
  if (copied) {
    numbering = null
    text = text.slice(copied.end)
  }
  const dated = numbering && !numbering.date ? dateRule(text) : null
  const isAfter = numbering !== null && numbering.start > signAt && !numbering.date
  const said = findSeason(text)
  const season =
    hint === 'films' ? null : numbering?.season == null || numbering.season === said?.season ? said : null
  const until = Math.min(
    numbering?.start ?? Infinity,
    season?.start ?? Infinity,
    dated && dated.start > 0 ? dated.start : Infinity,
    signAt,
  )
  const year = findYear(text, numbering || season ? Math.min(until, text.length) : signAt)
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
    episodes: numbering?.episodes ?? [],
    isAbsolute: numbering?.isAbsolute ?? false,
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
  const editionAt =
    /[ ._\-([]+(?:\{edition|(?:\d{1,3}(?:st|nd|rd|th)[ ._]anniversary|(?:the[ ._])?(?:special|ultimate|collector['\u2019]?s?|deluxe|extended)[ ._](?:edition|cut|director)|director['\u2019]?s[ ._](?:cut|edition)|extended[ ._]director|theatrical[ ._](?:cut|release|version)|final[ ._]cut|version[ ._]longue|uncut[ ._](?:edition|version)|unrated[ ._](?:edition|cut|version)))/iu.exec(
      head,
    )
  if (editionAt && editionAt.index > 0 && !isEpisode) head = head.slice(0, editionAt.index)
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
    const part = /[ ._-]+(?:pt|part|cd|disc)[ ._]?(\d{1,2})(?:$|(?=[ ._-]*(?:\d{3,4}p|\[)))/iu.exec(
      text.slice(numbering.end),
    )
    if (part?.[1]) base.part = Number(part[1])
  }
  if (signAt === stop) head = withoutTrailingHints(head)
  else if (year && year.start === stop) {
    // `UNCUT.GERMAN` in capitals between a title that is not and its year.
    const shorter = withoutTrailingHints(head)
    if (/\p{Ll}/u.test(shorter) && /^[ ._([]*\p{Lu}{3,}(?!\p{Ll})/u.test(head.slice(shorter.length)))
      head = shorter
  }
  if (season !== null)
    head = head
      .replace(/[ ._\-(]+(?:the[ ._])?complete(?:[ ._]series)?[ ._\-(]*$/iu, '')
      .replace(/ \([^()]*\)[ ._]*$/u, (m) => (/\d|^ \((?:US|UK|AU|TV)\)/u.test(m) ? m : ''))
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
    const cut = Math.min(sign, after.search(/[[{]|\((?:\d{3,4}p|19|20\d\d|['"])/u) >>> 0)
    const name = tidy(withoutTrailingHints(after.slice(0, Math.max(0, cut)).replace(/^[ ._]?v\d/iu, '')))
    if (/\p{L}|\d/u.test(name))
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

function titleOf(head: string, isFansub: boolean): string | null {
  const whole = /^\s*\[([^\]]+)\][ ._-]*$/u.exec(head)
  let title = tidy((whole?.[1] ?? head).replace(/\[[^\]]*$/u, ''))
  if (isFansub)
    title = tidy(title.replace(/\s*\[[^\]]*\]\s*$/u, '').replace(/[ ]\((?:TV|OVA|BD|\d{4})\)$/iu, ''))
  title = title.replace(/^(?:\[[^\]]*\][ ._-]*)+(?=[\p{L}\p{N}])/u, '').replace(/\s*\[[^\]]*\]$/u, '')
  // `抓娃娃 Successor`: the name in two scripts; the Latin one is what metadata knows best.
  if (HAN.test(title)) {
    const latin = /^[^a-z]*[\u3040-\u9fff][^a-z]*[ /]([a-z][\p{Script=Latin}\p{N} '!:,.&-]{2,})$/iu.exec(
      title,
    )
    const first = /^([a-z][\p{Script=Latin}\p{N} '!:,.&-]{3,}) [^a-z]*[\u3040-\u9fff][^a-z]*$/iu.exec(title)
    title = (latin?.[1] ?? first?.[1] ?? title).trim()
  }
  const names = title.split(/ \| /u)
  if (names.length > 1)
    title = (names.find((n) => /^[\p{Script=Latin}\p{N}\p{P} ]+$/u.test(n)) ?? names[0] ?? title).trim()
  const aka = /^(.{2,}?) (?:a\.?k\.?a\.?) \S/iu.exec(title)
  if (aka?.[1]) title = aka[1].trim()
  title = title.replace(/ (?:VHS|DVD|BD)$/u, '').replace(/ \((?:VHS|TV)\)$/u, '')
  return /[\p{L}\p{N}]/u.test(title) ? title : null
}

/** Names that say nothing: checksums, abbreviations in lower case, random letters. */
const isMeaningless = (stem: string): boolean =>
  /^[0-9a-f]{16,}$/iu.test(stem) ||
  /^(?=.*\d)(?=.*[a-z])[a-z0-9]{20,}$/iu.test(stem) ||
  /^[\p{Lu}\p{Ll}\d]{24,}$/u.test(stem)

/** A slash inside brackets or between spaces is part of a name that came from elsewhere than a disk. */
const joined = (path: string): string => {
  const parts = path.split('/').slice(-12)
  const out: string[] = []
  for (const part of parts) {
    const before = out.at(-1)
    const isOpen =
      before !== undefined &&
      /[[(\u3010][^\])\u3011]*$/u.test(before.slice(-120)) &&
      /^[^[(\u3010]*[\])\u3011]/u.test(part.slice(0, 120))
    if (before !== undefined && (isOpen || (before.endsWith(' ') && part.startsWith(' '))))
      out[out.length - 1] = `${before}|${part}`
    else out.push(part)
  }
  return out.join('/')
}

/** `path` is relative to the library's root, with `/`. */
export function guessFromPath(whole: string, hint: LibraryKindHint = 'mixed'): NameGuess {
  const path = joined(whole)
  const folders = path
    .split('/')
    .slice(0, -1)
    .filter((f) => f.trim() !== '' && f !== '.')
    .map((f) => f.slice(0, MAX_LENGTH))
  const stem = stemOf(path)
  const parent = folders.at(-1) ?? ''
  const folderSeason = parent === '' ? null : seasonOfFolder(parent, folders.at(-2) ?? '')
  const isSeries = hint === 'series' || (hint !== 'films' && folderSeason !== null)
  const own: Parsed = isMeaningless(stem) ? { ...parseOne('', hint, false) } : parseOne(stem, hint, isSeries)
  const { hasNumber: _n, isRelease: _r, numbering: _m, ...guess } = own
  guess.extra = extraOf(folders, stem, folderSeason === 0 && own.hasNumber && own.season !== null)

  const ancestors = folders.toReversed()
  const nearest = ancestors[0]
  const release = nearest !== undefined && !isGenericFolder(nearest) ? parseOne(nearest, hint, false) : null
  // A release folder with the episode's whole name beats an abbreviated file inside it.
  if (release && release.title && (release.isRelease || own.title === null)) {
    const same = own.title !== null && comparable(own.title) === comparable(release.title)
    const isOneEpisode =
      release.hasNumber &&
      ((release.numbering?.episodes.length === 1 && release.season !== null) || release.date !== null)
    const isAbbreviated =
      own.title === null ||
      isMeaningless(stem) ||
      /^[a-z0-9-]{1,16}$/u.test(own.title) ||
      /[._]/u.test(own.title)
    if (
      !same &&
      (isOneEpisode || (!own.hasNumber && release.year !== null && own.year === null)) &&
      release.isRelease
    ) {
      Object.assign(guess, {
        title: release.title,
        year: release.year,
        kind: release.kind,
        season: release.season,
        episodes: release.episodes,
        date: release.date,
        edition: release.edition,
        episodeTitle: release.episodeTitle,
        isAbsolute: release.isAbsolute,
      })
      return guess
    }
    if (!same && release.isRelease && release.year !== null && isAbbreviated && !own.hasNumber)
      Object.assign(guess, {
        title: release.title,
        year: release.year,
        edition: guess.edition ?? release.edition,
      })
    if (same && release.edition && !guess.edition) guess.edition = release.edition
  }

  if (guess.kind === 'movie' && folderSeason !== null && hint !== 'films' && guess.extra === null) {
    guess.kind = 'episode'
    guess.episodeTitle = guess.title
    guess.title = null
  }
  if (guess.kind === 'episode') {
    if (guess.season === null && folderSeason !== null) {
      guess.season = folderSeason
      if (guess.isAbsolute) guess.isAbsolute = false
    }
    const show = ancestors.find(
      (name, i) => seasonOfFolder(name, ancestors[i + 1] ?? '') === null && !isGenericFolder(name),
    )
    const seasonShow = nearest !== undefined && folderSeason !== null ? parseOne(nearest, hint, false) : null
    const named = show === undefined ? seasonShow : parseOne(show, 'mixed', false)
    if (named) {
      const [a, b] = [comparable(guess.title ?? ''), comparable(named.title ?? '')]
      const isSame = a === b || (b !== '' && a.startsWith(`${b} `)) || (a !== '' && b.startsWith(`${a} `))
      if (
        named.title &&
        (guess.title === null ||
          /^(?:episode|ep|part)$/iu.test(guess.title) ||
          (/^[^a-z]*\d+$/iu.test(guess.title) && folderSeason !== null))
      ) {
        guess.title = named.title
        guess.year ??= named.year
      } else if (guess.title === null && seasonShow?.title) guess.title = seasonShow.title
      if (isSame || guess.title === named.title) {
        guess.year ??= named.year
        guess.ids = { ...named.ids, ...guess.ids }
        if (guess.season === null && show === nearest && named.season !== null && !named.hasNumber)
          guess.season = named.season
      }
    }
    if (guess.title === null && guess.episodeTitle === null && seasonShow?.title)
      guess.title = seasonShow.title
  } else if (nearest !== undefined && !isGenericFolder(nearest)) {
    const folder = release ?? parseOne(nearest, 'films', false)
    const [a, b] = [comparable(guess.title ?? ''), comparable(folder.title ?? '')]
    if (folder.title && folder.year !== null && (guess.year === null || guess.year === folder.year)) {
      if (a === b || guess.year === null || a === '') {
        guess.title = a === b ? guess.title : folder.title
        guess.year = folder.year
      } else if (a.startsWith(b) || (b.length > 0 && comparable(stem).includes(b))) guess.title = folder.title
    } else if (guess.title === null) guess.title = folder.title
    if (a === b || Object.keys(guess.ids).length === 0) guess.ids = { ...folder.ids, ...guess.ids }
  }
  if (guess.title === null && !guess.episodes.length && !isMeaningless(stem)) guess.title = tidy(stem) || null
  return guess
}
