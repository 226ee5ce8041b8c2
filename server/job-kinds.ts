// Every background job: its kind, payload and retry policy. Handlers are in the features' `jobs.ts`.
import * as Type from 'typebox'
import { defineJob, type JobKind } from './platform/jobs/job.ts'

/** Walks one library or a part of it; key: the library's id and the part. */
export const scanLibrary = defineJob(
  'library.scan',
  Type.Object({
    libraryId: Type.String(),
    subPath: Type.Optional(Type.String()),
    acceptVanished: Type.Optional(Type.Boolean()),
  }),
  // One library's scans wait for each other; a slow disk must not hold up the others. A run that is cut goes on.
  { attempts: 5, concurrency: 4, timeoutMs: 24 * 3_600_000 },
)

/** Scans every library: what file-system events did not tell of; by schedule. */
export const rescanLibraries = defineJob('library.rescan', Type.Object({}))

/** Opens one file and stores what it is; key: the file's id. */
export const probeFile = defineJob('library.probe', Type.Object({ fileId: Type.String() }), {
  concurrency: 2,
  timeoutMs: 120_000,
})

/** Finds out which film or series a title is; key: the title's id. */
export const matchTitle = defineJob('catalog.match', Type.Object({ titleId: Type.String() }), {
  attempts: 5,
  concurrency: 2,
})

/** Fetches metadata and artwork of one title; key: the title's id. */
export const enrichTitle = defineJob('catalog.enrich', Type.Object({ titleId: Type.String() }), {
  attempts: 8,
  backoffMs: 30_000,
  concurrency: 2,
})

/** Asks again for old metadata and for titles that nobody has judged; key: `scheduled`. */
export const refreshMetadata = defineJob('catalog.refresh', Type.Object({}))

/** Frees room in the segment cache. */
export const evictSegments = defineJob('playback.evict', Type.Object({}))

/** Removes pictures, fonts and subtitles that were made from files which are gone. */
export const sweepDerived = defineJob('playback.sweep', Type.Object({}))

/** Encodes a title ahead of time; key: the file's id. */
export const prepareFile = defineJob(
  'playback.prepare',
  Type.Object({ fileId: Type.String(), titleId: Type.String(), rungs: Type.Array(Type.String()) }),
  { attempts: 5, timeoutMs: 24 * 3_600_000 },
)

/** Pictures for the seek bar of one file; key: the file's id. */
export const makePreviews = defineJob('playback.previews', Type.Object({ fileId: Type.String() }))

/** Ends sockets and tickets of a person whom a command removed or gave a new password; key: the person's id. */
export const endSignIns = defineJob('accounts.end-sign-ins', Type.Object({ personId: Type.String() }))

/** The worker refuses to start unless each of these has exactly one handler. */
export const JOB_KINDS: readonly JobKind[] = [
  scanLibrary,
  rescanLibraries,
  probeFile,
  matchTitle,
  enrichTitle,
  refreshMetadata,
  evictSegments,
  sweepDerived,
  prepareFile,
  makePreviews,
  endSignIns,
]
