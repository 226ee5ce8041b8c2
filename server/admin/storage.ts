// What fills the storage: by kind, and by title what was made of its files; counted when an operator asks, not while films play.
import type { Storage } from '#shared/api/admin-storage.ts'
import { createSingleFlight } from '../platform/async.ts'
import type { Blobs } from '../platform/blobs/blobs.ts'
import { Problem } from '../platform/problem.ts'

export type StorageDeps = {
  blobs: Pick<Blobs, 'list' | 'freeBytes'>
  databaseBytes: () => Promise<number>
  /** Most bytes of segments. */
  budgetBytes: () => number
  /** Every known file with what names its contents. */
  files: () => AsyncIterable<{ fileId: string; identity: string }>
  /** Where what is made of such contents lies. */
  foldersOf: (identity: string) => readonly string[]
  titlesOfFiles: (fileIds: readonly string[]) => Promise<readonly { file_id: string; title_id: string }[]>
  /** What each is about, by name. */
  subjects: (asked: readonly unknown[]) => Promise<(string | null)[]>
  /** Removes segments that nobody watches, all or those made of some contents; says how many bytes that were. */
  evict: (identities?: readonly string[]) => Promise<number>
  nowMs: () => number
}

type Tally = { bytes: number; count: number }
/** What one title, or a file without one, takes. */
type Owner = { about: { titleId: string } | { fileId: string }; identities: string[] } & Tally & {
    segmentBytes: number
  }
type Counted = { atMs: number; kinds: Map<string, Tally>; owners: Map<string, Owner> }

/** Listing a large store takes seconds and costs money: figures are this old at most. */
const KEPT_MS = 60_000
const MOST_TITLES = 50

const add = (all: Map<string, Tally>, name: string, bytes: number): void => {
  const tally = all.get(name) ?? { bytes: 0, count: 0 }
  tally.bytes += bytes
  tally.count++
  all.set(name, tally)
}

export function createStorage(deps: StorageDeps) {
  const { blobs, nowMs } = deps
  const once = createSingleFlight<Counted>()
  let last: Counted | null = null

  async function count(): Promise<Counted> {
    const kinds = new Map<string, Tally>()
    const folders = new Map<string, Tally>()
    for await (const { key, sizeBytes } of blobs.list('')) {
      const [kind = '', folder = ''] = key.split('/')
      add(kinds, kind, sizeBytes)
      // Of segments only what stands before the dash: all renditions of a file's contents.
      add(folders, `${kind}/${folder.split('-')[0]}`, sizeBytes)
    }
    kinds.set('database', { bytes: await deps.databaseBytes(), count: 1 })
    return { atMs: nowMs(), kinds, owners: await ownersOf(folders) }
  }

  async function ownersOf(folders: Map<string, Tally>): Promise<Map<string, Owner>> {
    const found: { fileId: string; identity: string; tallies: [string, Tally][] }[] = []
    for await (const { fileId, identity } of deps.files()) {
      const tallies = deps.foldersOf(identity).flatMap((folder): [string, Tally][] => {
        const tally = folders.get(folder)
        // Two files of the same bytes share what was made: it is counted once.
        folders.delete(folder)
        return tally ? [[folder, tally]] : []
      })
      if (tallies.length > 0) found.push({ fileId, identity, tallies })
    }
    const links = await deps.titlesOfFiles(found.map(({ fileId }) => fileId))
    const titles = new Map(links.map((link) => [link.file_id, link.title_id]))
    const owners = new Map<string, Owner>()
    for (const { fileId, identity, tallies } of found) {
      const titleId = titles.get(fileId)
      const id = titleId ?? fileId
      const owner = owners.get(id) ?? {
        about: titleId === undefined ? { fileId } : { titleId },
        identities: [],
        bytes: 0,
        count: 0,
        segmentBytes: 0,
      }
      owner.identities.push(identity)
      for (const [folder, tally] of tallies) {
        owner.bytes += tally.bytes
        owner.count += tally.count
        if (folder.startsWith('segments/')) owner.segmentBytes += tally.bytes
      }
      owners.set(id, owner)
    }
    return owners
  }

  async function counted(): Promise<Counted> {
    if (last && nowMs() - last.atMs < KEPT_MS) return last
    return once('', async () => (last = await count()))
  }

  return {
    async report(): Promise<Storage> {
      const { atMs, kinds, owners } = await counted()
      const largest = [...owners].toSorted(([, a], [, b]) => b.bytes - a.bytes).slice(0, MOST_TITLES)
      const names = await deps.subjects(largest.map(([, { about }]) => about))
      return {
        countedAtMs: atMs,
        budgetBytes: deps.budgetBytes(),
        freeBytes: await blobs.freeBytes().catch(() => null),
        kinds: [...kinds]
          .map(([kind, tally]) => ({ kind, ...tally }))
          .toSorted((a, b) => b.bytes - a.bytes || (a.kind < b.kind ? -1 : 1)),
        titles: largest.map(([id, { bytes, segmentBytes }], n) => ({
          id,
          name: names[n] ?? null,
          bytes,
          segmentBytes,
        })),
      }
    },

    /** Of everything, or of one that the report names. */
    async evict(id?: string): Promise<{ freedBytes: number }> {
      const identities = id === undefined ? undefined : (await counted()).owners.get(id)?.identities
      if (id !== undefined && !identities) throw new Problem('not-found', 'Nothing is kept of this title.')
      const freedBytes = await deps.evict(identities)
      last = null
      return { freedBytes }
    },
  }
}
export type StorageReports = ReturnType<typeof createStorage>
