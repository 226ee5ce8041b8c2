// Background jobs: what waits, what runs, what failed and why; retry and cancel.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { cancelJob, changeJob, retryJob, type JobView } from '#shared/api/admin.ts'
import { call } from '../api/call.ts'
import { jobsQuery } from '../api/queries.ts'
import { AdminPage } from '../components/admin-page.tsx'
import { Button } from '../components/button.tsx'
import { Select } from '../components/field.tsx'
import { Blank, Failure, FormFailure } from '../components/state.tsx'

export function AdminJobsPage() {
  const { t } = useTranslation()
  const [state, setState] = useState('')
  const { data, error, refetch } = useQuery(jobsQuery(state || undefined))
  return (
    <AdminPage
      page="jobs"
      action={
        <Select
          label={t('jobs.state')}
          isLabelHidden
          value={state}
          onChange={(event) => setState(event.target.value)}
          options={[
            ['', t('jobs.all')],
            ['waiting', t('jobs.queued')],
            ['active', t('jobs.running')],
            ['buried', t('jobs.failed')],
          ]}
        />
      }
    >
      {error && !data && <Failure error={error} onRetry={() => void refetch()} />}
      {data?.items.length === 0 && (
        <Blank title={t('jobs.none')}>
          <p>{t('jobs.noneText')}</p>
        </Blank>
      )}
      {data && data.items.length > 0 && (
        <ul className="divide-y divide-line rounded-2xl border border-line bg-panel">
          {data.items.map((job) => (
            <li key={job.id} className="flex flex-wrap items-center gap-x-4 gap-y-2 p-4">
              <Job job={job} />
            </li>
          ))}
        </ul>
      )}
    </AdminPage>
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
  const canRetry = CAN_RETRY.includes(job.state)
  const { mutate, error, isPending } = useMutation({
    mutationFn: () => call(canRetry ? retryJob : cancelJob, { params: { id: job.id }, body: {} }),
    onSuccess: () => cache.invalidateQueries({ queryKey: ['jobs'] }),
  })
  return (
    <>
      <span className="grid min-w-0 grow">
        <span className="font-medium">{name}</span>
        <span className="text-sm break-all text-soft tabular-nums">
          {t(`jobs.states.${job.state}`, job.state)} · {t('jobs.attempt', { n: job.attempt })}
          {job.progress !== null && ` · ${Math.round(job.progress * 100)} %`}
        </span>
        {job.reason && <span className="text-sm text-danger">{job.reason}</span>}
        <FormFailure error={error} />
      </span>
      {job.state === 'waiting' && <Priority job={job} />}
      {job.state !== 'done' && (
        <Button look="ghost" disabled={isPending} onClick={() => mutate()}>
          {canRetry ? t('jobs.retry') : t('jobs.cancel')}
        </Button>
      )}
    </>
  )
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
      options={known.some(([value]) => value === own) ? known : [[own, own], ...known]}
    />
  )
}
