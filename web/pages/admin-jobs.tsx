// Background jobs: what waits, what runs, what failed and why; retry and cancel.
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { cancelJob, changeJob, retryFailedJobs, retryJob, type JobView } from '#shared/api/admin.ts'
import { call } from '../api/call.ts'
import { jobsQuery, statusQuery } from '../api/queries.ts'
import { AdminPage } from '../components/admin-page.tsx'
import { Bar } from '../components/bar.tsx'
import { Button } from '../components/button.tsx'
import { Select } from '../components/field.tsx'
import { Blank, Failure, FormFailure } from '../components/state.tsx'
import { relativeText, spanText } from '../lib/format.ts'
import { type JobSearch, parseJobSearch } from '../lib/job-search.ts'
import { jobReasonText } from '../lib/reason-text.ts'

export function AdminJobsPage() {
  const { t } = useTranslation()
  const { state }: JobSearch = useSearch({ from: '/signed-in/app/admin/jobs' })
  const navigate = useNavigate()
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery(
    jobsQuery(state),
  )
  const { data: status } = useQuery(statusQuery)
  const jobs = data?.pages.flatMap((page) => page.items) ?? []
  const counted = (text: string, of: string): string => {
    const count = status?.jobs[of]
    return count ? `${text} (${count})` : text
  }
  return (
    <AdminPage
      page="jobs"
      stale={data ? error : null}
      action={
        <Select
          label={t('jobs.state')}
          isLabelHidden
          value={state ?? ''}
          onChange={({ target }) =>
            void navigate({
              to: '/admin/jobs',
              search: parseJobSearch({ state: target.value }),
              replace: true,
            })
          }
          options={[
            ['', t('jobs.all')],
            ['waiting', counted(t('jobs.queued'), 'waiting')],
            ['active', counted(t('jobs.running'), 'active')],
            ['buried', counted(t('jobs.failed'), 'buried')],
            ['cancelled', counted(t('jobs.cancelled'), 'cancelled')],
            ['done', counted(t('jobs.done'), 'done')],
          ]}
        />
      }
    >
      {error && !data && <Failure error={error} onRetry={() => void refetch()} />}
      {!error && !data && <div className="skeleton h-96 rounded-2xl" />}
      {state === 'buried' && <RetryAll hasSome={jobs.length > 0} />}
      {data && jobs.length === 0 && (
        <Blank title={t('jobs.none')}>
          <p>{t('jobs.noneText')}</p>
        </Blank>
      )}
      {jobs.length > 0 && (
        <ul className="divide-y divide-line rounded-2xl border border-line bg-panel">
          {jobs.map((job) => (
            <li key={job.id} className="flex flex-wrap items-center gap-x-4 gap-y-2 p-4">
              <Job job={job} />
            </li>
          ))}
        </ul>
      )}
      {hasNextPage && (
        <Button disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {t('common.more')}
        </Button>
      )}
    </AdminPage>
  )
}

function RetryAll({ hasSome }: { hasSome: boolean }) {
  const { t } = useTranslation()
  const cache = useQueryClient()
  const { mutate, data, error, isPending } = useMutation({
    mutationFn: () => call(retryFailedJobs, { body: {} }),
    onSuccess: () => cache.invalidateQueries({ queryKey: ['jobs'] }),
  })
  return (
    <div className="flex flex-wrap items-center gap-4">
      {hasSome && (
        <Button disabled={isPending} onClick={() => mutate()}>
          {t('jobs.retryAll')}
        </Button>
      )}
      <output className="text-sm text-soft empty:hidden">
        {data && t('jobs.retried', { count: data.count })}
      </output>
      <FormFailure error={error} />
    </div>
  )
}

const CAN_RETRY = ['buried', 'cancelled']

/** What is done, and to what. */
const nameOf = (kind: string, { subject }: JobView): string =>
  subject === null ? kind : `${kind}: ${subject}`

function Job({ job }: { job: JobView }) {
  const { t } = useTranslation()
  const cache = useQueryClient()
  const name = nameOf(t(`jobs.kinds.${job.kind}`, job.kind), job)
  const whenOf = useWhen()
  const canRetry = CAN_RETRY.includes(job.state)
  const { mutate, error, isPending } = useMutation({
    mutationFn: () => call(canRetry ? retryJob : cancelJob, { params: { id: job.id }, body: {} }),
    onSuccess: () => cache.invalidateQueries({ queryKey: ['jobs'] }),
  })
  const facts = [
    t(`jobs.states.${job.state}`, job.state),
    whenOf(job),
    job.attempt > 1 && t('jobs.attempt', { n: job.attempt }),
    job.progress !== null && job.state !== 'done' && `${Math.round(job.progress * 100)} %`,
  ].filter(Boolean)
  return (
    <>
      <span className="grid min-w-0 grow">
        <span className="font-medium">{name}</span>
        <span className="text-sm wrap-anywhere text-soft tabular-nums">{facts.join(' · ')}</span>
        {job.reason && (
          <span className={`text-sm wrap-anywhere ${job.state === 'buried' ? 'text-danger' : 'text-soft'}`}>
            {jobReasonText(t, job.reason)}
          </span>
        )}
        {job.state === 'active' && job.progress !== null && <Bar label={name} value={job.progress} max={1} />}
        <FormFailure error={error} />
      </span>
      {job.state === 'waiting' && <Priority job={job} />}
      {job.state !== 'done' && (
        <Button
          look="ghost"
          disabled={isPending}
          aria-label={t(canRetry ? 'jobs.retryNamed' : 'jobs.cancelNamed', { name })}
          onClick={() => mutate()}
        >
          {canRetry ? t('jobs.retry') : t('jobs.cancel')}
        </Button>
      )}
    </>
  )
}

/** When it comes to its turn, was begun or ended. */
function useWhen(): (job: JobView) => string {
  const { t, i18n } = useTranslation()
  return ({ state, runAtMs, createdAtMs, startedAtMs, finishedAtMs }) => {
    const now = Date.now()
    const when = (atMs: number | null): string => relativeText((atMs ?? now) - now, i18n.language)
    if (state === 'waiting')
      return runAtMs > now + 1000 ? when(runAtMs) : t('jobs.asked', { when: when(createdAtMs) })
    if (state === 'active') return t('jobs.begun', { when: when(startedAtMs) })
    const tookMs = (finishedAtMs ?? 0) - (startedAtMs ?? finishedAtMs ?? 0)
    return tookMs < 1000
      ? when(finishedAtMs)
      : `${when(finishedAtMs)} · ${t('jobs.took', { time: spanText(tookMs, i18n.language) })}`
  }
}

/** Words for the numbers people would choose; a job's own number is offered as it is. */
const PRIORITIES = [
  [50, 'jobs.first'],
  [0, 'jobs.normal'],
  [-50, 'jobs.last'],
] as const

function Priority({ job }: { job: JobView }) {
  const { t } = useTranslation()
  const cache = useQueryClient()
  const { mutate, isPending } = useMutation({
    mutationFn: (priority: number) => call(changeJob, { params: { id: job.id }, body: { priority } }),
    onSettled: () => cache.invalidateQueries({ queryKey: ['jobs'] }),
  })
  const known = PRIORITIES.map(([value, key]) => [String(value), t(key)] as const)
  const own = String(job.priority)
  return (
    <Select
      label={`${t('jobs.priority')}: ${nameOf(t(`jobs.kinds.${job.kind}`, job.kind), job)}`}
      isLabelHidden
      disabled={isPending}
      value={own}
      onChange={({ target }) => mutate(Number(target.value))}
      options={known.some(([value]) => value === own) ? known : [[own, t('jobs.own', { n: own })], ...known]}
    />
  )
}
