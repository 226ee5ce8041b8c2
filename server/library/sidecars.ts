// Which film a subtitle file beside it belongs to, in which language (pure).
import { subtitleWords } from './names/subtitle-words.ts'

export type Sidecar = {
  relativePath: string
  mediaPath: string
  format: string
  language: string | null
  isForced: boolean
  isHearingImpaired: boolean
}

const stem = (path: string) => path.replace(/\.[^./]*$/, '')
const SUBTITLE_FOLDER = /(^|\/)(subs?|subtitles?)$/i

/** `Film (1999).en.forced.srt` belongs to `Film (1999).mkv`, beside it or one folder above `Subs/`. */
export function sidecarsOf(sidecarPaths: readonly string[], mediaPaths: readonly string[]): Sidecar[] {
  const byFolder = new Map(
    [...Map.groupBy(mediaPaths, folderOf)].map(([folder, paths]) => [folder, mediaByName(paths)]),
  )
  const found: Sidecar[] = []
  for (const relativePath of sidecarPaths) {
    const folder = folderOf(relativePath)
    const outer = folderOf(folder)
    // `Subs/Show.S01E01/2_English.srt`: a folder for each episode.
    const named = SUBTITLE_FOLDER.test(outer) ? folder.slice(outer.length + 1).toLowerCase() : null
    const above = SUBTITLE_FOLDER.test(folder) ? outer : named === null ? null : folderOf(outer)
    const places = [folder, ...(above === null ? [] : [above])].flatMap((path) => byFolder.get(path) ?? [])
    const name = stem(relativePath.slice(folder ? folder.length + 1 : 0))
    const owner =
      ownerOf(name.toLowerCase(), places) ??
      (named === null ? undefined : firstOf(named, places)) ??
      (above === null ? undefined : onlyOne(places))
    if (!owner) continue
    const media = nameOf(owner)
    const rest = name.toLowerCase().startsWith(media.toLowerCase()) ? name.slice(media.length) : name
    found.push({
      relativePath,
      mediaPath: owner,
      format: relativePath.slice(relativePath.lastIndexOf('.') + 1).toLowerCase(),
      ...flagsOf(rest),
    })
  }
  return found
}

/** Subtitles of what lies beside this folder may lie in it. */
export const mayHoldSubtitlesOf = (path: string): boolean =>
  SUBTITLE_FOLDER.test(path) || SUBTITLE_FOLDER.test(folderOf(path))

/** The folder to look at for what happened in `path`: that of the media files, where it holds only subtitles. */
export function besideSubtitles(path: string): string {
  const outer = folderOf(path)
  if (SUBTITLE_FOLDER.test(path)) return outer
  return SUBTITLE_FOLDER.test(outer) ? folderOf(outer) : path
}

/** Media files of one folder by their names without extension, in small letters. */
type ByName = ReadonlyMap<string, string>

function mediaByName(paths: readonly string[]): ByName {
  const names = new Map<string, string>()
  for (const path of paths) {
    const name = nameOf(path).toLowerCase()
    if (!names.has(name)) names.set(name, path)
  }
  return names
}

const firstOf = (name: string, places: readonly ByName[]) =>
  places.map((place) => place.get(name)).find((path) => path !== undefined)

/** The longest name that the subtitle's name is or goes on from. */
function ownerOf(name: string, places: readonly ByName[]): string | undefined {
  for (let end = name.length; end > 0; end = name.lastIndexOf('.', end - 1)) {
    const path = firstOf(name.slice(0, end), places)
    if (path !== undefined) return path
  }
  return undefined
}

function onlyOne(places: readonly ByName[]): string | undefined {
  const [first, ...others] = places.flatMap((place) => [...place.values()])
  return others.length === 0 ? first : undefined
}

const nameOf = (path: string) => stem(path.slice(path.lastIndexOf('/') + 1))
const folderOf = (path: string) => path.slice(0, Math.max(0, path.lastIndexOf('/')))

function flagsOf(rest: string): Pick<Sidecar, 'language' | 'isForced' | 'isHearingImpaired'> {
  const { language, isForced, isHearingImpaired } = subtitleWords(rest)
  return { language, isForced, isHearingImpaired }
}
