// A job that this process took out of BullMQ: it holds the job by a lock that it renews, and says how it ended.
import { UnrecoverableError } from 'bullmq'
import type { Cancelled } from './bullmq-cancelled.ts'
import { attemptOf, type Bull, isNotOurs } from './bullmq-job.ts'
import type { ClaimedJob, JobHint } from './queue.ts'

type ClaimedBy = {
  kind: string
  /** Of the lock. */
  token: string
  lockMs: number
  cancelled: Cancelled
  hint: (what: JobHint) => void
}

/** Settling what is settled or taken over changes nothing. */
async function ifOurs(settle: () => Promise<unknown>): Promise<void> {
  try {
    await settle()
  } catch (error) {
    if (!isNotOurs(error)) throw error
  }
}

export function claimedJob(job: Bull, { kind, token, lockMs, cancelled, hint }: ClaimedBy): ClaimedJob {
  const id = job.id ?? ''
  return {
    id,
    kind,
    payload: job.data.payload,
    attempt: attemptOf(job),
    requestId: job.data.requestId,
    traceParent: job.data.traceParent ?? null,
    waitedMs: Math.max(0, (job.processedOn ?? 0) - job.timestamp - (job.delay ?? 0)),
    async heartbeat() {
      try {
        if ((await job.extendLock(token, lockMs)) !== 1) return 'lost'
      } catch (error) {
        if (isNotOurs(error)) return 'lost'
        throw error
      }
      return (await cancelled.isAsked(id)) ? 'cancelled' : 'held'
    },
    progress: (progress) => ifOurs(() => job.updateProgress(progress)),
    finish: () => ifOurs(() => job.moveToCompleted(null, token, false)),
    bury: (reason) => ifOurs(() => job.moveToFailed(new UnrecoverableError(reason), token, false)),
    cancelled: () =>
      ifOurs(async () => {
        await job.moveToFailed(new UnrecoverableError('cancelled'), token, false)
        await cancelled.keep(job, kind)
        await job.remove()
        await cancelled.answered(id)
      }),
    retry: (afterMs, reason, { spend }) =>
      ifOurs(async () => {
        if ((await job.extendLock(token, lockMs)) !== 1) return
        await job.updateData({ ...job.data, reason, givenBack: job.data.givenBack + (spend ? 0 : 1) })
        if (afterMs > 0) await job.moveToDelayed(Date.now() + afterMs, token)
        else await job.moveToWait(token)
        if (afterMs <= 0) hint({ type: 'claimable' })
      }),
  }
}
