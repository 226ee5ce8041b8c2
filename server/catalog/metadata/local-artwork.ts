// Pictures that lie beside the media, named as Kodi, Jellyfin and Plex name them: they are shown before any other.
import { lstat, readFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Artwork } from '#shared/api/catalog.ts'
import { type LibraryFile, isVideoName, placementOf, showFolderOf } from '../../library/library.ts'
import { entriesOf, onDisk } from '../../platform/path-text.ts'
import type { ArtworkStore } from '../artwork.ts'
import type { TitleRow } from '../store.ts'
import type { MetadataStore } from '../store-metadata.ts'

type Side = 'poster' | 'backdrop'
/** Names without extension, the most telling first. */
type Names = Record<Side, readonly string[]>

const MAX_BYTES = 20 * 2 ** 20
/** A folder of more entries than this is nobody's own; what lies beyond is not looked at. */
const MAX_ENTRIES = 5_000
const KEPT_LISTINGS = 32
const LISTING_MS = 10_000
const SIDES = ['poster', 'backdrop'] as const
const BESIDE = 'beside '
const EXTENSION = /\.(?:jpe?g|png|webp)$/i

const FOLDER: Names = {
  poster: ['poster', 'folder', 'cover', 'movie', 'show', 'default'],
  backdrop: ['fanart', 'backdrop', 'background', 'art'],
}
const both = (names: readonly string[]): Names => ({ poster: names, backdrop: names })
const stemOf = (name: string): string => name.replace(/\.[^.]*$/, '')

/** Of the files in a folder, the one that the first of the wanted names has (pure). */
export function choose(files: readonly string[], wanted: readonly string[]): string | null {
  const pictures = new Map(
    files.filter((f) => EXTENSION.test(f)).map((f) => [stemOf(f).toLowerCase(), f] as const),
  )
  for (const name of wanted) {
    const found = pictures.get(name.toLowerCase())
    if (found !== undefined) return found
  }
  return null
}

const withEnd = (stem: string): Names => ({
  poster: [`${stem}-poster`, stem],
  backdrop: [`${stem}-fanart`, `${stem}-backdrop`],
})

const ofSeason = (number: number): Names => {
  const words = number === 0 ? ['season-specials', 'season00'] : [`season${String(number).padStart(2, '0')}`]
  return {
    poster: words.flatMap((word) => [`${word}-poster`, word]),
    backdrop: words.map((word) => `${word}-fanart`),
  }
}

const sourceIn = (artwork: string | null): string | undefined =>
  artwork === null ? undefined : (JSON.parse(artwork) as Artwork & { source?: string }).source

/** What a picture's bytes are known by: another file under its name is another picture. Null: nothing to be read. */
async function sourceOf(path: string): Promise<string | null> {
  const stat = await lstat(onDisk(path)).catch(() => null)
  if (!stat?.isFile() || stat.size === 0 || stat.size > MAX_BYTES) return null
  return `${BESIDE}${basename(path)} ${stat.size} ${Math.trunc(stat.mtimeMs)}`
}

export type LocalArtworkDeps = {
  store: Pick<MetadataStore, 'fileIds'>
  artwork: Pick<ArtworkStore, 'fromImage'>
  fileById: (id: string) => Promise<LibraryFile | null>
  nowMs: () => number
}

/** Artwork as JSON for each side that has a picture beside the files; null: there was one, and it is gone. */
export type Beside = Partial<Record<Side, string | null>>

export function createLocalArtwork({ store, artwork, fileById, nowMs }: LocalArtworkDeps) {
  const listings = new Map<string, { names: string[]; readAtMs: number }>()

  /** Names in a folder; many titles of one folder are asked about together, so that a listing is kept for a moment. */
  async function list(folder: string): Promise<readonly string[]> {
    const kept = listings.get(folder)
    if (kept && nowMs() - kept.readAtMs < LISTING_MS) return kept.names
    const files = (await entriesOf(folder)).filter((entry) => entry.isFile())
    const names = files.slice(0, MAX_ENTRIES).map(({ name }) => name)
    listings.delete(folder)
    listings.set(folder, { names, readAtMs: nowMs() })
    for (const oldest of [...listings.keys()].slice(0, -KEPT_LISTINGS)) listings.delete(oldest)
    return names
  }

  /** A folder is a film's own when no other film lies in it: only then does its `poster.jpg` speak of the film. */
  function isOwn(file: LibraryFile, names: readonly string[]): boolean {
    if (!file.relativePath.includes('/') || names.length >= MAX_ENTRIES) return false
    const identity = placementOf(file.relativePath, file.libraryKind)?.identity
    return names.filter(isVideoName).every((name) => {
      const other = placementOf(`${dirname(file.relativePath)}/${name}`, file.libraryKind)
      return other === null || other.identity === identity
    })
  }

  /** Where to look and for which names, the nearest first. */
  async function places({ kind, season_number }: TitleRow, file: LibraryFile) {
    const here = dirname(file.path)
    const stem = stemOf(basename(file.path))
    if (kind === 'movie')
      return [
        { folder: here, names: withEnd(stem) },
        ...(isOwn(file, await list(here)) ? [{ folder: here, names: FOLDER }] : []),
      ]
    if (kind === 'episode') return [{ folder: here, names: both([`${stem}-thumb`, stem]) }]
    const folders = file.relativePath.split('/').slice(0, -1)
    const showName = showFolderOf(folders)
    if (showName === undefined) return []
    const above = folders.slice(folders.lastIndexOf(showName) + 1)
    const showFolder = join(here, ...above.map(() => '..'))
    if (kind === 'show') return [{ folder: showFolder, names: FOLDER }]
    const names = ofSeason(season_number ?? 0)
    const isApart = above.length > 0
    return [
      { folder: showFolder, names },
      ...(isApart ? [names, FOLDER].map((some) => ({ folder: here, names: some })) : []),
    ]
  }

  async function pathsOf(title: TitleRow, file: LibraryFile): Promise<Record<Side, string | null>> {
    const found: Record<Side, string | null> = { poster: null, backdrop: null }
    for (const { folder, names } of await places(title, file)) {
      const files = await list(folder)
      for (const side of SIDES) {
        const name = choose(files, names[side])
        if (name !== null) found[side] ??= join(folder, name)
      }
    }
    return found
  }

  /** What is kept already is not read again: `source` says which bytes it was made of. */
  async function made(path: string, present: string | null): Promise<string | null> {
    const source = await sourceOf(path)
    if (source === null || sourceIn(present) === source) return source && present
    const bytes = await readFile(onDisk(path)).catch(() => null)
    return bytes && artwork.fromImage(bytes, source)
  }

  return {
    async ofTitle(title: TitleRow): Promise<Beside> {
      const [fileId] = await store.fileIds(title.id, 1)
      const file = fileId === undefined ? null : await fileById(fileId)
      // An unplugged disk takes no picture away.
      const paths = file && !file.offline ? await pathsOf(title, file).catch(() => null) : null
      if (paths === null) return {}
      const beside: Beside = {}
      for (const side of SIDES) {
        const path = paths[side]
        const picture = path && (await made(path, title[side]))
        if (picture !== null) beside[side] = picture
        else if (sourceIn(title[side])?.startsWith(BESIDE)) beside[side] = null
      }
      return beside
    },
  }
}
