// Libraries and the files in them: add folders, scan, look files up.
import { join } from 'node:path'
import type { Library as LibraryView, LibraryKind, ScanProgress } from '#shared/api/library.ts'
import type { MediaEngine } from '../media/media-engine.ts'
import { createSingleFlight } from '../platform/async.ts'
import type { Clock } from '../platform/clock.ts'
import { newId } from '../platform/ids.ts'
import type { Log } from '../platform/log.ts'
import type { Metrics } from '../platform/metrics.ts'
import { readablePath } from '../platform/path-text.ts'
import { Problem } from '../platform/problem.ts'
import { createFolders } from './folders.ts'
import { fileOf, identityOf, type LibraryFile, mediaFileOf } from './library-file.ts'
import { isBelow } from './path-order.ts'
import { scan } from './scan.ts'
import { cleanSubPath, keyOf, newProgress, type ScanRequest } from './scan-request.ts'
import type { LibraryStore } from './store.ts'
import { createWalk } from './walk.ts'
import { watchFolders } from './watch.ts'

export { showFolderOf } from './file-name.ts'
export type { LibraryFile } from './library-file.ts'
export { type Placement, placementOf, sortKeyOf } from './placement.ts'
export { isVideoName } from './walk-sync.ts'

export type LibraryDeps = {
  store: LibraryStore
  engine: Pick<MediaEngine, 'describe' | 'keyframes'>
  probeConcurrency: number
  clock: Clock
  log: Log
  metrics: Metrics
  /** Hands a scan to the job queue; while one with this key waits or runs there is no second. */
  enqueueScan: (request: ScanRequest, options: { key: string; delayMs?: number }) => Promise<void>
  /** Scans that wait or run. */
  queuedScans: () => Promise<readonly ScanRequest[]>
  /** The catalogue's ear, with files as they are now: new, changed, moved, gone (`offline`) or back. */
  announce?: (files: readonly LibraryFile[]) => Promise<void>
  /** Folders may be chosen only below these; none: wherever the server may read. */
  folderRoots?: readonly string[]
  /** The titles that files play: one each, the first. */
  titlesOf?: (fileIds: readonly string[]) => Promise<readonly { file_id: string; title_id: string }[]>
  /** Rows of files were deleted for good: what hung on them may be swept. */
  onForgotten?: () => Promise<void>
  /** Every step of every scan, for the terminal. */
  onProgress?: (progress: ScanProgress, libraryName: string) => void
  settleMs?: number
}

const STORE_PROGRESS_EVERY_MS = 1000
/** A file that was being written, or went away under the scan, is looked at again after so long. */
const LOOK_AGAIN_MS = 15_000

export function createLibrary(deps: LibraryDeps) {
  const { store, engine, clock, log } = deps
  const files = deps.metrics.counter({
    name: 'mediaserver_library_files_total',
    help: 'Files seen, probed and found broken by scans.',
    labels: ['what'],
  })
  const walk = createWalk()
  const live = new Map<string, ScanProgress>()
  const line = new Map<string, Promise<void>>()
  const folders = createFolders(deps.folderRoots ?? [])
  const oneIndex = createSingleFlight<number[] | null>()

  async function existing(libraryId: string) {
    const row = await store.library(libraryId)
    if (!row) throw new Problem('library-not-found')
    return row
  }

  /** Scans of one library follow each other, whatever part of it they are for. */
  async function runScan(request: ScanRequest, signal?: AbortSignal): Promise<void> {
    const id = request.libraryId
    const before = line.get(id) ?? Promise.resolve()
    const turn = before.then(async () => {
      signal?.throwIfAborted()
      // Removed meanwhile: nothing is left to do.
      const library = await store.library(id)
      if (library) await scanNow(library, request, signal)
    })
    const settled = turn.catch(() => {})
    line.set(id, settled)
    try {
      await turn
    } finally {
      if (line.get(id) === settled) line.delete(id)
    }
  }

  /** What the scan before could not list, and a scan of this part does not look at. */
  async function unreadableElsewhere(libraryId: string, subPath = ''): Promise<string[]> {
    if (subPath === '') return []
    const parts = (await store.folders(libraryId)).map(({ path }) => readablePath(join(path, subPath)))
    const before = (await store.scan(libraryId))?.unreadable ?? []
    return before.filter((path) => !parts.some((part) => isBelow(path, part)))
  }

  async function scanNow(library: { id: string; name: string }, request: ScanRequest, signal?: AbortSignal) {
    const progress = newProgress(library.id)
    progress.startedAtMs = clock.nowMs()
    const stays = await unreadableElsewhere(library.id, request.subPath)
    if (stays.length > 0) progress.unreadable = stays
    live.set(library.id, progress)
    let storedAt = clock.monotonicMs()
    const report = (now: ScanProgress) => {
      deps.onProgress?.(now, library.name)
      if (clock.monotonicMs() - storedAt < STORE_PROGRESS_EVERY_MS) return
      storedAt = clock.monotonicMs()
      store.saveScan(now).catch((error: unknown) => log.warn({ err: error }, 'scan progress was not stored'))
    }
    try {
      // Before the walk: what is asked for from now on is another scan (see `startScan`).
      await store.saveScan(progress)
      const { isUnsettled, forgotten } = await scan(
        {
          store,
          walk,
          describe: (paths, stop) => engine.describe(paths, stop),
          probeConcurrency: deps.probeConcurrency,
          clock,
          log,
          announce: async (rows) => deps.announce?.(rows.map(fileOf)),
          onFiles: (what, count) => files.inc({ what }, count),
          ...(deps.settleMs !== undefined && { settleMs: deps.settleMs }),
        },
        {
          libraryId: library.id,
          subPath: request.subPath ?? '',
          acceptVanished: request.acceptVanished ?? false,
          progress,
          report,
          ...(signal && { signal }),
        },
      )
      progress.phase = 'done'
      if (forgotten > 0) await deps.onForgotten?.()
      if (isUnsettled) {
        progress.message ??=
          'Some files are still being written; they are looked at again when they are still.'
        const { acceptVanished: _, ...again } = request
        await deps.enqueueScan(again, { key: `${keyOf(again)} again`, delayMs: LOOK_AGAIN_MS })
      }
    } catch (error) {
      // Its rows went away under the scan.
      if (!(await store.library(library.id))) return
      progress.phase = 'failed'
      progress.message = 'The scan failed; see the log.'
      if (signal?.aborted) progress.message = 'The scan was stopped.'
      throw error
    } finally {
      progress.finishedAtMs = clock.nowMs()
      live.delete(library.id)
      if (await store.library(library.id)) await store.saveScan(progress)
      deps.onProgress?.(progress, library.name)
    }
  }

  async function viewOf(
    row: { id: string; name: string; kind: string },
    counts: Map<string, number>,
  ): Promise<LibraryView> {
    const rows = await store.folders(row.id)
    return {
      id: row.id,
      name: row.name,
      kind: row.kind as LibraryKind,
      folders: rows.map(({ path, state }) => ({
        path,
        state: state === 'unavailable' ? 'unavailable' : 'available',
      })),
      fileCount: counts.get(row.id) ?? 0,
      scan: live.get(row.id) ?? (await store.scan(row.id)),
    }
  }
  const view = async (id: string) => viewOf(await existing(id), await store.fileCounts())

  async function checkedFolders(paths: readonly string[], ownLibraryId: string | null): Promise<string[]> {
    const taken = (await store.folders()).filter((folder) => folder.library_id !== ownLibraryId)
    return folders.checked(
      paths,
      taken.map((folder) => folder.path),
    )
  }

  async function startScan(request: ScanRequest): Promise<ScanProgress> {
    await existing(request.libraryId)
    const { subPath, ...rest } = request
    const clean = subPath ? cleanSubPath(subPath) : ''
    const asked = clean === '' ? rest : { ...rest, subPath: clean }
    // The running scan may have passed the place already: what is asked for while it runs is a scan of its own.
    const newest = await store.scan(request.libraryId)
    await deps.enqueueScan(asked, { key: `${keyOf(asked)} ${newest?.startedAtMs ?? 0}` })
    return live.get(request.libraryId) ?? newProgress(request.libraryId)
  }

  async function file(fileId: string): Promise<LibraryFile | null> {
    const row = await store.file(fileId)
    return row && fileOf(row)
  }

  return {
    runScan,
    startScan,
    file,
    /** Without counting their files. */
    names: () => store.libraries(),
    list: async (): Promise<LibraryView[]> => {
      const counts = await store.fileCounts()
      return Promise.all((await store.libraries()).map((row) => viewOf(row, counts)))
    },
    async add({
      name,
      kind,
      folders: asked,
    }: {
      name: string
      kind: LibraryKind
      folders: readonly string[]
    }) {
      const paths = await checkedFolders(asked, null)
      const id = newId()
      await store.addLibrary(
        { id, name, kind, created_at_ms: clock.nowMs() },
        paths.map((path) => ({ id: newId(), path })),
      )
      await startScan({ libraryId: id })
      return view(id)
    },
    async change(id: string, values: { name?: string; kind?: LibraryKind; folders?: readonly string[] }) {
      await existing(id)
      const { folders: asked, ...names } = values
      const now = await store.folders(id)
      const paths = asked ? await checkedFolders(asked, id) : now.map((folder) => folder.path)
      const leaving = now.filter((one) => !paths.includes(one.path)).map((one) => one.id)
      // The catalogue hears of them while their rows can still be told.
      for (const folderId of leaving)
        for (let afterId = ''; ;) {
          const rows = await store.page({ folderId, afterId, limit: 500 })
          if (rows.length === 0) break
          afterId = rows.at(-1)?.id ?? afterId
          await deps.announce?.(rows.map((row) => ({ ...fileOf(row), offline: true })))
        }
      await store.changeLibrary(id, names, {
        add: paths
          .filter((path) => !now.some((one) => one.path === path))
          .map((path) => ({ id: newId(), path })),
        removeIds: leaving,
      })
      if (leaving.length > 0) await deps.onForgotten?.()
      if (asked) await startScan({ libraryId: id })
      return view(id)
    },
    async remove(id: string) {
      await existing(id)
      await store.removeLibrary(id)
      await deps.onForgotten?.()
    },
    /**
     * What a crash or a lost queue left behind: libraries with pending files or an unfinished scan are scanned again.
     * Not those whose scan the queue holds: one that runs is unfinished, too, and would be followed by another one for
     * ever. Nor those whose scan failed or was stopped: somebody wanted that, or has to look.
     */
    async resume(): Promise<void> {
      const inQueue = new Set((await deps.queuedScans()).map(({ libraryId }) => libraryId))
      for (const { id } of await store.libraries()) {
        if (inQueue.has(id)) continue
        const last = await store.scan(id)
        if (last?.phase === 'failed') continue
        const isOver = last !== null && last.finishedAtMs !== null
        if (!isOver || (await store.countPending(id)) > 0) await startScan({ libraryId: id })
      }
    },
    /** By schedule: what no event told of is found. A scan of the whole library that waits or runs finds it, too. */
    async rescan(): Promise<void> {
      const whole = (await deps.queuedScans()).filter(({ subPath = '' }) => subPath === '')
      const inQueue = new Set(whole.map(({ libraryId }) => libraryId))
      for (const { id } of await store.libraries()) if (!inQueue.has(id)) await startScan({ libraryId: id })
    },
    /** Files of a library in the order of their ids, `limit` at a time. */
    async filesOf(libraryId: string, afterId = '', limit = 200): Promise<LibraryFile[]> {
      return (await store.page({ libraryId, afterId, limit })).map(fileOf)
    },
    sidecars: (fileId: string) => store.sidecars(fileId),
    /** Opens the file again now; the answer is stored. */
    async probe(fileId: string, signal?: AbortSignal): Promise<void> {
      const row = await store.file(fileId)
      if (!row) return
      const [told] = await engine.describe([fileOf(row).path], signal)
      if (!told) return
      await store.saveProbes([{ id: fileId, ...told }])
      const now = await store.file(fileId)
      if (!now) return
      await deps.announce?.([fileOf(now)])
      await store.markAnnounced([fileId])
    },
    /** Every file that is known, also those that are away. */
    async *identities(): AsyncGenerator<{ fileId: string; identity: string }, void> {
      for await (const row of store.contents()) yield { fileId: row.id, identity: identityOf(row) }
    },
    /** Asked of the file on first need, then remembered. Null: there is no index, and `scan` was not allowed. */
    keyframes: (fileId: string, trackIndex?: number, options: { scan?: boolean } = {}) =>
      oneIndex(`${fileId} ${trackIndex} ${options.scan}`, async () => {
        const found = await file(fileId)
        if (!found) throw new Problem('file-not-found')
        if (found.offline) throw new Problem('file-offline')
        const index = trackIndex ?? found.media?.video[0]?.index
        if (!found.media || index === undefined) return null
        const stored = await store.keyframes(fileId, index)
        if (stored || (stored === null && !options.scan)) return stored
        const times = await engine.keyframes(found.path, found.media, index, options)
        await store.saveKeyframes(fileId, index, times)
        return times
      }),
    async mediaFiles(query: { cursor?: string; limit?: number; libraryId?: string; state?: string }) {
      const { cursor, limit = 50, ...filter } = query
      const rows = await store.page({
        ...filter,
        ...(cursor !== undefined && { afterId: cursor }),
        limit: limit + 1,
      })
      const shown = rows.slice(0, limit)
      const links = (await deps.titlesOf?.(shown.map((row) => row.id))) ?? []
      const titles = new Map(links.toReversed().map((link) => [link.file_id, link.title_id]))
      const items = shown.map((row) => mediaFileOf(row, titles.get(row.id) ?? null))
      return { items, nextCursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null }
    },
    browse: folders.browse,
    /** Follows changes on disk until disposed; covers the folders of this moment. */
    watch: () => watchFolders({ folders: () => store.folders(), scan: startScan, log }),
  }
}
export type Library = ReturnType<typeof createLibrary>
