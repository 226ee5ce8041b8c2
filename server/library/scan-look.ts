// The first half of a scan: walks one folder beside its rows and writes down what differs, batch by batch.
import { join } from 'node:path'
import type { ScanProgress } from '#shared/api/library.ts'
import { fingerprintOf } from '../media/fingerprint.ts'
import { sleep } from '../platform/async.ts'
import { readablePath } from '../platform/path-text.ts'
import { newId } from '../platform/ids.ts'
import { compare, type Pair, type Step } from './changes.ts'
import type { ScanDeps, ScanRun } from './scan-run.ts'
import type { Sidecar } from './sidecars.ts'
import { batches, INSERT_ROWS } from './store-batches.ts'
import type { SeenFile } from './walked.ts'
import { seenFile } from './walk-sync.ts'

export type Folder = { id: string; path: string; state: string }

/** What a walk found, in numbers: the rows themselves say which files they are. */
export type Found = {
  folder: Folder
  filesSeen: number
  rowsBefore: number
  onlineBefore: number
  /** Of those that were online. */
  missed: number
  /** The folder itself cannot be listed. */
  isUnreachable: boolean
  isGrowing: boolean
}

/** Files with another place on disk and the same contents, after which a file system's numbers are no evidence. */
const VAIN_LOOKS = 32
/** Unreadable folders that are named. */
const MOST_TOLD = 20

export async function lookAt(
  deps: ScanDeps & { settleMs: number },
  run: ScanRun,
  folder: Folder,
  report: () => void,
): Promise<Found> {
  const { store, clock, settleMs } = deps
  const place = { folderId: folder.id, subPath: run.subPath }
  const found: Found = {
    folder,
    filesSeen: 0,
    rowsBefore: 0,
    onlineBefore: 0,
    missed: 0,
    isUnreachable: false,
    isGrowing: false,
  }
  // Only those of the last seconds: however large the library, few are held here.
  const young: { file: SeenFile; pair: Pair | null }[] = []
  let sidecars: Sidecar[] = []
  const startedAtMs = clock.nowMs()
  const isOld = ({ modifiedAtMs }: SeenFile) => Math.abs(clock.nowMs() - modifiedAtMs) >= settleMs
  const add = async (files: readonly SeenFile[]) => {
    for (const some of batches(files, INSERT_ROWS))
      await store.addFiles(some.map((file) => newRow(run.libraryId, folder.id, file, startedAtMs)))
    run.progress.filesAdded += files.length
  }
  const change = async (pairs: readonly Pair[]) => {
    await store.changeFiles(pairs)
    run.progress.filesChanged += pairs.length
  }
  const swapped = createSwapCheck(folder.path)

  const write = async (step: Step) => {
    for (const file of step.added) if (!isOld(file)) young.push({ file, pair: null })
    for (const pair of step.changed) if (!isOld(pair.file)) young.push({ file: pair.file, pair })
    await add(step.added.filter(isOld))
    await change(step.changed.filter(({ file }) => isOld(file)))
    const { other, same } = await swapped(step.doubtful)
    await change(other)
    await store.changeInodes(same)
    const back = [...step.back, ...same.map(({ row }) => row).filter((row) => row.isOffline || row.isMissed)]
    await store.markBack(back.map(({ id }) => id))
    const online = step.missed.filter((row) => !row.isOffline)
    found.missed += online.length
    if (found.isUnreachable) await store.markAway(online.map(({ id }) => id))
    else await store.markMissed(step.missed.filter((row) => !row.isMissed).map(({ id }) => id))
    await store.removeSidecars(step.sidecarsGone.map(({ id }) => id))
    sidecars = await store.addSidecars(folder.id, [...sidecars, ...step.sidecarsAdded])
  }

  const known = { files: store.known(place), sidecars: store.knownSidecars(place) }
  for await (const step of compare(known, deps.walk(folder.path, run.subPath, run.signal))) {
    run.signal?.throwIfAborted()
    found.filesSeen += step.filesSeen
    found.rowsBefore += step.rowsPassed
    found.onlineBefore += step.onlinePassed
    if (step.unreadable.includes('')) found.isUnreachable = true
    noteUnreadable(run.progress, folder.path, step.unreadable)
    await write(step)
    run.progress.filesSeen += step.filesSeen
    deps.onFiles('seen', step.filesSeen)
    report()
  }
  if (young.length > 0) {
    await sleep(settleMs, run.signal)
    for (const { file, pair } of young) {
      const now = seenFile(folder.path, file.relativePath)
      if (!now) continue
      const isStill = now.sizeBytes === file.sizeBytes && now.modifiedAtMs === file.modifiedAtMs
      // It is there, so it is not gone; its new contents count when it is still.
      if (!isStill || now.sizeBytes === 0) found.isGrowing = true
      else if (pair) await change([{ row: pair.row, file: now }])
      else await add([now])
    }
    await store.addSidecars(folder.id, sidecars)
  }
  return found
}

/** For the administrator, as people read paths. */
function noteUnreadable(progress: ScanProgress, root: string, paths: readonly string[]): void {
  // A whole library folder that cannot be read has its own message.
  const below = paths.filter((path) => path !== '').map((path) => readablePath(join(root, path)))
  if (below.length > 0) progress.unreadable = [...(progress.unreadable ?? []), ...below].slice(0, MOST_TOLD)
}

/**
 * Two files of one size and time that swapped their names look alike but for their numbers on disk: their contents
 * are compared. File systems that give out new numbers every time are believed after a few such looks.
 */
function createSwapCheck(root: string) {
  let vain = 0
  return async (pairs: readonly Pair[]): Promise<{ other: Pair[]; same: Pair[] }> => {
    const [other, same]: [Pair[], Pair[]] = [[], []]
    for (const pair of pairs) {
      const { row, file } = pair
      const isWorth = row.fingerprint !== '' && vain < VAIN_LOOKS
      const now = isWorth ? await fingerprintOf(join(root, file.relativePath)).catch(() => null) : null
      if (now !== null && now !== row.fingerprint) other.push(pair)
      else if (isWorth) {
        vain += 1
        same.push(pair)
      } else if (row.isOffline || row.isMissed) same.push(pair)
    }
    return { other, same }
  }
}

const newRow = (libraryId: string, folderId: string, file: SeenFile, nowMs: number) => ({
  id: newId(),
  library_id: libraryId,
  folder_id: folderId,
  relative_path: file.relativePath,
  size_bytes: file.sizeBytes,
  modified_at_ms: file.modifiedAtMs,
  inode: file.inode,
  fingerprint: '',
  state: 'new',
  is_offline: 0,
  gone_at_ms: null,
  reason: null,
  added_at_ms: nowMs,
  container: null,
  duration_seconds: null,
  bitrate_bps: null,
  is_announced: 0,
  sighting: 'arrived',
})
