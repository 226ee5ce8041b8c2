// What the server does now: who watches what and why so, conversions, cache, versions.
import type { Status } from '#shared/api/admin.ts'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { statusQuery } from '../api/queries.ts'
import { AdminPage } from '../components/admin-page.tsx'
import { Health } from '../components/health.tsx'
import { EncodeLine } from '../components/encode-line.tsx'
import { PlayingNow } from '../components/playing-now.tsx'
import { ProcessList } from '../components/process-list.tsx'
import { Failure } from '../components/state.tsx'
import { Section } from '../components/section.tsx'
import { sizeText } from '../lib/format.ts'

export function AdminStatusPage() {
  const { t, i18n } = useTranslation()
  const { data, error, refetch } = useQuery(statusQuery)
  if (!data)
    return (
      <AdminPage page="status">
        {error ? (
          <Failure error={error} onRetry={() => void refetch()} />
        ) : (
          <div className="skeleton h-40 rounded-2xl" />
        )}
      </AdminPage>
    )
  const startedAt = new Date(data.startedAtMs).toLocaleString(i18n.language, {
    dateStyle: 'medium',
    timeStyle: 'short',
  })
  const jobs = t('status.jobsNow', { active: data.jobs['active'] ?? 0, waiting: data.jobs['waiting'] ?? 0 })
  const room = data.freeBytes === null ? '' : sizeText(data.freeBytes, i18n.language)
  const facts: (readonly [name: string, value: string, to?: '/admin/jobs' | '/admin/storage'])[] = [
    [t('status.jobs'), jobs, '/admin/jobs'],
    [t('status.parties'), String(data.parties)],
    [t('status.encoder'), encoderText(data.hardware, t('status.processor'))],
    [t('status.room'), room, '/admin/storage'],
    [t('status.running'), startedAt],
    [t('status.version'), `${data.version} · Node ${data.node}`],
    [t('status.database'), DATABASES[data.databaseKind] ?? data.databaseKind],
    [t('status.data'), data.dataPath],
  ]
  return (
    <AdminPage page="status" stale={error}>
      <Health status={data} />
      <dl className="grid grid-cols-2 gap-3 lg:grid-cols-4">
        {facts.map(
          ([name, value, to]) =>
            value && (
              <div key={name} className="rounded-2xl border border-line bg-panel p-4">
                <dt className="text-sm text-soft">{name}</dt>
                <dd className="mt-1 font-medium wrap-anywhere tabular-nums">
                  {to ? (
                    <Link
                      to={to}
                      className="underline decoration-line underline-offset-4 hover:decoration-current"
                    >
                      {value}
                    </Link>
                  ) : (
                    value
                  )}
                </dd>
              </div>
            ),
        )}
      </dl>
      <Part name={t('status.playing')} empty={t('status.nobody')}>
        {data.playbacks.map((playback) => (
          <PlayingNow key={playback.id} playback={playback} />
        ))}
      </Part>
      <Part name={t('status.encodes')} empty={t('status.noEncodes')}>
        {data.encodes.map((encode, n) => (
          // One film may be converted twice alike, by two processes.
          <li key={n} className="flex flex-wrap justify-between gap-2 p-4 tabular-nums">
            <EncodeLine encode={encode} />
          </li>
        ))}
      </Part>
      <ProcessList processes={data.processes} />
    </AdminPage>
  )
}

const DATABASES: Readonly<Record<string, string>> = { sqlite: 'SQLite', postgres: 'PostgreSQL' }

/** The hardware encoder in use; what those say that were left aside. */
function encoderText(hardware: Status['hardware'], processor: string): string {
  const faults = hardware.flatMap(({ encoder, fault }) => (fault === null ? [] : [`${encoder}: ${fault}`]))
  return [hardware.find(({ isUsed }) => isUsed)?.encoder ?? processor, ...faults].join(' · ')
}

function Part({ name, empty, children }: { name: string; empty: string; children: ReactNode[] }) {
  return (
    <Section title={name}>
      {children.length === 0 ? (
        <p className="text-soft">{empty}</p>
      ) : (
        <ul className="divide-y divide-line rounded-2xl border border-line bg-panel">{children}</ul>
      )}
    </Section>
  )
}
