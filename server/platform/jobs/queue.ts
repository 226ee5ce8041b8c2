// The port of the job queue: what may be put in, taken out and seen.
import type { Static, TSchema } from 'typebox'
import type { JobKind, JobProgress } from './job.ts'

/** `cancelled` and `done` are kept for a while to be looked at; `buried` until requeued or a month old. */
export type JobState = 'waiting' | 'active' | 'done' | 'buried' | 'cancelled'

export type EnqueueOptions = {
  /** While a job of this kind with this key waits or runs, enqueueing again gives back that one. */
  key?: string
  /** Higher runs first; 0 by default, from -100 to 100. */
  priority?: number
  delayMs?: number
  /** Both are known by themselves where a request is answered; for the log and for traces. */
  requestId?: string
  traceParent?: string
}

export type Enqueued = { id: string; isNew: boolean }

/** A job as an operator sees it. */
export type JobView = {
  id: string
  kind: string
  key: string | null
  state: JobState
  payload: unknown
  priority: number
  attempt: number
  progress: JobProgress | null
  /** Why the last run failed, or why it was buried. */
  reason: string | null
  requestId: string | null
  createdAtMs: number
  /** Not before this moment, while it waits. */
  runAtMs: number
  startedAtMs: number | null
  finishedAtMs: number | null
}

/** A job held by this process until one of the five settling methods is called; settling twice does nothing. */
export type ClaimedJob = {
  readonly id: string
  readonly kind: string
  readonly payload: unknown
  readonly attempt: number
  readonly requestId: string | null
  /** W3C `traceparent` of whoever put it in. */
  readonly traceParent: string | null
  /** How long it was due before it was claimed. */
  readonly waitedMs: number
  /** Renews the hold. `cancelled`: somebody asked to stop it; `lost`: it is no longer ours, settle nothing. */
  heartbeat(): Promise<'held' | 'cancelled' | 'lost'>
  progress(progress: JobProgress): Promise<void>
  finish(): Promise<void>
  /** Again after `afterMs`; `spend: false` gives the attempt back. */
  retry(afterMs: number, reason: string | null, options: { spend: boolean }): Promise<void>
  bury(reason: string): Promise<void>
  /** It was cancelled and has stopped. */
  cancelled(): Promise<void>
}

export type JobHint = { type: 'claimable' } | { type: 'cancelled'; id: string }

/** Every job is delivered at least once: what was running when its process died is claimable again. */
export interface JobQueue extends AsyncDisposable {
  /** On return it is stored. */
  enqueue<S extends TSchema>(
    kind: JobKind<S>,
    payload: Static<S>,
    options?: EnqueueOptions,
  ): Promise<Enqueued>
  /** Many of one kind, in order, faster than one by one. */
  enqueueAll<S extends TSchema>(
    kind: JobKind<S>,
    jobs: readonly { payload: Static<S>; options?: EnqueueOptions }[],
  ): Promise<Enqueued[]>
  /** The due job of highest priority, then the oldest; null when there is none. No two claims get the same. */
  claim(kind: JobKind): Promise<ClaimedJob | null>
  /** A hint that there may be something to do; hints may get lost, so poll as well. */
  onHint(listener: (hint: JobHint) => void): Disposable

  /** A waiting job never runs; a running one is asked to stop. False when there is no such job or it is over. */
  cancel(id: string): Promise<boolean>
  /** A buried or cancelled job waits again, with all its attempts. False when it is neither or unknown, or when
   * its key is in use by another. */
  requeue(id: string): Promise<boolean>
  /** Jobs of a kind that were put off come to their turn now: what they waited for is there. */
  hurry(kind: JobKind): Promise<void>
  /** False when no such job waits. */
  setPriority(id: string, priority: number): Promise<boolean>
  get(id: string): Promise<JobView | null>
  /** Newest first. `before` is the id of the last one seen. */
  list(filter: { state?: JobState; kind?: string; before?: string; limit: number }): Promise<JobView[]>
  counts(): Promise<{ kind: string; state: JobState; count: number }[]>
  /** For /ready. */
  ping(): Promise<void>
}
