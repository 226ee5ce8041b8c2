// Playback's background jobs.
import { evictSegments, makePreviews, prepareFile, sweepDerived } from '../job-kinds.ts'
import { handle, type JobHandler } from '../platform/jobs/job.ts'
import type { PlaybackFeature } from './playback.ts'

export const playbackJobs = (playback: PlaybackFeature): JobHandler[] => [
  handle(evictSegments, () => playback.evict()),
  handle(sweepDerived, () => playback.sweepDerived()),
  handle(prepareFile, (job) => playback.prepared.run(job)),
  handle(makePreviews, (job) => playback.makePreviews(job)),
]
