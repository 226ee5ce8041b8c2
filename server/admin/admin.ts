// What an administrator sees and does: status, jobs, playbacks, settings, logs, and the log of what was done.
import type { LogLine } from '#shared/api/admin-logs.ts'
import type { AuditEntry, JobView, Status } from '#shared/api/admin.ts'
import { newId } from '../platform/ids.ts'
import type { JobQueue, JobState, JobView as QueueJob } from '../platform/jobs/queue.ts'
import type { LogQuestion } from '../platform/log-book.ts'
import type { Log } from '../platform/log.ts'
import { Problem } from '../platform/problem.ts'
import type { Processes } from './processes.ts'
import { auditDetail } from './redact.ts'
import type { Settings } from './settings.ts'
import type { AdminStore } from './store.ts'

export type AdminDeps = {
  store: AdminStore
  queue: JobQueue
  /** What only the running parts know. */
  live: () => {
    encodes: (Omit<Status['encodes'][number], 'titleName'> & { fileId: string })[]
    hardware: Status['hardware']
  }
  /** What each is about, by name. */
  subjects: (asked: readonly unknown[]) => Promise<(string | null)[]>
  processes: Pick<Processes, 'all' | 'logs'>
  settings: Pick<Settings, 'list' | 'change'>
  parties: () => number | Promise<number>
  stopPlayback: (id: string) => Promise<boolean>
  freeBytes: () => Promise<number | null>
  about: Pick<Status, 'version' | 'dataPath' | 'databaseKind'>
  log: Log
  nowMs: () => number
}

/** Who did what, from which request. */
export type Deed = {
  person: { id: string; name: string }
  address: string
  action: string
  sent: unknown
  status: number
  requestId: string
}

const MOST_RETRIED = 10_000
const STATES: readonly JobState[] = ['waiting', 'active', 'done', 'buried', 'cancelled']

const viewOf = ({ progress, ...job }: QueueJob, subject: string | null): JobView => ({
  id: job.id,
  kind: job.kind,
  key: job.key,
  subject,
  state: job.state,
  priority: job.priority,
  attempt: job.attempt,
  progress: progress?.total ? Math.min(1, progress.done / progress.total) : null,
  reason: job.reason,
  createdAtMs: job.createdAtMs,
  runAtMs: job.runAtMs,
  startedAtMs: job.startedAtMs,
  finishedAtMs: job.finishedAtMs,
})

/** A page of what `read` gives: one more is asked for to know whether there is a next one. */
async function page<T extends { id: string }>(
  { cursor, limit = 50 }: { cursor?: string; limit?: number },
  read: (page: { before?: string; limit: number }) => Promise<T[]>,
) {
  const found = await read({ limit: limit + 1, ...(cursor !== undefined && { before: cursor }) })
  const items = found.slice(0, limit)
  return { items, nextCursor: found.length > limit ? (items.at(-1)?.id ?? null) : null }
}

export function createAdmin(deps: AdminDeps) {
  const { store, queue, log, nowMs } = deps
  const startedAtMs = nowMs()

  const found = async (id: string): Promise<QueueJob> => {
    const job = await queue.get(id)
    if (!job) throw new Problem('job-not-found')
    return job
  }

  return {
    async status(): Promise<Status> {
      const jobs: Record<string, number> = {}
      for (const { state, count } of await queue.counts()) jobs[state] = (jobs[state] ?? 0) + count
      const { encodes, hardware } = deps.live()
      const titles = await deps.subjects(encodes)
      return {
        ...deps.about,
        node: process.version,
        startedAtMs,
        ...(await deps.processes.all()),
        jobs,
        encodes: encodes.map((encode, i) => ({ ...encode, titleName: titles[i] ?? null })),
        hardware,
        parties: await deps.parties(),
        freeBytes: await deps.freeBytes().catch(() => null),
      }
    },

    async jobs(query: { cursor?: string; limit?: number; state?: string }) {
      const state = STATES.find((known) => known === query.state)
      if (query.state !== undefined && !state)
        throw new Problem('invalid-request', `The state must be one of ${STATES.join(', ')}.`)
      const { items, nextCursor } = await page(query, (at) => queue.list({ ...at, ...(state && { state }) }))
      const subjects = await deps.subjects(items.map((job) => job.payload))
      return { items: items.map((job, i) => viewOf(job, subjects[i] ?? null)), nextCursor }
    },

    async retryJob(id: string): Promise<void> {
      if (await queue.requeue(id)) return
      const { state } = await found(id)
      if (state === 'buried' || state === 'cancelled')
        throw new Problem('conflict', 'The same work waits or runs already.')
      throw new Problem('conflict', 'Only a job that failed or was cancelled can be tried again.')
    },

    /** What failed once more meanwhile is not tried a third time. */
    async retryFailedJobs(): Promise<{ count: number }> {
      const failed = await queue.list({ state: 'buried', limit: MOST_RETRIED })
      let count = 0
      for (const { id } of failed) if (await queue.requeue(id)) count++
      return { count }
    },

    async cancelJob(id: string): Promise<void> {
      if (await queue.cancel(id)) return
      await found(id)
      throw new Problem('conflict', 'The job is over already.')
    },

    async changeJob(id: string, { priority }: { priority: number }): Promise<void> {
      if (await queue.setPriority(id, priority)) return
      await found(id)
      throw new Problem('conflict', 'Only a waiting job has a turn to wait for.')
    },

    async stopPlayback(id: string): Promise<void> {
      if (!(await deps.stopPlayback(id))) throw new Problem('not-found', 'This playback is over.')
    },

    settings: deps.settings.list,
    changeSettings: deps.settings.change,
    logs: (question: Omit<LogQuestion, 'limit'> & { limit?: number }): Promise<LogLine[]> =>
      deps.processes.logs({ limit: 200, ...question }),

    /** Writes down what an administrator did. The deed stands even when it cannot be written: the log says so. */
    async record({ person, address, action, sent, status, requestId }: Deed): Promise<void> {
      try {
        await store.addAudit({
          id: newId(nowMs()),
          at_ms: nowMs(),
          person_id: person.id,
          person_name: person.name,
          address,
          action,
          detail: auditDetail(sent),
          status,
          request_id: requestId,
        })
      } catch (error) {
        log.error({ err: error, action, personId: person.id, requestId }, 'the audit log was not written')
      }
    },

    async audit(query: { cursor?: string; limit?: number }) {
      const { items, nextCursor } = await page(query, (at) => store.audit(at))
      return {
        items: items.map((row): AuditEntry => ({
          id: row.id,
          atMs: row.at_ms,
          personId: row.person_id,
          personName: row.person_name,
          address: row.address,
          action: row.action,
          detail: row.detail,
          status: row.status,
          requestId: row.request_id,
        })),
        nextCursor,
      }
    },
  }
}
export type Admin = ReturnType<typeof createAdmin>
