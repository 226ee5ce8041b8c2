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
  const byFolder = Map.groupBy(mediaPaths, folderOf)
  const found: Sidecar[] = []
  for (const relativePath of sidecarPaths) {
    const folder = folderOf(relativePath)
    const outer = folderOf(folder)
    // `Subs/Show.S01E01/2_English.srt`: a folder for each episode.
    const named = SUBTITLE_FOLDER.test(outer) ? folder.slice(outer.length + 1).toLowerCase() : null
    const above = SUBTITLE_FOLDER.test(folder) ? outer : named === null ? null : folderOf(outer)
    const beside = [...(byFolder.get(folder) ?? []), ...(above === null ? [] : (byFolder.get(above) ?? []))]
    const name = stem(relativePath.slice(folder ? folder.length + 1 : 0))
    const [mediaPath] = beside
      .filter((path) => {
        const media = stem(path.slice(path.lastIndexOf('/') + 1)).toLowerCase()
        return name.toLowerCase() === media || name.toLowerCase().startsWith(`${media}.`)
      })
      .toSorted((a, b) => b.length - a.length)
    const nested =
      named === null
        ? undefined
        : beside.find((path) => stem(path.slice(path.lastIndexOf('/') + 1)).toLowerCase() === named)
    const owner = mediaPath ?? nested ?? (above !== null && beside.length === 1 ? beside[0] : undefined)
    if (!owner) continue
    const media = stem(owner.slice(owner.lastIndexOf('/') + 1))
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

const folderOf = (path: string) => path.slice(0, Math.max(0, path.lastIndexOf('/')))

function flagsOf(rest: string): Pick<Sidecar, 'language' | 'isForced' | 'isHearingImpaired'> {
  const { language, isForced, isHearingImpaired } = subtitleWords(rest)
  return { language, isForced, isHearingImpaired }
}
