// Which jobs are shown, as it stands in the address: unknown states are dropped, never an error.
export const JOB_STATES = ['waiting', 'active', 'buried', 'cancelled', 'done'] as const

export type JobSearch = { state?: (typeof JOB_STATES)[number] }

export function parseJobSearch(raw: Record<string, unknown>): JobSearch {
  const state = JOB_STATES.find((known) => known === raw['state'])
  return state ? { state } : {}
}
