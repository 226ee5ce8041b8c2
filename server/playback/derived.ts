// What was made from files and kept as blobs (seek-bar pictures, fonts, subtitles): under the file's key, until the file is forgotten.
import { createHash } from 'node:crypto'
import type { Blobs } from '../platform/blobs/blobs.ts'
import { contentHash } from './asset.ts'

/** A new number when what is kept of the same file comes to be other bytes; the old goes with the next sweep. */
const VERSIONS = { previews: 1, fonts: 1, subtitles: 1 } as const
type Kind = keyof typeof VERSIONS
const KINDS = Object.keys(VERSIONS) as Kind[]

/** Where what is made of a file's contents is kept. */
export const derivedFolder = (kind: Kind, identity: string): string => {
  const hash = createHash('sha256').update(JSON.stringify([VERSIONS[kind], identity]))
  return `${kind}/${hash.digest('hex').slice(0, 32)}`
}

/** Every folder of blobs that holds something made of a file's contents; of segments the part before the dash. */
export const foldersOf = (identity: string): string[] => [
  `segments/${contentHash(identity)}`,
  ...KINDS.map((kind) => derivedFolder(kind, identity)),
]

export type SweepDeps = {
  blobs: Pick<Blobs, 'list' | 'remove'>
  /** Of every file that is known, also of those that are away just now. */
  identities: () => AsyncIterable<{ identity: string }>
}

/** Removes what belongs to no file any more: replaced, deleted for good, or of a library that was removed. */
export async function sweepDerived({ blobs, identities }: SweepDeps): Promise<number> {
  // Listed before the files are: what is made of a new file meanwhile is not among these.
  const orphans = new Map<string, string[]>()
  for (const kind of KINDS)
    for await (const { key } of blobs.list(`${kind}/`)) {
      const folder = key.split('/').slice(0, 2).join('/')
      const known = orphans.get(folder)
      if (known) known.push(key)
      else orphans.set(folder, [key])
    }
  if (orphans.size === 0) return 0
  for await (const { identity } of identities())
    for (const kind of KINDS) orphans.delete(derivedFolder(kind, identity))
  const keys = [...orphans.values()].flat()
  for (const key of keys) await blobs.remove(key)
  return keys.length
}
