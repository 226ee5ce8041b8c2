// The accounts feature's background jobs.
import { endSignIns } from '../job-kinds.ts'
import { handle, type JobHandler } from '../platform/jobs/job.ts'
import type { Accounts } from './accounts.ts'

export const accountsJobs = (accounts: Accounts): JobHandler[] => [
  handle(endSignIns, async ({ payload }) => accounts.endSignIns(payload.personId)),
]
