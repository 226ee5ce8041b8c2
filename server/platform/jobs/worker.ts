// The job worker: claims jobs, checks payloads, runs handlers, keeps hold and settles; stops gracefully.
import { inspect } from 'node:util'
import { JOB_REASONS } from '#shared/job-reasons.ts'
import { Check } from 'typebox/value'
import { backoffMs, sleep } from '../async.ts'
import type { GiveWay } from '../give-way.ts'
import type { Log } from '../log.ts'
import { forNobody, within } from '../scope.ts'
import { type Tracer, createTracer } from '../tracing.ts'
import { GiveUp, type JobHandler, type JobKind, type JobProgress, RetryLater } from './job.ts'
import type { JobMetrics, JobOutcome } from './job-metrics.ts'
import type { ClaimedJob, JobQueue } from './queue.ts'

const POLL_MS = 1_000
/** A third of the shortest hold that a queue gives. */
const HEARTBEAT_MS = 2_000
/** Progress is for people to look at: more often than this nobody sees. */
const PROGRESS_MS = 500
/** How long an aborted handler may take to stop before it is left alone. */
const GRACE_MS = 10_000
/** Between tries to store what came of a job. */
const SETTLE_AGAIN_MS = 5_000
const LONGEST_BACKOFF_MS = 3_600_000
const LONGEST_REASON = 2_000

type Why = 'cancelled' | 'lost' | 'stopping' | 'timeout'

/** Why a handler was told to stop; it is the signal's reason. */
class Stopped extends Error {
  readonly why: Why
  constructor(why: Why) {
    super(`the job was stopped: ${why}`)
    this.why = why
  }
}

/** Whatever was thrown, in words that every database keeps: PostgreSQL takes no NUL. */
function reasonOf(error: unknown): string {
  const said = error instanceof Error ? error.message || error.name : error
  return (typeof said === 'string' ? said : inspect(said)).replaceAll('\0', '').slice(0, LONGEST_REASON)
}

export type WorkerDeps = {
  queue: JobQueue
  kinds: readonly JobKind[]
  handlers: readonly JobHandler[]
  log: Log
  metrics?: JobMetrics
  tracer?: Tracer
  giveWay?: Pick<GiveWay, 'wait'>
}

function checkHandlers(kinds: readonly JobKind[], handlers: readonly JobHandler[]): void {
  for (const { kind } of kinds) {
    const count = handlers.filter((handler) => handler.kind.kind === kind).length
    if (count !== 1) throw new Error(`Job kind ${kind} must have one handler, it has ${count}.`)
  }
  for (const handler of handlers)
    if (!kinds.includes(handler.kind))
      throw new Error(`Job kind ${handler.kind.kind} is not in the list of kinds.`)
}

export type JobWorker = AsyncDisposable & {
  /** The kind of each job that runs in this process now. */
  running: () => string[]
}

/** Begins to work at once; throws when a kind has no handler or two. Dispose to stop. */
export function startWorker({
  queue,
  kinds,
  handlers,
  log,
  metrics,
  tracer = createTracer(null),
  giveWay,
}: WorkerDeps): JobWorker {
  checkHandlers(kinds, handlers)
  const running = new Map<string, { kind: string; stop: (why: Why) => void; over: Promise<void> }>()
  const free = new Map(handlers.map((handler) => [handler, handler.kind.policy.concurrency]))
  let stopping = false
  const ending = new AbortController()
  let filling: Promise<void> | null = null
  /** What there may be jobs for. */
  const wanted = new Set<JobHandler>()

  async function settle(
    job: ClaimedJob,
    { policy }: JobKind,
    error: unknown,
    why: Why | null,
  ): Promise<JobOutcome> {
    const reason = reasonOf(error)
    if (why === 'lost') return 'lost'
    if (why === 'cancelled') {
      await job.cancelled()
      return 'cancelled'
    }
    if (why === 'stopping') {
      await job.retry(0, null, { spend: false })
      return 'stopped'
    }
    if (error instanceof RetryLater) {
      await job.retry(error.afterMs, reason, { spend: false })
      return 'later'
    }
    if (error instanceof GiveUp || job.attempt >= policy.attempts) {
      log.error({ err: error, kind: job.kind }, 'job given up')
      await job.bury(reason)
      return 'buried'
    }
    log.warn({ err: error, kind: job.kind }, 'job failed, will try again')
    await job.retry(backoffMs(job.attempt, policy.backoffMs, LONGEST_BACKOFF_MS), reason, { spend: true })
    return 'failed'
  }

  /**
   * What came of a job has to be stored, also where the disk is full for a while: an active one is taken up by nobody
   * before the next start, and holds its key until then.
   */
  async function settleForSure(...args: Parameters<typeof settle>): Promise<JobOutcome> {
    const [job] = args
    for (;;)
      try {
        return await settle(...args)
      } catch (error) {
        const held = await job.heartbeat().catch(() => 'held' as const)
        if (stopping || held === 'lost') throw error
        log.warn({ err: error, jobId: job.id }, 'what came of a job cannot be stored yet')
        await sleep(SETTLE_AGAIN_MS, ending.signal).catch(() => {})
      }
  }

  async function attempt(job: ClaimedJob, { kind, run }: JobHandler, abort: AbortController): Promise<void> {
    if (!Check(kind.payload, job.payload)) throw new GiveUp(JOB_REASONS['wrong-payload'])
    // Each run counts from its claim on, so one that takes the whole process down ends as well.
    if (job.attempt > kind.policy.attempts) throw new GiveUp(JOB_REASONS['process-died'])
    const { signal } = abort
    let latest: JobProgress | null = null
    let thinning: NodeJS.Timeout | undefined
    const progress = (now: JobProgress): void => {
      latest = now
      thinning ??= setTimeout(() => {
        thinning = undefined
        if (latest) job.progress(latest).catch((error) => log.warn({ err: error }, 'progress not stored'))
      }, PROGRESS_MS)
    }
    const stuck = Promise.withResolvers<never>()
    let grace: NodeJS.Timeout | undefined
    signal.addEventListener('abort', () => {
      grace = setTimeout(() => stuck.reject(new Error(JOB_REASONS['did-not-stop'])), GRACE_MS)
    })
    const child = log.child({ kind: job.kind })
    const { id, payload, requestId, attempt: count } = job
    try {
      await Promise.race([
        tracer.span(
          `job ${job.kind}`,
          {
            kind: 'consumer',
            ...(job.traceParent !== null && { parent: job.traceParent }),
            attributes: { 'job.id': id, 'job.attempt': count },
          },
          () => run({ id, payload, requestId, attempt: count, signal, log: child, progress }),
        ),
        stuck.promise,
      ])
    } finally {
      clearTimeout(thinning)
      clearTimeout(grace)
    }
  }

  async function work(job: ClaimedJob, handler: JobHandler, abort: AbortController): Promise<void> {
    const timeout = setTimeout(() => abort.abort(new Stopped('timeout')), handler.kind.policy.timeoutMs)
    const heartbeat = setInterval(() => {
      job.heartbeat().then(
        (held) => held !== 'held' && abort.abort(new Stopped(held)),
        (error) => log.warn({ err: error, jobId: job.id }, 'heartbeat failed'),
      )
    }, HEARTBEAT_MS)
    const over = metrics?.started(job.kind, job.waitedMs)
    try {
      await attempt(job, handler, abort)
      await job.finish()
      over?.('done')
    } catch (error) {
      const { reason } = abort.signal
      const outcome = await settleForSure(
        job,
        handler.kind,
        error,
        reason instanceof Stopped ? reason.why : null,
      )
      over?.(outcome)
    } finally {
      clearTimeout(timeout)
      clearInterval(heartbeat)
    }
  }

  function take(job: ClaimedJob, handler: JobHandler): void {
    const abort = new AbortController()
    const whom = { jobId: job.id, ...(job.requestId !== null && { requestId: job.requestId }) }
    // For nobody else: a worker may be woken while it is in the midst of another job.
    const over = forNobody(() => within(whom, () => work(job, handler, abort)))
      .catch((error) => log.error({ err: error, jobId: job.id }, 'job could not be settled'))
      .finally(() => {
        running.delete(job.id)
        free.set(handler, (free.get(handler) ?? 0) + 1)
        fill([handler])
      })
    running.set(job.id, { kind: job.kind, stop: (why) => abort.abort(new Stopped(why)), over })
  }

  async function claimAll(): Promise<void> {
    // Those that are wanted meanwhile come at the end.
    for (const handler of wanted) {
      wanted.delete(handler)
      while (!stopping && (free.get(handler) ?? 0) > 0) {
        await giveWay?.wait()
        const job = await queue.claim(handler.kind)
        if (!job) break
        free.set(handler, (free.get(handler) ?? 0) - 1)
        take(job, handler)
      }
    }
  }

  /** Takes what there is for these handlers. */
  function fill(some: readonly JobHandler[] = handlers): void {
    if (stopping) return
    for (const handler of some) wanted.add(handler)
    filling ??= claimAll()
      .catch((error) => log.error({ err: error }, 'jobs could not be claimed'))
      .finally(() => {
        filling = null
        if (wanted.size > 0) fill([])
      })
  }

  const hints = queue.onHint((hint) => {
    if (hint.type === 'claimable') fill()
    else running.get(hint.id)?.stop('cancelled')
  })
  const poll = setInterval(() => fill(), POLL_MS)
  fill()

  async function ended(): Promise<void> {
    await filling
    for (const { stop } of running.values()) stop('stopping')
    await Promise.all([...running.values()].map(({ over }) => over))
  }

  return {
    running: () => [...running.values()].map(({ kind }) => kind),
    async [Symbol.asyncDispose]() {
      stopping = true
      ending.abort()
      clearInterval(poll)
      hints[Symbol.dispose]()
      const over = ended()
      // A queue that is away cannot be told: what it lent is lent anew when its lock ends. Nobody waits for its return.
      await Promise.race([
        over,
        queue.ping().then(
          () => over,
          (err: unknown) => log.warn({ err }, 'jobs are left as they are'),
        ),
      ])
    },
  }
}
