// One scan run: walk, compare, write rows, probe what is new, tell the catalogue. Every step can be run again.
import { join } from 'node:path'
import type { ScanProgress } from '#shared/api/library.ts'
import { fingerprintOf } from '../media/fingerprint.ts'
import type { Description } from '../media/media-engine.ts'
import { createLimiter, sleep } from '../platform/async.ts'
import type { Clock } from '../platform/clock.ts'
import { newId } from '../platform/ids.ts'
import type { Log } from '../platform/log.ts'
import { changesOf, isSame, looksUnmounted, movesOf, type KnownFile } from './changes.ts'
import { sidecarsOf } from './sidecars.ts'
import type { FileRow, LibraryStore, ProbeResult } from './store.ts'
import { type SeenFile, walk } from './walk.ts'
import { seenFile } from './walk-sync.ts'

/** A file touched this recently may still be growing: it is looked at twice. */
const SETTLE_MS = 2000
/** How long a gone file's row, and with it its id and streams, is kept. */
const GRACE_MS = 30 * 24 * 3_600_000
/** Files per message to a worker and per transaction: seen soon, and neither blocks the server. */
const PROBE_BATCH = 16
const PENDING_PAGE = 512
const ANNOUNCE_BATCH = 200

export type ScanDeps = {
  store: LibraryStore
  describe: (paths: readonly string[], signal?: AbortSignal) => Promise<Description[]>
  /** Probes at once: the number of media workers. */
  probeConcurrency: number
  clock: Clock
  log: Log
  /** The catalogue's ear: files that are new, changed, moved, gone or back, as they are now. May be called again with the same. */
  announce: (files: readonly FileRow[]) => Promise<void>
  onFiles: (what: 'seen' | 'probed' | 'broken', count: number) => void
  settleMs?: number
}

export type ScanRun = {
  libraryId: string
  subPath: string
  acceptVanished: boolean
  progress: ScanProgress
  /** Called when the progress may be worth storing or showing. */
  report: (progress: ScanProgress) => void
  signal?: AbortSignal
}

export type ScanEnd = {
  /** Some files were still growing, or went away between walk and probe. */
  isUnsettled: boolean
  /** Rows deleted for good: gone longer than the time of grace. */
  forgotten: number
}

export async function scan(deps: ScanDeps, run: ScanRun): Promise<ScanEnd> {
  const { store, clock } = deps
  const { progress } = run
  let isGrowing = false
  const startedAt = clock.monotonicMs()
  const report = () => {
    const seconds = (clock.monotonicMs() - startedAt) / 1000
    const done =
      progress.phase === 'probe' || progress.phase === 'done' ? progress.probesDone : progress.filesSeen
    progress.filesPerSecond = seconds > 0 ? Math.round((done / seconds) * 10) / 10 : 0
    run.report(progress)
  }

  progress.phase = 'walk'
  report()
  const roots = []
  for (const folder of await store.folders(run.libraryId)) {
    const found = await lookAt(deps, run, folder, report)
    isGrowing ||= found.isGrowing
    roots.push({ folder, ...found })
  }

  progress.phase = 'rows'
  report()
  const parts = roots.map((root) => ({ ...root, changes: changesOf(root.known, root.seen) }))
  // A film moved from one folder of the library to another is the same film: gone files are matched across folders.
  const gone = parts.flatMap(({ changes, isUnreachable, unreadable }) =>
    isUnreachable ? [] : changes.gone.filter((file) => !isBelow(file.relativePath, unreadable)),
  )
  const movedIds = new Set<string>()
  for (const part of parts) {
    const { changes, folder } = part
    const fingerprints = await fingerprintsOf(folder.path, changes.added, gone)
    const moves = movesOf(
      { added: changes.added, gone: gone.filter((file) => !movedIds.has(file.id)) },
      (file) => fingerprints.get(file.relativePath),
    )
    for (const { id } of moves.moved) movedIds.add(id)
    await store.moveFiles(
      moves.moved.map((move) => ({ ...move, folderId: folder.id, libraryId: run.libraryId })),
    )
    await store.addFiles(moves.added.map((file) => newRow(run.libraryId, folder.id, file, clock.nowMs())))
    await store.changeFiles(changes.changed)
    await store.markBack(changes.back)
    progress.filesAdded += moves.added.length
    progress.filesMoved += moves.moved.length
    progress.filesChanged += changes.changed.length
    run.signal?.throwIfAborted()
  }
  for (const part of parts) await settleGone(deps, run, part, movedIds)
  for (const part of parts) await storeSidecars(store, run, part)
  const forgotten = await store.forgetGoneBefore(run.libraryId, clock.nowMs() - GRACE_MS)
  report()
  if (roots.some(({ knownCount }) => knownCount > 0)) await announceAll(deps, run)

  progress.phase = 'probe'
  progress.probesTotal = await store.countPending(run.libraryId)
  report()
  const isStill = await probeAll(deps, run, report)

  progress.phase = 'identify'
  report()
  await announceAll(deps, run)
  return { isUnsettled: isGrowing || !isStill, forgotten }
}

type Folder = { id: string; path: string; state: string }
type Found = {
  /** Rows and files that differ: what is as it was is only counted. */
  known: KnownFile[]
  seen: SeenFile[]
  knownCount: number
  onlineBefore: number
  seenCount: number
  sidecars: string[]
  unreadable: string[]
  /** The folder itself cannot be listed. */
  isUnreachable: boolean
  isGrowing: boolean
}

async function lookAt(deps: ScanDeps, run: ScanRun, folder: Folder, report: () => void): Promise<Found> {
  const { subPath } = run
  const found: Found = {
    known: [],
    seen: [],
    knownCount: 0,
    onlineBefore: 0,
    seenCount: 0,
    sidecars: [],
    unreadable: [],
    isUnreachable: false,
    isGrowing: false,
  }
  const known = new Map<string, KnownFile>()
  for await (const page of deps.store.known(folder.id, subPath))
    for (const file of page) {
      known.set(file.relativePath, file)
      found.knownCount += 1
      if (!file.isOffline) found.onlineBefore += 1
    }
  const young: SeenFile[] = []
  const settleMs = deps.settleMs ?? SETTLE_MS
  for await (const one of walk(folder.path, subPath, run.signal)) {
    if (one.kind === 'unreadable') {
      // A part that was asked for and is not there is gone, not unreadable.
      const isAbsent = one.reason === 'ENOENT' && one.relativePath === subPath && subPath !== ''
      if (!isAbsent) {
        found.unreadable.push(one.relativePath)
        if (one.relativePath === '') found.isUnreachable = true
      }
      continue
    }
    if (one.kind === 'sidecar') found.sidecars.push(one.file.relativePath)
    if (one.kind !== 'media') continue
    run.progress.filesSeen += 1
    deps.onFiles('seen', 1)
    if (run.progress.filesSeen % 500 === 0) report()
    found.seenCount += 1
    const row = known.get(one.file.relativePath)
    // As it was: most files of most scans, so no more is done about them.
    if (row && !row.isOffline && isSame(row, one.file)) {
      known.delete(one.file.relativePath)
      continue
    }
    const isYoung = deps.clock.nowMs() - one.file.modifiedAtMs < settleMs
    if (isYoung) young.push(one.file)
    else found.seen.push(one.file)
  }
  if (young.length > 0) {
    await sleep(settleMs, run.signal)
    for (const file of young) {
      const now = seenFile(folder.path, file.relativePath)
      const isStill = now?.sizeBytes === file.sizeBytes && now.modifiedAtMs === file.modifiedAtMs
      if (now && isStill && now.sizeBytes > 0) found.seen.push(now)
      else if (now) {
        found.isGrowing = true
        // It is there, so it is not gone; its new contents count when it is still.
        known.delete(file.relativePath)
      }
    }
  }
  found.known = [...known.values()]
  return found
}

const isBelow = (path: string, folders: readonly string[]) =>
  folders.some((folder) => folder === '' || path === folder || path.startsWith(`${folder}/`))

/** Only files that could be a gone one are opened: those of a size that is missing somewhere. */
async function fingerprintsOf(root: string, added: readonly SeenFile[], gone: readonly KnownFile[]) {
  const sizes = new Set(gone.filter((file) => file.fingerprint).map((file) => file.sizeBytes))
  const found = new Map<string, string>()
  for (const { relativePath, sizeBytes } of added) {
    if (!sizes.has(sizeBytes)) continue
    const fingerprint = await fingerprintOf(join(root, relativePath)).catch(() => null)
    if (fingerprint) found.set(relativePath, fingerprint)
  }
  return found
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
})

/** Gone is not deleted: rows go offline. A folder that looks unmounted starts no time of grace until somebody says so. */
async function settleGone(
  { store, clock, log }: ScanDeps,
  run: ScanRun,
  part: Found & { folder: Folder; changes: { gone: KnownFile[] } },
  movedIds: ReadonlySet<string>,
): Promise<void> {
  const gone = part.changes.gone.filter(
    (file) => !movedIds.has(file.id) && (part.isUnreachable || !isBelow(file.relativePath, part.unreadable)),
  )
  const online =
    part.onlineBefore - part.known.filter((file) => !file.isOffline && movedIds.has(file.id)).length
  const newlyGone = gone.filter((file) => !file.isOffline)
  const isAway =
    part.isUnreachable ||
    (!run.acceptVanished && looksUnmounted(online, newlyGone.length, part.seenCount)) ||
    // Still as empty as when it went away.
    (!run.acceptVanished &&
      part.folder.state === 'unavailable' &&
      part.knownCount > 0 &&
      part.seenCount === 0)
  if (isAway) {
    await store.markOffline(
      newlyGone.map((file) => file.id),
      null,
    )
    if (part.folder.state !== 'unavailable') await store.setFolderState(part.folder.id, 'unavailable')
    run.progress.message = part.isUnreachable
      ? `The folder ${part.folder.path} cannot be read. Its files are kept until it is back.`
      : `${newlyGone.length || part.knownCount} of ${part.knownCount} files vanished at once from ${part.folder.path}: is a disk unplugged? They are kept. Scan again when it is back, or accept that they are gone.`
    log.warn({ folder: part.folder.path, gone: newlyGone.length }, 'a folder looks unmounted')
  } else {
    const counted = run.acceptVanished ? gone : newlyGone
    await store.markOffline(
      counted.map((file) => file.id),
      clock.nowMs(),
    )
    if (part.folder.state !== 'available' && run.subPath === '')
      await store.setFolderState(part.folder.id, 'available')
  }
  run.progress.filesGone += newlyGone.length
}

async function storeSidecars(
  store: LibraryStore,
  run: ScanRun,
  part: Found & { folder: Folder },
): Promise<void> {
  if (part.isUnreachable || (part.seenCount === 0 && part.knownCount > 0)) return
  if (part.sidecars.length === 0 && !(await store.hasSidecars(part.folder.id))) return
  const ids = new Map<string, string>()
  for await (const page of store.known(part.folder.id, run.subPath))
    for (const file of page) ids.set(file.relativePath, file.id)
  const rows = sidecarsOf(part.sidecars, [...ids.keys()]).flatMap((sidecar) => {
    const fileId = ids.get(sidecar.mediaPath)
    if (!fileId) return []
    return [
      {
        id: newId(),
        folder_id: part.folder.id,
        file_id: fileId,
        relative_path: sidecar.relativePath,
        format: sidecar.format,
        language: sidecar.language,
        is_forced: sidecar.isForced ? 1 : 0,
        is_hearing_impaired: sidecar.isHearingImpaired ? 1 : 0,
      },
    ]
  })
  await store.replaceSidecars(part.folder.id, run.subPath, rows)
}

/**
 * Rows say what is pending, so a scan cut off by a crash goes on here; no job per file, as a hundred thousand of them
 * cost more than the probes' own bookkeeping (docs/decisions/scan-batches.md). False when a file went away meanwhile.
 */
async function probeAll(deps: ScanDeps, run: ScanRun, report: () => void): Promise<boolean> {
  const { store } = deps
  const limit = createLimiter(deps.probeConcurrency)
  let isStill = true
  let afterId = ''
  let writing: Promise<void> = Promise.resolve()

  const write = async (results: ProbeResult[]) => {
    await store.saveProbes(results)
    const broken = results.filter((result) => 'reason' in result).length
    deps.onFiles('probed', results.length)
    deps.onFiles('broken', broken)
    run.progress.probesDone += results.length
    run.progress.filesBroken += broken
    report()
    await announceAll(deps, run)
  }
  const probe = async (files: readonly FileRow[]) => {
    const told = await deps.describe(
      files.map((file) => join(file.folder_path, file.relative_path)),
      run.signal,
    )
    const results = files.flatMap(({ id }, nth) => {
      const one = told[nth]
      // Gone since the walk: no word about its contents; the next scan finds it gone or under another name.
      if (!one) isStill = false
      return one ? [{ id, ...one }] : []
    })
    // Written in turn, while the workers go on with the next ones.
    writing = writing.then(() => write(results))
    await writing
  }
  for (;;) {
    run.signal?.throwIfAborted()
    const files = await store.pending(run.libraryId, afterId, PENDING_PAGE)
    if (files.length === 0) return isStill
    afterId = files.at(-1)?.id ?? afterId
    const batches = Array.from({ length: Math.ceil(files.length / PROBE_BATCH) }, (_, nth) =>
      files.slice(nth * PROBE_BATCH, (nth + 1) * PROBE_BATCH),
    )
    await Promise.all(batches.map((batch) => limit(() => probe(batch))))
  }
}

/** At least once: a crash between the two steps announces again. */
async function announceAll({ store, announce }: ScanDeps, run: ScanRun): Promise<void> {
  for (;;) {
    run.signal?.throwIfAborted()
    const files = await store.unannounced(run.libraryId, ANNOUNCE_BATCH)
    if (files.length === 0) return
    await announce(files)
    await store.markAnnounced(files.map((file) => file.id))
  }
}
