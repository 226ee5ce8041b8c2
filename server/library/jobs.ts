// The library's background jobs.
import { probeFile, rescanLibraries, scanLibrary } from '../job-kinds.ts'
import { handle, type JobHandler } from '../platform/jobs/job.ts'
import type { JobQueue } from '../platform/jobs/queue.ts'
import type { Library } from './library.ts'
import { warmUp } from './placement.ts'
import type { ScanRequest } from './scan-request.ts'

export function libraryJobs(library: Library): JobHandler[] {
  warmUp()
  return [
    handle(scanLibrary, ({ payload, signal }) =>
      library.runScan(
        {
          libraryId: payload.libraryId,
          ...(payload.subPath !== undefined && { subPath: payload.subPath }),
          ...(payload.acceptVanished !== undefined && { acceptVanished: payload.acceptVanished }),
        },
        signal,
      ),
    ),
    handle(rescanLibraries, () => library.rescan()),
    handle(probeFile, ({ payload, signal }) => library.probe(payload.fileId, signal)),
  ]
}

/** More scans than this are of few libraries: parts that file-system events told of. */
const MOST_SCANS = 1000

/** Scans that wait or run. */
export async function queuedScans(queue: Pick<JobQueue, 'list'>): Promise<ScanRequest[]> {
  const { kind } = scanLibrary
  const states = ['waiting', 'active'] as const
  const jobs = await Promise.all(states.map((state) => queue.list({ state, kind, limit: MOST_SCANS })))
  // Checked when they were put in.
  return jobs.flat().map(({ payload }) => payload as ScanRequest)
}
