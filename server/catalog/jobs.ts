// Handlers of the catalogue's background jobs.
import { enrichTitle, matchTitle, refreshMetadata } from '../job-kinds.ts'
import { handle, type JobHandler } from '../platform/jobs/job.ts'
import type { Metadata } from './metadata/metadata.ts'

export const catalogJobs = ({ jobs }: Metadata): JobHandler[] => [
  handle(matchTitle, ({ payload, signal }) => jobs.match(payload.titleId, signal)),
  handle(enrichTitle, ({ payload, signal }) => jobs.enrich(payload.titleId, signal)),
  handle(refreshMetadata, () => jobs.refresh()),
]
