// What is measured of jobs: how many of each kind are where, how long they wait and run, and how they end.
import type { Metrics } from '../metrics.ts'
import type { JobKind } from './job.ts'
import type { JobQueue, JobState } from './queue.ts'

/** `later`: the handler asked for it; `failed`: it will be tried again; `lost`: another process took it over. */
export type JobOutcome = 'done' | 'failed' | 'later' | 'buried' | 'cancelled' | 'stopped' | 'lost'

/** Shown as nothing where there are none: a series that begins at its first failure would hide it. */
const ALWAYS_SHOWN: readonly JobState[] = ['waiting', 'active', 'buried']
const SECONDS = [0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60, 300, 1800, 7200]

export function createJobMetrics({
  metrics,
  queue,
  kinds,
}: {
  metrics: Metrics
  queue: JobQueue
  kinds: readonly JobKind[]
}) {
  const waits = metrics.histogram({
    name: 'mediaserver_job_wait_seconds',
    help: 'How long jobs were due before a worker took them.',
    labels: ['kind'],
    buckets: SECONDS,
  })
  const runs = metrics.histogram({
    name: 'mediaserver_job_run_seconds',
    help: 'How long runs of jobs took, by how they ended.',
    labels: ['kind', 'outcome'],
    buckets: SECONDS,
  })
  metrics.gauge(
    { name: 'mediaserver_jobs', help: 'Jobs by kind and state.', labels: ['kind', 'state'] },
    async (gauge) => {
      // A scrape must not fail because the queue cannot be reached: no figure is the honest one.
      const counts = await queue.counts().catch(() => null)
      gauge.reset()
      if (counts === null) return
      for (const { kind } of kinds) for (const state of ALWAYS_SHOWN) gauge.set({ kind, state }, 0)
      for (const { kind, state, count } of counts) gauge.set({ kind, state }, count)
    },
  )
  return {
    /** Call the answer once when the run is over. */
    started(kind: string, waitedMs: number): (outcome: JobOutcome) => void {
      waits.observe({ kind }, waitedMs / 1000)
      const startedAtMs = performance.now()
      return (outcome) => runs.observe({ kind, outcome }, (performance.now() - startedAtMs) / 1000)
    },
  }
}
export type JobMetrics = ReturnType<typeof createJobMetrics>
