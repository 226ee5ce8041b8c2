// What a scan needs, what is asked of one run, and what it says at its end.
import type { ScanProgress } from '#shared/api/library.ts'
import type { Description } from '../media/media-engine.ts'
import type { Clock } from '../platform/clock.ts'
import type { Log } from '../platform/log.ts'
import type { FileRow, LibraryStore } from './store.ts'
import type { Walk } from './walk.ts'

export type ScanDeps = {
  store: LibraryStore
  walk: Walk
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
