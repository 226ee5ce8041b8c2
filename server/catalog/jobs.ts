// Handlers of the catalogue's background jobs.
import { enrichTitle, matchFile } from '../job-kinds.ts'
import { handle, type JobHandler } from '../platform/jobs/job.ts'
import type { ArtworkStore } from './artwork.ts'

export const catalogJobs = ({ artwork }: { artwork: ArtworkStore }): JobHandler[] => [
  // Without a metadata source names and frames are all there is to match.
  handle(matchFile, async () => {}),
  handle(enrichTitle, ({ payload }) => artwork.fromFrame(payload.titleId)),
]
