// Path to a guess: film or episode, title, year, numbers (pure). What the name says first, then what its folders say more.
import { extraOf } from './names/extras.ts'
import { isGenericFolder, seasonOfFolder } from './names/folders.ts'
import type { LibraryKindHint, NameGuess } from './names/guess.ts'
import { parseOne, type Parsed } from './names/parse-name.ts'
import { comparable, tidy } from './names/text.ts'

export type { LibraryKindHint, NameGuess, NameIds } from './names/guess.ts'

const EXTENSION =
  /\.(?:mkv|mp4|m4v|avi|mov|wmv|ts|m2ts|mts|mpe?g|webm|flv|ogm|ogv|3gp|divx|xvid|iso|img|vob|asf|rm|rmvb|wtv|strm|mpv|f4v|mk3d|dvr-ms|srt|ass|ssa|sub|vtt|idx|nfo)$/iu
/** Longer names than any file system keeps are cut. */
const MAX_LENGTH = 255
/** From every place in a run of separators the rules look to its end: a long one is shortened to both its ends. */
const LONG_RUN = /([^\p{L}\p{N}]{6})[^\p{L}\p{N}]+([^\p{L}\p{N}]{6})/gu

/** A name as the rules may look at it, so that none takes long. */
const bounded = (name: string): string => name.slice(0, MAX_LENGTH).replace(LONG_RUN, '$1$2')

/** The file's name without its folder and extension. */
export const stemOf = (path: string): string => {
  const name = path.slice(path.lastIndexOf('/') + 1)
  return bounded(name.replace(EXTENSION, ''))
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
  for (const [i, part] of parts.entries()) {
    const before = out.at(-1)
    const isOpen =
      before !== undefined &&
      /[[(\u3010][^\])\u3011]*$/u.test(before.slice(-120)) &&
      /^[^[(\u3010]*[\])\u3011]/u.test(parts.slice(i).join('|').slice(0, 120))
    const isDate =
      before !== undefined &&
      /\s\d{1,2}(?:-\d{1,2})?$/.test(before.slice(-8)) &&
      /^(?:\d{1,2}$|(?:19|20)\d\d[ ._])/.test(part)
    if (isDate) out[out.length - 1] = `${before}-${part}`
    else if (before !== undefined && (isOpen || (before.endsWith(' ') && part.startsWith(' '))))
      out[out.length - 1] = `${before}|${part}`
    else out.push(part)
  }
  return out.join('/')
}

/** The folder of a show: the nearest that is no season's, and not only there to sort the library. */
export function showFolderOf(folders: readonly string[]): string | undefined {
  const ancestors = folders.toReversed()
  const isSeason = ancestors.map((name, i) => seasonOfFolder(name, ancestors[i + 1] ?? '') !== null)
  return (
    ancestors.find((name, i) => !isSeason[i] && !isGenericFolder(name)) ??
    // What holds a season is a show, whatever it is called.
    ancestors.find((_, i) => isSeason[i - 1] && !isSeason[i])
  )
}

/** A disc's own folders: the film is what holds them, `VTS_01_2` its second file. */
const DISC = /^(.+)\/(?:video_ts\/(?:vts_(\d\d)_(\d)|video_ts)|bdmv(?:\/stream)?\/[^/]+)\.(\w+)$/iu

/** `Film (2001)/CD2/film.avi`: what lies there lies in the folder around it, as its second part. */
const DISC_FOLDER = /^(.+)\/(?:dis[ck]|dvd|cd)[ ._-]?(\d{1,2})\/([^/]+)$/iu

/** A path taken apart, for what its folders say. */
type Around = {
  stem: string
  hint: LibraryKindHint
  /** From the library's root down. */
  folders: string[]
  /** The folder that holds the file. */
  nearest: string | undefined
  /** The season that this folder holds. */
  season: number | null
  /** What this folder's name says, unless it only sorts the library. */
  release: Parsed | null
}

/** A release folder with the whole name beats an abbreviated file inside it; true when nothing is left to ask. */
function takeRelease(guess: NameGuess, own: Parsed, { stem, release }: Around): boolean {
  if (!release?.title || !(release.isRelease || own.title === null)) return false
  if (own.title !== null && comparable(own.title) === comparable(release.title)) {
    guess.edition ||= release.edition
    return false
  }
  if (!release.isRelease) return false
  const isOneEpisode =
    release.hasNumber &&
    ((release.numbering?.episodes.length === 1 && release.season !== null) || release.date !== null)
  if (isOneEpisode || (!own.hasNumber && release.year !== null && own.year === null)) {
    const { kind, title, year, season, episodes, isAbsolute, isBetween, date, episodeTitle, edition } =
      release
    Object.assign(guess, {
      kind,
      title,
      year,
      season,
      episodes,
      isAbsolute,
      isBetween,
      date,
      episodeTitle,
      edition,
    })
    return true
  }
  const isAbbreviated =
    own.title === null ||
    isMeaningless(stem) ||
    /^[a-z0-9-]{1,16}$/u.test(own.title) ||
    /[._]/u.test(own.title)
  if (release.year !== null && isAbbreviated && !own.hasNumber)
    Object.assign(guess, {
      title: release.title,
      year: release.year,
      edition: guess.edition ?? release.edition,
    })
  if (!own.hasNumber && /^[a-z0-9]{2,8}-[a-z0-9]{2,12}$/.test(stem)) guess.title = release.title
  return false
}

/** An episode's season, show and ids, where its folders say more than its name. */
function takeShow(guess: NameGuess, { folders, nearest, season, hint }: Around): void {
  if (guess.season === null && season !== null) {
    guess.season = season
    guess.isAbsolute = false
    // `Season 5/514`: the season once more, and then the episode.
    if (season > 0 && guess.episodes.every((n) => Math.trunc(n / 100) === season && n % 100 > 0))
      guess.episodes = guess.episodes.map((n) => n % 100)
  }
  const show = showFolderOf(folders)
  const seasonShow = nearest !== undefined && season !== null ? parseOne(nearest, hint, false) : null
  const named = show === undefined ? seasonShow : parseOne(show, 'mixed', false)
  if (named) {
    const [a, b] = [comparable(guess.title ?? ''), comparable(named.title ?? '')]
    const isSame = a === b || (b !== '' && a.startsWith(`${b} `)) || (a !== '' && b.startsWith(`${a} `))
    const saysNothing =
      guess.title === null ||
      /^(?:episode|ep|part|title|track)$/iu.test(guess.title) ||
      (/^[^a-z]*\d+$/iu.test(guess.title) && season !== null)
    if (named.title && saysNothing) {
      guess.title = named.title
      guess.year ??= named.year
    }
    // `Show/Show - Book Two - 03`: the folder's name is the show's.
    if (named.title && guess.title?.toLowerCase().startsWith(`${named.title.toLowerCase()} - `))
      guess.title = named.title
    if (isSame || guess.title === named.title) {
      guess.year ??= named.year
      guess.ids = { ...named.ids, ...guess.ids }
      if (guess.season === null && show === nearest && named.season !== null && !named.hasNumber)
        guess.season = named.season
    }
  }
  if (guess.title === null && (named !== null || guess.episodeTitle === null) && seasonShow?.title)
    guess.title = seasonShow.title
}

/** A film's title, year and ids, where its folder says more than its name. */
function takeFilm(guess: NameGuess, nearest: string, { stem, release }: Around): void {
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

/** `path` is relative to the library's root, with `/`. */
export function guessFromPath(whole: string, hint: LibraryKindHint = 'mixed'): NameGuess {
  // A path of another system's; no name of ours has a backslash beside a slash.
  const path = joined(whole.includes('/') ? whole : whole.replaceAll('\\', '/'))
  const disc = DISC.exec(path)
  if (disc?.[1]) {
    const guess = guessFromPath(`${disc[1]}.${disc[4] ?? 'vob'}`, hint)
    return disc[3] === undefined ? guess : { ...guess, part: Number(disc[3]) }
  }
  const inDisc = DISC_FOLDER.exec(path)
  if (inDisc) {
    const guess = guessFromPath(`${inDisc[1]}/${inDisc[3]}`, hint)
    return guess.kind === 'movie' ? { ...guess, part: guess.part ?? Number(inDisc[2]) } : guess
  }
  const folders = path
    .split('/')
    .slice(0, -1)
    .filter((f) => f.trim() !== '' && f !== '.')
    .map(bounded)
  const stem = stemOf(path)
  const nearest = folders.at(-1)
  const season = nearest === undefined ? null : seasonOfFolder(nearest, folders.at(-2) ?? '')
  const holder = nearest !== undefined && !isGenericFolder(nearest) ? nearest : undefined
  const release = holder === undefined ? null : parseOne(holder, hint, false)
  const around: Around = { stem, hint, folders, nearest, season, release }

  const isSeries = hint === 'series' || (hint !== 'films' && season !== null)
  const own = isMeaningless(stem) ? parseOne('', hint, false) : parseOne(stem, hint, isSeries)
  const { hasNumber: _n, isRelease: _r, numbering: _m, ...guess } = own
  guess.extra = extraOf(folders, stem, season === 0 && own.hasNumber && own.season !== null)
  if (takeRelease(guess, own, around)) return guess
  if (guess.kind === 'movie' && season !== null && hint !== 'films' && guess.extra === null) {
    guess.kind = 'episode'
    guess.episodeTitle = guess.title
    guess.title = null
  }
  if (guess.kind === 'episode') takeShow(guess, around)
  else if (holder !== undefined) takeFilm(guess, holder, around)
  if (folders.every(isGenericFolder)) guess.title ??= guess.episodeTitle
  if (guess.title === null && !guess.episodes.length && !isMeaningless(stem)) guess.title = tidy(stem) || null
  return guess
}
