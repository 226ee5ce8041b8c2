// Path to a guess: film or episode, title, year, numbers (pure). General rules, tried from the surest to the weakest.
import { extraOf } from './names/extras.ts'
import { isGenericFolder, seasonOfFolder } from './names/folders.ts'
import type { LibraryKindHint, NameGuess } from './names/guess.ts'
import { parseOne, type Parsed } from './names/parse-name.ts'
import { comparable, tidy } from './names/text.ts'

export type { LibraryKindHint, NameGuess, NameIds } from './names/guess.ts'

const EXTENSION =
  /\.(?:mkv|mp4|m4v|avi|mov|wmv|ts|m2ts|mts|mpe?g|webm|flv|ogm|ogv|3gp|divx|xvid|iso|img|vob|asf|rm|rmvb|wtv|strm|mpv|f4v|mk3d|dvr-ms|srt|ass|ssa|sub|vtt|idx|nfo)$/iu
/** Longer names than any file system keeps are cut: every rule below is linear in what is left. */
const MAX_LENGTH = 255

/** The file's name without its folder and extension. */
export const stemOf = (path: string): string => {
  const name = path.slice(path.lastIndexOf('/') + 1)
  return name.replace(EXTENSION, '').slice(0, MAX_LENGTH)
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

/** `path` is relative to the library's root, with `/`. */
export function guessFromPath(whole: string, hint: LibraryKindHint = 'mixed'): NameGuess {
  // A path of another system's; no name of ours has a backslash beside a slash.
  const path = joined(whole.includes('/') ? whole : whole.replaceAll('\\', '/'))
  const disc = DISC.exec(path)
  if (disc?.[1]) {
    const guess = guessFromPath(`${disc[1]}.${disc[4] ?? 'vob'}`, hint)
    return disc[3] === undefined ? guess : { ...guess, part: Number(disc[3]) }
  }
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
        isBetween: release.isBetween,
      })
      return guess
    }
    if (!same && release.isRelease && release.year !== null && isAbbreviated && !own.hasNumber)
      Object.assign(guess, {
        title: release.title,
        year: release.year,
        edition: guess.edition ?? release.edition,
      })
    if (!same && release.isRelease && !own.hasNumber && /^[a-z0-9]{2,8}-[a-z0-9]{2,12}$/.test(stem))
      guess.title = release.title
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
    const show = showFolderOf(folders)
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
  if (folders.every(isGenericFolder)) guess.title ??= guess.episodeTitle
  if (guess.title === null && !guess.episodes.length && !isMeaningless(stem)) guess.title = tidy(stem) || null
  return guess
}
