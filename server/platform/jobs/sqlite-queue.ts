// The job queue as a table, for one process: what is active runs here, and what a crash left runs again at once.
import type { Database } from '../database/database.ts'
import type { JobTable } from '../database/schema.ts'
import { newId } from '../ids.ts'
import type { JobKind, JobProgress } from './job.ts'
import type { Enqueued, EnqueueOptions, JobHint, JobQueue, JobView } from './queue.ts'
import { createClaims } from './sqlite-claimed.ts'

type NewJob = { payload: unknown; options?: EnqueueOptions }

/** Jobs of one statement and one transaction: others want the connection too. */
const INSERT_ROWS = 25

/** Clocks are set back by less all the time. */
const JUMP_MS = 5_000

const viewOf = (row: JobTable): JobView => ({
  id: row.id,
  kind: row.kind,
  key: row.unique_key,
  state: row.state,
  payload: JSON.parse(row.payload),
  priority: row.priority,
  attempt: row.attempt,
  progress: row.progress === null ? null : (JSON.parse(row.progress) as JobProgress),
  reason: row.reason,
  requestId: row.request_id,
  createdAtMs: row.created_at_ms,
  runAtMs: row.run_at_ms,
  startedAtMs: row.started_at_ms,
  finishedAtMs: row.finished_at_ms,
})

export async function openSqliteQueue(deps: {
  db: Database
  nowMs: () => number
  /** False for a command that only puts jobs in while the server's own process runs them. */
  takesOver?: boolean
}): Promise<JobQueue> {
  const { db, nowMs, takesOver = true } = deps
  const listeners = new Set<(hint: JobHint) => void>()
  const hint = (what: JobHint): void => listeners.forEach((listener) => listener(what))

  let newestMs = nowMs()

  if (takesOver) {
    await takeOver()
    await bringBack(nowMs())
  }

  /** This is the only process, so whatever is active was running when the last one died. */
  async function takeOver(): Promise<void> {
    await db
      .updateTable('jobs')
      .set({ state: 'waiting', run_at_ms: nowMs() })
      .where('state', '=', 'active')
      .where('cancel_asked', '=', 0)
      .execute()
    await db
      .updateTable('jobs')
      .set({ state: 'cancelled', finished_at_ms: nowMs() })
      .where('state', '=', 'active')
      .execute()
  }

  /**
   * A machine without a clock of its own may start years ahead. Once the time is right, whatever was put in or had its
   * turn "later than now" waits no longer: else it would wait for years, and hold its key meanwhile.
   */
  async function bringBack(now: number): Promise<void> {
    await db
      .updateTable('jobs')
      .set({ run_at_ms: now })
      .where('state', '=', 'waiting')
      .where('run_at_ms', '>', now)
      .where((q) => q.or([q('created_at_ms', '>', now), q('started_at_ms', '>', now)]))
      .execute()
  }

  const claimed = createClaims({ db, nowMs, hint })

  async function insert(kind: JobKind, jobs: readonly NewJob[]): Promise<Enqueued[]> {
    const rows = jobs.map(({ payload, options = {} }) => {
      const now = nowMs()
      return {
        id: newId(),
        kind: kind.kind,
        unique_key: options.key ?? null,
        state: 'waiting' as const,
        payload: JSON.stringify(payload),
        priority: options.priority ?? 0,
        attempt: 0,
        progress: null,
        reason: null,
        request_id: options.requestId ?? null,
        trace_parent: options.traceParent ?? null,
        cancel_asked: 0,
        created_at_ms: now,
        run_at_ms: now + (options.delayMs ?? 0),
        started_at_ms: null,
        finished_at_ms: null,
      }
    })
    return db.transaction().execute(async (trx) => {
      const inserted = await trx
        .insertInto('jobs')
        .values(rows)
        .onConflict((c) => c.doNothing())
        .returning('id')
        .execute()
      const fresh = new Set(inserted.map(({ id }) => id))
      const keys = rows.flatMap(({ id, unique_key: key }) => (fresh.has(id) || key === null ? [] : [key]))
      const there =
        keys.length === 0
          ? []
          : await trx
              .selectFrom('jobs')
              .select(['id', 'unique_key'])
              .where('kind', '=', kind.kind)
              .where('unique_key', 'in', keys)
              .where('state', 'in', ['waiting', 'active'])
              .execute()
      const idOf = new Map(there.map(({ id, unique_key: key }) => [key, id]))
      return rows.map(({ id, unique_key: key }) => ({ id: idOf.get(key) ?? id, isNew: fresh.has(id) }))
    })
  }

  const queue: JobQueue = {
    async enqueue(kind, payload, options) {
      const [one] = await queue.enqueueAll(kind, [{ payload, ...(options && { options }) }])
      return one as Enqueued
    },

    async enqueueAll(kind, jobs) {
      const result: Enqueued[] = []
      for (let at = 0; at < jobs.length; at += INSERT_ROWS)
        result.push(...(await insert(kind, jobs.slice(at, at + INSERT_ROWS))))
      if (result.some(({ isNew }) => isNew)) hint({ type: 'claimable' })
      return result
    },

    async claim({ kind }) {
      const now = nowMs()
      const hasJumped = now < newestMs - JUMP_MS
      newestMs = hasJumped ? now : Math.max(newestMs, now)
      if (hasJumped) await bringBack(now)
      const row = await db
        .updateTable('jobs')
        .set((q) => ({ state: 'active', started_at_ms: now, progress: null, attempt: q('attempt', '+', 1) }))
        .where('id', '=', (q) =>
          q
            .selectFrom('jobs')
            .select('id')
            .where('state', '=', 'waiting')
            .where('kind', '=', kind)
            .where('run_at_ms', '<=', now)
            .orderBy('priority', 'desc')
            .orderBy('run_at_ms')
            .orderBy('id')
            .limit(1),
        )
        .returningAll()
        .executeTakeFirst()
      return row ? claimed(row) : null
    },

    onHint(listener) {
      listeners.add(listener)
      return { [Symbol.dispose]: () => void listeners.delete(listener) }
    },

    async cancel(id) {
      const waiting = await db
        .updateTable('jobs')
        .set({ state: 'cancelled', finished_at_ms: nowMs() })
        .where('id', '=', id)
        .where('state', '=', 'waiting')
        .executeTakeFirst()
      if (waiting.numUpdatedRows > 0n) return true
      const active = await db
        .updateTable('jobs')
        .set({ cancel_asked: 1 })
        .where('id', '=', id)
        .where('state', '=', 'active')
        .executeTakeFirst()
      if (active.numUpdatedRows === 0n) return false
      hint({ type: 'cancelled', id })
      return true
    },

    async requeue(id) {
      const requeued = await db.transaction().execute(async (trx) => {
        const job = await trx
          .selectFrom('jobs')
          .select(['kind', 'unique_key'])
          .where('id', '=', id)
          .where('state', 'in', ['buried', 'cancelled'])
          .executeTakeFirst()
        if (!job) return false
        const other = await trx
          .selectFrom('jobs')
          .select('id')
          .where('kind', '=', job.kind)
          .where('unique_key', '=', job.unique_key)
          .where('state', 'in', ['waiting', 'active'])
          .executeTakeFirst()
        if (other) return false
        await trx
          .updateTable('jobs')
          .set({ state: 'waiting', attempt: 0, cancel_asked: 0, run_at_ms: nowMs(), finished_at_ms: null })
          .where('id', '=', id)
          .execute()
        return true
      })
      if (requeued) hint({ type: 'claimable' })
      return requeued
    },

    async hurry({ kind }) {
      const now = nowMs()
      const { numUpdatedRows } = await db
        .updateTable('jobs')
        .set({ run_at_ms: now })
        .where('state', '=', 'waiting')
        .where('kind', '=', kind)
        .where('run_at_ms', '>', now)
        .executeTakeFirst()
      if (numUpdatedRows > 0n) hint({ type: 'claimable' })
    },

    async setPriority(id, priority) {
      const changed = await db
        .updateTable('jobs')
        .set({ priority })
        .where('id', '=', id)
        .where('state', '=', 'waiting')
        .executeTakeFirst()
      return changed.numUpdatedRows > 0n
    },

    async get(id) {
      const row = await db.selectFrom('jobs').selectAll().where('id', '=', id).executeTakeFirst()
      return row ? viewOf(row) : null
    },

    async list({ state, kind, before, limit }) {
      let query = db.selectFrom('jobs').selectAll().orderBy('id', 'desc').limit(limit)
      if (state) query = query.where('state', '=', state)
      if (kind) query = query.where('kind', '=', kind)
      if (before) query = query.where('id', '<', before)
      return (await query.execute()).map(viewOf)
    },

    async counts() {
      const rows = await db
        .selectFrom('jobs')
        .select((q) => ['kind', 'state', q.fn.countAll().as('count')] as const)
        .groupBy(['kind', 'state'])
        .execute()
      return rows.map(({ kind, state, count }) => ({ kind, state, count: Number(count) }))
    },

    async ping() {
      await db.selectFrom('jobs').select('id').limit(1).execute()
    },

    async [Symbol.asyncDispose]() {
      listeners.clear()
    },
  }
  return queue
}
