// Jobs carry on the trace of the request that asked for them.
import type { Migration } from '../migrate.ts'

export const jobTraces: Migration = {
  version: 9,
  name: 'job-traces',
  up: ['alter table jobs add column trace_parent text'],
}
