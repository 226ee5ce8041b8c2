// File-system events, debounced, to scans of the folders they happened in.
import { relative, sep } from 'node:path'
import watcher from '@parcel/watcher'
import type { Log } from '../platform/log.ts'

/** A download writes for minutes: the scan comes when it has been quiet this long, or after the longest wait. */
const QUIET_MS = 3000
const LONGEST_WAIT_MS = 60_000
/** More folders than this at once: the whole library is scanned. */
const MAX_PARTS = 20

export type WatchDeps = {
  folders: () => Promise<readonly { library_id: string; path: string }[]>
  scan: (request: { libraryId: string; subPath?: string }) => Promise<unknown>
  log: Log
}

/** Network mounts send no events and a full queue loses them: the scheduled scan stays the base. */
export async function watchFolders({ folders, scan, log }: WatchDeps): Promise<AsyncDisposable> {
  const watched = new Map<string, { stop: () => Promise<void> }>()
  for (const { library_id: libraryId, path } of await folders()) {
    const pending = createDebounce((parts) => {
      const asked = parts.length > MAX_PARTS || parts.includes('') ? [undefined] : parts
      for (const subPath of asked)
        scan({ libraryId, ...(subPath !== undefined && { subPath }) }).catch((error: unknown) =>
          log.warn({ err: error, path }, 'a change on disk could not be followed'),
        )
    })
    try {
      const subscription = await watcher.subscribe(path, (error, events) => {
        if (error) return pending.add('')
        for (const event of events) pending.add(changedFolder(relative(path, event.path)))
      })
      watched.set(path, {
        stop: async () => {
          pending.stop()
          await subscription.unsubscribe()
        },
      })
    } catch (error) {
      log.warn({ err: error, path }, 'the folder cannot be watched; changes are found by the regular scans')
    }
  }
  return {
    async [Symbol.asyncDispose]() {
      await Promise.all([...watched.values()].map(({ stop }) => stop()))
    },
  }
}

/** Below the library's folder. The watcher tells names that are no UTF-8 with U+FFFD: the folder above them is known. */
export function changedFolder(path: string): string {
  const [known = ''] = path.split(sep).join('/').split('\ufffd')
  return known.slice(0, Math.max(0, known.lastIndexOf('/')))
}

export function createDebounce(flush: (parts: string[]) => void) {
  const parts = new Set<string>()
  let quiet: NodeJS.Timeout | undefined
  let longest: NodeJS.Timeout | undefined
  const stop = () => {
    clearTimeout(quiet)
    clearTimeout(longest)
    longest = undefined
  }
  const fire = () => {
    stop()
    const now = [...parts]
    parts.clear()
    flush(now)
  }
  return {
    stop,
    add(part: string) {
      // The set stays small: beyond the limit it is a scan of everything anyway.
      if (parts.size <= MAX_PARTS) parts.add(part)
      clearTimeout(quiet)
      quiet = setTimeout(fire, QUIET_MS)
      longest ??= setTimeout(fire, LONGEST_WAIT_MS)
    },
  }
}
