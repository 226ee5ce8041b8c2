// A job that this process took out of the table: how it is held, how it ends, and when it is forgotten.
import type { Database } from '../database/database.ts'
import type { JobTable } from '../database/schema.ts'
import type { ClaimedJob, JobHint } from './queue.ts'

/** How many jobs that are over are kept to be looked at; the oldest go first. */
const KEPT = { done: 1_000, cancelled: 1_000, buried: 10_000 } as const
/** Looking for what may go costs a little, so only after so many jobs are over. */
const PRUNE_EVERY = 256
const BURIED_FOR_MS = 30 * 86_400_000

export type ClaimsDeps = { db: Database; nowMs: () => number; hint: (what: JobHint) => void }

export function createClaims({ db, nowMs, hint }: ClaimsDeps): (row: JobTable) => ClaimedJob {
  let overSincePrune = 0

  async function prune(): Promise<void> {
    if (++overSincePrune < PRUNE_EVERY) return
    overSincePrune = 0
    await db
      .deleteFrom('jobs')
      .where('state', '=', 'buried')
      .where('finished_at_ms', '<', nowMs() - BURIED_FOR_MS)
      .execute()
    for (const state of ['done', 'cancelled', 'buried'] as const)
      await db
        .deleteFrom('jobs')
        .where('id', 'in', (q) =>
          q
            .selectFrom('jobs')
            .select('id')
            .where('state', '=', state)
            .orderBy('finished_at_ms', 'desc')
            .limit(10_000)
            .offset(KEPT[state]),
        )
        .execute()
  }

  return (row) => {
    /** Only while it is still this very run: settling twice, or after a requeue, changes nothing. */
    const ours = (set: Partial<JobTable>) =>
      db
        .updateTable('jobs')
        .set(set)
        .where('id', '=', row.id)
        .where('state', '=', 'active')
        .where('started_at_ms', '=', row.started_at_ms)
        .executeTakeFirst()
    const over = async (state: JobTable['state'], reason: string | null): Promise<void> => {
      await ours({ state, reason, finished_at_ms: nowMs() })
      await prune()
    }
    return {
      id: row.id,
      kind: row.kind,
      payload: JSON.parse(row.payload),
      attempt: row.attempt,
      requestId: row.request_id,
      traceParent: row.trace_parent,
      waitedMs: Math.max(0, (row.started_at_ms ?? 0) - row.run_at_ms),
      async heartbeat() {
        const now = await db
          .selectFrom('jobs')
          .select(['state', 'cancel_asked'])
          .where('id', '=', row.id)
          .executeTakeFirst()
        if (now?.state !== 'active') return 'lost'
        return now.cancel_asked ? 'cancelled' : 'held'
      },
      async progress(progress) {
        await ours({ progress: JSON.stringify(progress) })
      },
      finish: () => over('done', null),
      bury: (reason) => over('buried', reason),
      cancelled: () => over('cancelled', null),
      async retry(afterMs, reason, { spend }) {
        await ours({
          state: 'waiting',
          reason,
          run_at_ms: nowMs() + afterMs,
          attempt: spend ? row.attempt : row.attempt - 1,
        })
        if (afterMs <= 0) hint({ type: 'claimable' })
      },
    }
  }
}
