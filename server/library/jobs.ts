// The library's background jobs.
import { probeFile, rescanLibraries, scanLibrary } from '../job-kinds.ts'
import { handle, type JobHandler } from '../platform/jobs/job.ts'
import type { Library } from './library.ts'

export const libraryJobs = (library: Library): JobHandler[] => [
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
