// A file's path to the title it plays: kind, identity, names and numbers (pure).
import { readablePath } from '../platform/path-text.ts'
import { guessFromPath, type LibraryKindHint, type NameIds, showFolderOf, stemOf } from './file-name.ts'
import { comparable } from './names/text.ts'

export type Placement = {
  kind: 'movie' | 'episode'
  /** The film's or the show's name. */
  name: string
  /** What makes two files the same film or show. */
  identity: string
  year: number | null
  sortKey: string
  ids: NameIds
  version: string | null
  part: number | null
  /** Episodes: one for each number that the file holds. */
  season: number
  episodes: { number: number | null; name: string | null; identity: string }[]
  airedOn: string | null
}

const QUALITY = /(?<![\p{L}\p{N}])(\d{3,4}[pi]|4k|uhd|3d)(?![\p{L}\p{N}])/iu

/** Extras and samples have no title of their own: null. */
export function placementOf(pathOnDisk: string, libraryKind: LibraryKindHint): Placement | null {
  const path = readablePath(pathOnDisk)
  const guess = guessFromPath(path, libraryKind)
  if (guess.extra !== null) return null
  const stem = stemOf(path)
  const folders = path.split('/').slice(0, -1)
  const parent = folders.at(-1)
  let { title, year } = guess
  let version = guess.edition ?? QUALITY.exec(stem)?.[1] ?? null
  const isMovie =
    libraryKind === 'films' || (guess.kind === 'movie' && (libraryKind !== 'series' || folders.length === 0))
  if (isMovie && parent !== undefined) {
    // `Iron Man/Iron Man-test.mkv`: what follows the folder's own name is the version's label.
    const rest = stem.toLowerCase().startsWith(parent.toLowerCase()) ? stem.slice(parent.length) : null
    if (rest !== null && (rest === '' || /^\s*[-._[(]/.test(rest))) {
      const folder = guessFromPath(`${parent}.mkv`, 'films')
      title = folder.title ?? title
      year = folder.year ?? year
      if (guess.part === null && rest !== '')
        version = guess.edition ?? (rest.replace(/^[\s\-._[(]+|[\s\])]+$/g, '') || version)
    }
  }
  const name = title ?? stem
  const common = {
    name,
    year,
    sortKey: sortKeyOf(name),
    ids: guess.ids,
    version,
    part: guess.part,
    airedOn: guess.date,
  }
  if (isMovie)
    return {
      ...common,
      kind: 'movie',
      identity: `movie|${comparable(name) || stem}|${year ?? ''}`,
      season: 0,
      episodes: [],
    }
  const showName = guess.kind === 'movie' ? (folders[0] ?? name) : name
  const season = guess.isBetween
    ? 0
    : (guess.season ??
      (guess.date === null ? (guess.kind === 'movie' ? 0 : 1) : Number(guess.date.slice(0, 4))))
  // A folder speaks for all episodes in it; `Doctor Who (1963)` and `Doctor Who (2005)` are two shows.
  const folder = showFolderOf(folders)
  const ownYear = year === guess.season ? null : year
  const named = folder === undefined ? null : guessFromPath(`${folder}.mkv`)
  const isShows = named !== null && comparable(named.title ?? '') === comparable(showName)
  const showYear = isShows ? named.year : ownYear
  const own = guess.episodeTitle
  const episodes =
    guess.episodes.length > 0 && !guess.isBetween
      ? guess.episodes.slice(0, 50).map((number) => ({ number, name: own, identity: `${season}x${number}` }))
      : [
          {
            number: null,
            name: own ?? guess.date ?? (guess.isBetween ? `${guess.episodes.join()}.5` : name),
            identity: guess.date ?? `${season}|${comparable(stem) || stem}`,
          },
        ]
  return {
    ...common,
    name: showName,
    year: showYear ?? ownYear,
    kind: 'episode',
    identity: `show|${comparable(showName) || showName}|${showYear ?? ''}`,
    season,
    episodes,
  }
}

/** `The Matrix` sorts under M, `Ärger` beside `Arger`, `2 Fast` before `10 Things`. */
export const sortKeyOf = (name: string): string =>
  comparable(name)
    .replace(/^(?:the|an?|der|die|das|le|la|les|el|los|las) (?=.)/, '')
    .replace(/\d+/g, (digits) => digits.padStart(6, '0')) || name.toLowerCase()

/** The first names take a tenth of a second, for patterns are compiled with them: not while somebody watches. */
export function warmUp(): void {
  for (const name of ['Film (1999)/Film (1999) 1080p.mkv', 'Show/Season 1/Show S01E02.mkv'])
    placementOf(name, 'mixed')
}
