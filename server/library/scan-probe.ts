// The second half of a scan: opens what is new in media workers, and tells the catalogue of every file as it is now.
import { createLimiter } from '../platform/async.ts'
import type { ScanDeps, ScanRun } from './scan-run.ts'
import type { ProbeResult } from './store.ts'
import type { Arrived } from './store-scan.ts'

/** Files per message to a worker and per transaction: seen soon, and neither blocks the server. */
const PROBE_BATCH = 16
const PENDING_PAGE = 512
const ANNOUNCE_BATCH = 200

/**
 * Rows say what is pending, so a scan cut off by a crash goes on here; no job per file, as a hundred thousand of them
 * cost more than the probes' own bookkeeping (docs/decisions/scan-batches.md). False when a file went away meanwhile.
 */
export async function probeAll(deps: ScanDeps, run: ScanRun, report: () => void): Promise<boolean> {
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
  const probe = async (files: readonly Arrived[]) => {
    const paths = files.map(({ path }) => path)
    const told = await limit(() => deps.describe(paths, run.signal))
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
    await Promise.all(batches.map(probe))
  }
}

/** At least once: a crash between the two steps announces again. */
export async function announceAll({ store, announce }: ScanDeps, run: ScanRun): Promise<void> {
  for (;;) {
    run.signal?.throwIfAborted()
    const files = await store.unannounced(run.libraryId, ANNOUNCE_BATCH)
    if (files.length === 0) return
    await announce(files)
    await store.markAnnounced(files.map((file) => file.id))
  }
}
