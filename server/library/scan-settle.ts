// After the walk: files that moved keep their rows, and what is gone goes offline, unless a whole disk seems to be away.
import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { fingerprintOf } from '../media/fingerprint.ts'
import { entriesOf, onDisk } from '../platform/path-text.ts'
import { looksUnmounted } from './changes.ts'
import type { Found } from './scan-look.ts'
import type { ScanDeps, ScanRun } from './scan-run.ts'
import type { LibraryStore } from './store.ts'
import type { Alike, Move } from './store-scan.ts'

/** Stands for the contents of a file that cannot be read: like no other's, and not asked again. */
const UNREADABLE = 'unreadable'

/**
 * A file that came and one that is missed are the same where number on disk, size and time agree; or size and
 * fingerprint, where only one missed file has them. Rows are asked by index, so that no list of them is held.
 */
export async function settleMoves(store: LibraryStore, run: ScanRun, parts: readonly Found[]): Promise<void> {
  if (run.progress.filesAdded === 0 && !(await store.hasArrived(run.libraryId))) return
  const away = parts.filter(({ isUnreachable }) => isUnreachable).map(({ folder }) => folder.id)
  const take = async (moves: readonly Move[]) => {
    const left = await store.move(oneEach(moves))
    run.progress.filesMoved += left.length
    run.progress.filesAdded = Math.max(0, run.progress.filesAdded - left.length)
    for (const row of left) {
      const part = parts.find(({ folder }) => folder.id === row.folder_id)
      if (!part || row.is_offline === 1) continue
      part.missed -= 1
      part.onlineBefore -= 1
    }
  }
  const settle = async (ids: readonly string[]) => {
    run.signal?.throwIfAborted()
    await take(await store.moves(run.libraryId, ids, 'inode'))
    for (;;) {
      const files = await store.unread(run.libraryId, ids)
      if (files.length === 0) break
      const read = files.map(async ({ id, path }) => ({
        id,
        fingerprint: await fingerprintOf(path).catch(() => UNREADABLE),
      }))
      await store.setFingerprints(await Promise.all(read))
    }
    await take(await store.moves(run.libraryId, ids, 'content'))
  }
  for await (const ids of store.missed(run.libraryId, away)) await settle(ids)
  for await (const alike of store.alikeElsewhere(run.libraryId)) {
    const ids = await leftOf(alike)
    await store.markMissed(ids)
    await settle(ids)
  }
}

/** Those that are no longer where another library had them, which was not looked at since. */
async function leftOf(files: readonly Alike[]): Promise<string[]> {
  const ids: string[] = []
  for (const [folder, some] of Map.groupBy(files, (file) => file.folder)) {
    // An empty mount point: the disk is away, and nobody knows what is on it.
    const isThere = await entriesOf(folder).then(
      (entries) => entries.length > 0,
      () => false,
    )
    if (!isThere) continue
    for (const { id, relativePath } of some)
      await access(onDisk(join(folder, relativePath))).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') ids.push(id)
      })
  }
  return ids
}

/** Of several copies the first takes the place of the one that is gone. */
function oneEach(moves: readonly Move[]): Move[] {
  const taken = new Set<string>()
  return moves.filter(({ goneId, arrivedId }) => {
    if (taken.has(goneId) || taken.has(arrivedId)) return false
    taken.add(goneId).add(arrivedId)
    return true
  })
}

/** Gone is not deleted: rows go offline. A folder that looks unmounted starts no time of grace until somebody says so. */
export async function settleGone({ store, clock, log }: ScanDeps, run: ScanRun, part: Found): Promise<void> {
  const { folder, isUnreachable, missed, filesSeen, rowsBefore, onlineBefore } = part
  const place = { folderId: folder.id, subPath: run.subPath }
  const isAway =
    isUnreachable ||
    (!run.acceptVanished && looksUnmounted(onlineBefore, missed, filesSeen)) ||
    // Still as empty as when it went away.
    (!run.acceptVanished && folder.state === 'unavailable' && rowsBefore > 0 && filesSeen === 0)
  if (isAway) {
    await store.settleMissed(place, { sinceMs: null, alsoOffline: false })
    if (folder.state !== 'unavailable') await store.setFolderState(folder.id, 'unavailable')
    if (isUnreachable)
      run.progress.message = `The folder ${folder.path} cannot be read. Its files are kept until it is back.`
    else
      run.progress.message = `${missed || rowsBefore} of ${rowsBefore} files vanished at once from ${folder.path}: is a disk unplugged? They are kept. Scan again when it is back, or accept that they are gone.`
    log.warn({ folder: folder.path, gone: missed }, 'a folder looks unmounted')
  } else {
    await store.settleMissed(place, { sinceMs: clock.nowMs(), alsoOffline: run.acceptVanished })
    if (folder.state !== 'available' && run.subPath === '') await store.setFolderState(folder.id, 'available')
  }
  run.progress.filesGone += missed
}
