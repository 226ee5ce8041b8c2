// What is on disk against what the rows say: added, changed, moved, gone, back (pure).
import type { SeenFile } from './walk.ts'

export type KnownFile = SeenFile & { id: string; fingerprint: string; isOffline: boolean }

export type Changes = {
  added: SeenFile[]
  changed: { id: string; file: SeenFile }[]
  /** Offline until now, and here again as it was. */
  back: string[]
  gone: KnownFile[]
}

export const isSame = (row: KnownFile, file: SeenFile) =>
  row.sizeBytes === file.sizeBytes && row.modifiedAtMs === file.modifiedAtMs

export function changesOf(known: readonly KnownFile[], seen: readonly SeenFile[]): Changes {
  const missing = new Map(known.map((file) => [file.relativePath, file]))
  const changes: Changes = { added: [], changed: [], back: [], gone: [] }
  for (const file of seen) {
    const row = missing.get(file.relativePath)
    if (!row) changes.added.push(file)
    else {
      missing.delete(file.relativePath)
      if (!isSame(row, file)) changes.changed.push({ id: row.id, file })
      else if (row.isOffline) changes.back.push(row.id)
    }
  }
  changes.gone = [...missing.values()]
  return changes
}

export type Moves = { moved: { id: string; file: SeenFile }[]; added: SeenFile[]; gone: KnownFile[] }

/**
 * An added file that is a gone one under another name: the same inode, size and time; or the same size and
 * fingerprint, where only one of the gone files has them.
 */
export function movesOf(
  { added, gone }: Pick<Changes, 'added' | 'gone'>,
  fingerprintOf: (file: SeenFile) => string | undefined,
): Moves {
  const left = new Map(gone.map((file) => [file.id, file]))
  const byInode = new Map(gone.map((file) => [`${file.inode} ${file.sizeBytes} ${file.modifiedAtMs}`, file]))
  const byContent = Map.groupBy(
    gone.filter((file) => file.fingerprint),
    (file) => `${file.sizeBytes} ${file.fingerprint}`,
  )
  const moves: Moves = { moved: [], added: [], gone: [] }
  for (const file of added) {
    const same = byInode.get(`${file.inode} ${file.sizeBytes} ${file.modifiedAtMs}`)
    const alike = byContent.get(`${file.sizeBytes} ${fingerprintOf(file) ?? ''}`)
    const source = same ?? (alike?.length === 1 ? alike[0] : undefined)
    if (source && left.delete(source.id)) moves.moved.push({ id: source.id, file })
    else moves.added.push(file)
  }
  moves.gone = [...left.values()]
  return moves
}

/** More than this share gone at once looks like an unplugged disk; below the floor, like tidying up. */
const SUSPICIOUS_SHARE = 0.2
const SUSPICIOUS_FLOOR = 4

/** An empty mount point or an unplugged disk, rather than files that somebody deleted. */
export const looksUnmounted = (onlineBefore: number, gone: number, seen: number): boolean =>
  gone > 0 && (seen === 0 || (gone > SUSPICIOUS_FLOOR && gone > onlineBefore * SUSPICIOUS_SHARE))
