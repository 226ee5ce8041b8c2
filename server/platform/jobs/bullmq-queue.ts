// The job queue over BullMQ on Redis, for several processes; one BullMQ queue for each kind.
import { Queue, Worker } from 'bullmq'
import { newId } from '../ids.ts'
import type { Log } from '../log.ts'
import { Problem } from '../problem.ts'
import { connectRedis, type Patience } from '../redis.ts'
import { createCancelled } from './bullmq-cancelled.ts'
import { claimedJob } from './bullmq-claimed.ts'
import { type Bull, type Data, isNotOurs, rankOf, stateOf, viewOf } from './bullmq-job.ts'
import type { JobKind } from './job.ts'
import type { Enqueued, EnqueueOptions, JobHint, JobQueue, JobState, JobView } from './queue.ts'

const KEPT = { done: 1_000, buried: 10_000 } as const
const BURIED_FOR_SECONDS = 30 * 86_400
/** What an operator can page through, of each kind and state. */
const MOST_LISTED = 500
const PATIENCE_MS = 3_000
/** It would write to the terminal past the log; `inspectRedis` has looked. */
const BULLMQ = { skipVersionCheck: true }
const PENDING = ['prioritized', 'wait', 'delayed'] as const

export type BullmqQueueDeps = {
  url: string
  /** Whose jobs: several installations may share a Redis. */
  installation: string
  kinds: readonly JobKind[]
  log: Log
  /** A worker that died is noticed after the lock and at most two checks: together well under 10 s. */
  lockMs?: number
  stalledCheckMs?: number
}

export async function openBullmqQueue(deps: BullmqQueueDeps): Promise<JobQueue> {
  const { url, installation, kinds, log, lockMs = 6_000, stalledCheckMs = 1_500 } = deps
  const prefix = `mediaserver:${installation}:jobs`
  const hints = `${prefix}:hints`
  await using opened = new AsyncDisposableStack()
  const connect = async (options: Patience) => {
    const connection = await connectRedis(url, log, options)
    opened.defer(() => connection.disconnect())
    return connection
  }
  // What takes jobs out waits for Redis; whoever puts one in or looks is told soon that it is away.
  const connection = await connect({ maxRetriesPerRequest: null })
  const commands = await connect({ maxRetriesPerRequest: 3, commandTimeout: PATIENCE_MS })
  const ears = await connect({ maxRetriesPerRequest: null })
  await ears.subscribe(hints)

  const origin = newId()
  const listeners = new Set<(hint: JobHint) => void>()
  const tell = (hint: JobHint): void => listeners.forEach((listener) => listener(hint))
  ears.on('message', (_channel: string, message: string) => {
    const { from, hint } = JSON.parse(message) as { from: string; hint: JobHint }
    if (from !== origin) tell(hint)
  })
  const hint = (what: JobHint): void => {
    tell(what)
    commands
      .publish(hints, JSON.stringify({ from: origin, hint: what }))
      .catch((err: unknown) => log.warn({ err }, 'workers were not told of a job'))
  }

  const onError = (err: Error): void => log.warn({ err }, 'the job queue reports')
  const queues = new Map<string, Queue<Data>>()
  const workers = new Map<string, Worker<Data>>()
  const queueOf = (kind: string): Queue<Data> => {
    const known = queues.get(kind)
    if (known) return known
    const made = new Queue<Data>(kind, { connection: commands, prefix, ...BULLMQ })
    made.on('error', onError)
    queues.set(kind, made)
    return made
  }
  for (const { kind } of kinds) queueOf(kind)
  /** Only processes that claim take part in finding what was lost. */
  const workerOf = async (kind: string): Promise<Worker<Data>> => {
    const known = workers.get(kind)
    if (known) return known
    const made = new Worker<Data>(kind, null, {
      connection,
      prefix,
      ...BULLMQ,
      autorun: false,
      lockDuration: lockMs,
      stalledInterval: stalledCheckMs,
      // How often a job may take its process down is for its policy to say.
      maxStalledCount: 1_000,
    })
    made.on('error', onError)
    workers.set(kind, made)
    await made.waitUntilReady()
    await made.startStalledCheckTimer()
    return made
  }

  async function find(id: string): Promise<{ job: Bull; kind: string; state: JobState } | null> {
    for (const [kind, queue] of queues) {
      const job = await queue.getJob(id)
      if (!job) continue
      return { job, kind, state: stateOf(await job.getState()) }
    }
    return null
  }
  const cancelled = createCancelled(commands, prefix)

  async function add(
    kind: string,
    id: string,
    payload: unknown,
    options: EnqueueOptions,
    createdAtMs: number,
  ) {
    const added = queueOf(kind).add(
      kind,
      {
        payload,
        key: options.key ?? null,
        requestId: options.requestId ?? null,
        traceParent: options.traceParent ?? null,
        reason: null,
        givenBack: 0,
        createdAtMs,
      },
      {
        jobId: id,
        priority: rankOf(options.priority ?? 0),
        attempts: 1,
        removeOnComplete: { count: KEPT.done },
        removeOnFail: { count: KEPT.buried, age: BURIED_FOR_SECONDS },
        ...(options.delayMs !== undefined && { delay: options.delayMs }),
        ...(options.key !== undefined && { deduplication: { id: options.key } }),
      },
    )
    const job = await added.catch((cause: unknown) => {
      const says = 'Redis does not take background work at the moment. Try again soon.'
      throw new Problem('not-ready', says, { cause, retryAfterSeconds: 5 })
    })
    return { id: job.id ?? id, isNew: job.id === id }
  }

  const parts = opened.move()
  const queue: JobQueue = {
    async enqueue(kind, payload, options = {}) {
      const added = await add(kind.kind, newId(), payload, options, Date.now())
      if (added.isNew) hint({ type: 'claimable' })
      return added
    },

    async enqueueAll(kind, jobs) {
      const all: Enqueued[] = []
      // One connection keeps their order.
      for (const { payload, options = {} } of jobs)
        all.push(await add(kind.kind, newId(), payload, options, Date.now()))
      if (all.some(({ isNew }) => isNew)) hint({ type: 'claimable' })
      return all
    },

    async claim({ kind }) {
      const token = newId()
      const job = await (await workerOf(kind)).getNextJob(token, { block: false })
      return job ? claimedJob(job, { kind, token, lockMs, cancelled, hint }) : null
    },

    onHint(listener) {
      listeners.add(listener)
      return { [Symbol.dispose]: () => void listeners.delete(listener) }
    },

    async cancel(id) {
      const found = await find(id)
      if (found?.state === 'waiting') {
        const removed = await found.job.remove().then(
          () => true,
          () => false,
        )
        if (removed) {
          await cancelled.keep(found.job, found.kind)
          return true
        }
      }
      // It may have begun meanwhile.
      if ((await find(id))?.state !== 'active') return false
      await cancelled.ask(id)
      hint({ type: 'cancelled', id })
      return true
    },

    async requeue(id) {
      const over = await cancelled.get(id)
      const found = over ? null : await find(id)
      const view = over ?? (found?.state === 'buried' ? viewOf(found.job, found.kind, 'buried') : null)
      if (!view) return false
      const { kind, key, priority, payload, requestId, createdAtMs } = view
      if (key !== null && (await queueOf(kind).getDeduplicationJobId(key))) return false
      // Taken out and put in anew: all its attempts, and its key guarded again.
      if (found) await found.job.remove()
      await cancelled.forget(id)
      const options = { priority, ...(key !== null && { key }), ...(requestId !== null && { requestId }) }
      await add(kind, id, payload, options, createdAtMs)
      hint({ type: 'claimable' })
      return true
    },

    async hurry({ kind }) {
      // BullMQ's own way for all at once puts them before everything else, whatever their priority.
      for (const job of await queueOf(kind).getDelayed())
        await job.promote().catch((error: unknown) => {
          // Its moment came meanwhile, or it was cancelled.
          if (!isNotOurs(error)) throw error
        })
      hint({ type: 'claimable' })
    },

    async setPriority(id, priority) {
      const found = await find(id)
      if (found?.state !== 'waiting') return false
      await found.job.changePriority({ priority: rankOf(priority) })
      return true
    },

    async get(id) {
      const over = await cancelled.get(id)
      if (over) return over
      const found = await find(id)
      return found && viewOf(found.job, found.kind, found.state)
    },

    async list({ state, kind: only, before, limit }) {
      const types = {
        waiting: [...PENDING],
        active: ['active'],
        done: ['completed'],
        buried: ['failed'],
      } as const
      const all: JobView[] = state === undefined || state === 'cancelled' ? await cancelled.all() : []
      for (const [kind, of] of queues) {
        if (only !== undefined && kind !== only) continue
        for (const wanted of ['waiting', 'active', 'done', 'buried'] as const) {
          if (state !== undefined && state !== wanted) continue
          const jobs = await of.getJobs([...types[wanted]], 0, MOST_LISTED - 1, false)
          // One that ended while the list was read is null.
          all.push(...jobs.filter(Boolean).map((job) => viewOf(job, kind, wanted)))
        }
      }
      return all
        .filter(
          (job) => (only === undefined || job.kind === only) && (before === undefined || job.id < before),
        )
        .toSorted((a, b) => (a.id < b.id ? 1 : -1))
        .slice(0, limit)
    },

    async counts() {
      const all: { kind: string; state: JobState; count: number }[] = []
      for (const [kind, of] of queues) {
        const found = await of.getJobCounts(...PENDING, 'active', 'completed', 'failed')
        const waiting = PENDING.reduce((sum, state) => sum + (found[state] ?? 0), 0)
        all.push({ kind, state: 'waiting', count: waiting })
        all.push({ kind, state: 'active', count: found['active'] ?? 0 })
        all.push({ kind, state: 'done', count: found['completed'] ?? 0 })
        all.push({ kind, state: 'buried', count: found['failed'] ?? 0 })
      }
      const over = Object.groupBy(await cancelled.all(), ({ kind }) => kind)
      for (const [kind, jobs] of Object.entries(over))
        all.push({ kind, state: 'cancelled', count: jobs?.length ?? 0 })
      return all.filter(({ count }) => count > 0)
    },

    async ping() {
      await commands.ping()
    },

    async [Symbol.asyncDispose]() {
      listeners.clear()
      await Promise.all([...workers.values()].map((worker) => worker.close(true)))
      await Promise.all([...queues.values()].map((one) => one.close()))
      await parts.disposeAsync()
    },
  }
  return queue
}
