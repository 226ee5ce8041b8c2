// What a background job is: its kind, payload schema and policy; what a handler receives and may answer.
import type { Static, TSchema } from 'typebox'
import type { Log } from '../log.ts'

export type JobPolicy = {
  /** Runs before the job is buried; a `RetryLater` and a graceful stop spend none. */
  readonly attempts: number
  /** Wait after the first failure; doubles with each further one, up to an hour. */
  readonly backoffMs: number
  /** How many of this kind run at once in one process. */
  readonly concurrency: number
  /** A run that takes longer is aborted and counts as failed. */
  readonly timeoutMs: number
}

/** A kind of job as data. The schema gives the payload its type and is checked before a handler sees it. */
export type JobKind<S extends TSchema = TSchema> = {
  readonly kind: string
  readonly payload: S
  readonly policy: JobPolicy
}

const DEFAULT_POLICY: JobPolicy = { attempts: 3, backoffMs: 5_000, concurrency: 1, timeoutMs: 3_600_000 }

export const defineJob = <S extends TSchema>(
  kind: string,
  payload: S,
  policy: Partial<JobPolicy> = {},
): JobKind<S> => ({ kind, payload, policy: { ...DEFAULT_POLICY, ...policy } })

/** How far a running job is; `total` is null while it is not known. */
export type JobProgress = { done: number; total: number | null; note?: string }

/** What a handler receives. Jobs run at least once: a handler must be able to run again after half a run. */
export type JobRun<P> = {
  readonly id: string
  readonly payload: P
  /** Aborted on cancel, timeout and shutdown: stop soon and throw (`signal.throwIfAborted()`). */
  readonly signal: AbortSignal
  readonly log: Log
  /** Cheap to call often: what is stored is thinned out. */
  readonly progress: (progress: JobProgress) => void
  /** The request that asked for this, for the log; null when nobody did. */
  readonly requestId: string | null
  /** 1 on the first run. */
  readonly attempt: number
}

export type JobHandler = {
  readonly kind: JobKind
  readonly run: (job: JobRun<unknown>) => Promise<void>
}

/** Pairs a kind with what does it. */
export const handle = <S extends TSchema>(
  kind: JobKind<S>,
  run: (job: JobRun<Static<S>>) => Promise<void>,
): JobHandler => ({ kind, run: run as JobHandler['run'] })

/** Thrown by a handler: not now, try again later; spends no attempt (a disk is away, a service says wait). */
export class RetryLater extends Error {
  readonly afterMs: number
  constructor(afterMs: number, reason: string, options?: ErrorOptions) {
    super(reason, options)
    this.afterMs = afterMs
  }
}

/** Thrown by a handler: no further attempt can help; the job is buried at once. */
export class GiveUp extends Error {}
