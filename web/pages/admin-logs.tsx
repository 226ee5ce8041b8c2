// The last lines of the log of all processes as they come; what they are narrowed by stands in the address.
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useDeferredValue, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { logsQuery } from '../api/queries.ts'
import { AdminPage } from '../components/admin-page.tsx'
import { Button } from '../components/button.tsx'
import { Field, Select } from '../components/field.tsx'
import { LogEntry } from '../components/log-entry.tsx'
import { Blank, Failure } from '../components/state.tsx'
import { LEVELS, type LogSearch, parseLogSearch } from '../lib/log-search.ts'

export function AdminLogsPage() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const search: LogSearch = useSearch({ from: '/signed-in/app/admin/logs' })
  const [isPaused, setPaused] = useState(false)
  const { data, error, refetch } = useQuery(logsQuery(useDeferredValue(search), isPaused))
  const narrow = (more: Partial<Record<keyof LogSearch, string>>) =>
    void navigate({ to: '/admin/logs', search: parseLogSearch({ ...search, ...more }), replace: true })
  const lines = data?.items ?? []
  const features = new Set(lines.map(({ feature }) => feature))
  if (search.feature !== undefined) features.add(search.feature)
  const isScaled = new Set(lines.map(({ process }) => process)).size > 1
  return (
    <AdminPage
      page="logs"
      stale={data ? error : null}
      action={
        <Button aria-pressed={isPaused} onClick={() => setPaused(!isPaused)}>
          {t('logs.pause')}
        </Button>
      }
    >
      <div className="grid gap-3 sm:grid-cols-[10rem_12rem_1fr]">
        <Select
          label={t('logs.level')}
          value={search.level ?? 'trace'}
          onChange={({ target }) => narrow({ level: target.value })}
          options={LEVELS.map((level) => [level, t(`logs.levels.${level}`)] as const)}
        />
        <Select
          label={t('logs.feature')}
          value={search.feature ?? ''}
          onChange={({ target }) => narrow({ feature: target.value })}
          options={[
            ['', t('logs.all')],
            ...[...features]
              .filter((feature) => feature !== null)
              .toSorted()
              .map((feature) => [feature, feature] as const),
          ]}
        />
        <Field
          type="search"
          label={t('logs.text')}
          maxLength={100}
          value={search.text ?? ''}
          onChange={({ target }) => narrow({ text: target.value })}
        />
      </div>
      {error && !data && <Failure error={error} onRetry={() => void refetch()} />}
      {!error && !data && <div className="skeleton h-96 rounded-2xl" />}
      {data && lines.length === 0 && (
        <Blank title={t('logs.none')}>
          <p>{t('logs.noneText')}</p>
        </Blank>
      )}
      {lines.length > 0 && (
        <ul
          aria-label={t('admin.logs')}
          className="divide-y divide-line rounded-2xl border border-line bg-panel"
        >
          {lines.map((line) => (
            <LogEntry
              key={line.id}
              line={line}
              showsProcess={isScaled}
              onFollow={(text) => narrow({ text })}
            />
          ))}
        </ul>
      )}
    </AdminPage>
  )
}
