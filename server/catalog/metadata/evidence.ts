// What is known of a title from here: its files' names, their running times, and the NFO files beside them.
import { open } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type LibraryFile, type Placement, placementOf } from '../../library/library.ts'
import { onDisk } from '../../platform/path-text.ts'
import type { MetadataStore } from '../store-metadata.ts'
import type { Evidence } from './match.ts'
import { MAX_NFO_BYTES, type Nfo, readNfo } from './nfo.ts'

export type Known = {
  evidence: Evidence
  nfo: Nfo | null
  /** What the title is called when nothing is known but its files. */
  placement: Placement
}

/** A few files say what a series is; reading all of a thousand would not say more. */
const MAX_FILES = 12
const MAX_EPISODES = 2_000

async function nfoAt(path: string): Promise<Nfo | null> {
  try {
    await using file = await open(onDisk(path), 'r')
    const { size } = await file.stat()
    if (size === 0 || size > MAX_NFO_BYTES) return null
    const { buffer, bytesRead } = await file.read(Buffer.alloc(size), 0, size, 0)
    return readNfo(buffer.subarray(0, bytesRead))
  } catch {
    // Most titles have none; one that cannot be read says as little.
    return null
  }
}

/** Beside the file or above it, never above the library's folder. */
function nfoPaths(file: LibraryFile, kind: 'movie' | 'tv'): string[] {
  if (kind === 'movie')
    return [file.path.replace(/\.[^./]*$/, '') + '.nfo', join(dirname(file.path), 'movie.nfo')]
  const depth = file.relativePath.split('/').length - 1
  const folders = [dirname(file.path), dirname(dirname(file.path))].slice(0, depth)
  return folders.map((folder) => join(folder, 'tvshow.nfo'))
}

export const episodeNfo = (file: LibraryFile): Promise<Nfo | null> =>
  nfoAt(file.path.replace(/\.[^./]*$/, '') + '.nfo')

/** `Title - Subtitle`, `Title: Subtitle`, `Name aka Other`: what a title may be called in short. */
const shorter = (name: string): string[] =>
  [name.split(/ (?:aka|a\.k\.a\.) /i)[0], name.split(/ - |: /)[0]].flatMap((part) =>
    part !== undefined && part !== name && part.length >= 3 ? [part] : [],
  )

export type EvidenceDeps = {
  store: MetadataStore
  fileById: (id: string) => Promise<LibraryFile | null>
}

/** Null when the title has no files any more. */
export async function gatherEvidence(
  { store, fileById }: EvidenceDeps,
  title: { id: string; kind: string },
): Promise<Known | null> {
  const kind = title.kind === 'show' ? 'tv' : 'movie'
  const ids = await store.fileIds(title.id, MAX_FILES)
  const files = (await Promise.all(ids.map(fileById))).filter((f) => f !== null)
  const placed = files.flatMap((file) => {
    const placement = placementOf(file.relativePath, file.libraryKind)
    return placement ? [{ file, placement }] : []
  })
  const [first] = placed
  if (!first) return null
  const nfos = [...new Set(files.flatMap((file) => nfoPaths(file, kind)))]
  let nfo: Nfo | null = null
  for (const path of nfos) {
    nfo = await nfoAt(path)
    if (nfo !== null && nfo.kind !== 'episode') break
    nfo = null
  }
  const said = placed.map((p) => p.placement)
  const names = [nfo?.title, nfo?.originalTitle, ...said.map((p) => p.name)].filter((n) => n != null)
  const durations = files.map((f) => f.media?.durationSeconds ?? 0)
  const isInParts = said.some((p) => p.part !== null)
  const below = kind === 'tv' ? await store.below(title.id) : []
  return {
    placement: first.placement,
    nfo,
    evidence: {
      kind,
      names: [...new Set([...names, ...names.flatMap(shorter)])].slice(0, 8),
      year: nfo?.year ?? said.map((p) => p.year).find((y) => y !== null) ?? null,
      durationSeconds:
        kind === 'tv'
          ? null
          : (isInParts ? durations.reduce((a, b) => a + b, 0) : Math.max(...durations)) || null,
      episodes: below
        .flatMap((e) =>
          e.kind === 'episode' && e.season_number !== null && e.episode_number !== null
            ? [{ season: e.season_number, number: e.episode_number }]
            : [],
        )
        .slice(0, MAX_EPISODES),
      ids: Object.assign({}, nfo?.ids, ...said.toReversed().map((p) => p.ids)) as Evidence['ids'],
    },
  }
}
