// A job as BullMQ keeps it and as this program sees it (pure): its data, its rank, its state.
import type { Job } from 'bullmq'
import type { JobProgress } from './job.ts'
import type { JobState, JobView } from './queue.ts'

/** `givenBack`: runs that spend no attempt. */
export type Data = {
  payload: unknown
  key: string | null
  requestId: string | null
  /** Left out by versions before. */
  traceParent?: string | null
  reason: string | null
  givenBack: number
  createdAtMs: number
}
export type Bull = Job<Data>

/** BullMQ counts from 1, the most urgent; 0 would go before all. */
export const rankOf = (priority: number): number => 101 - Math.max(-100, Math.min(100, priority))
const priorityOf = (rank: number | undefined): number => 101 - (rank ?? 101)

/** BullMQ's scripts answer with negative codes: the job is gone, or no longer ours. */
export const isNotOurs = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && typeof error.code === 'number' && error.code < 0

export const attemptOf = (job: Bull): number => job.attemptsStarted - job.data.givenBack

export function viewOf(job: Bull, kind: string, state: JobState): JobView {
  return {
    id: job.id ?? '',
    kind,
    key: job.data.key,
    state,
    payload: job.data.payload,
    priority: priorityOf(job.priority),
    attempt: attemptOf(job),
    // A number until a run has told of its progress.
    progress: typeof job.progress === 'object' ? (job.progress as JobProgress) : null,
    reason: state === 'buried' ? (job.failedReason ?? null) : job.data.reason,
    requestId: job.data.requestId,
    createdAtMs: job.data.createdAtMs,
    runAtMs: job.timestamp + (job.delay ?? 0),
    startedAtMs: job.processedOn ?? null,
    finishedAtMs: job.finishedOn ?? null,
  }
}

/** BullMQ knows more states of what waits than we do. */
export const stateOf = (state: string): JobState =>
  state === 'completed' ? 'done' : state === 'failed' ? 'buried' : state === 'active' ? 'active' : 'waiting'
