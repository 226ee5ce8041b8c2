// The library's background jobs.
import { probeFile, rescanLibraries, scanLibrary } from '../job-kinds.ts'
import { handle, type JobHandler } from '../platform/jobs/job.ts'
import type { Library } from './library.ts'
import { warmUp } from './placement.ts'

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
