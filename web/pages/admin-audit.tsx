// What administrators did, or were refused, newest first.
import { useInfiniteQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { AuditEntry } from '#shared/api/admin.ts'
import { auditQuery } from '../api/queries.ts'
import { AdminPage } from '../components/admin-page.tsx'
import { Button } from '../components/button.tsx'
import { Blank, Failure } from '../components/state.tsx'
import { actionKey } from '../lib/audit-text.ts'
import { flatText } from '../lib/flat-text.ts'

export function AdminAuditPage() {
  const { t } = useTranslation()
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } =
    useInfiniteQuery(auditQuery)
  const entries = data?.pages.flatMap((page) => page.items) ?? []
  return (
    <AdminPage page="audit" stale={data ? error : null}>
      {!error && !data && <div className="skeleton h-96 rounded-2xl" />}
      {error && !data && <Failure error={error} onRetry={() => void refetch()} />}
      {data && entries.length === 0 && <Blank title={t('audit.none')} />}
      {entries.length > 0 && (
        <ul className="divide-y divide-line rounded-2xl border border-line bg-panel">
          {entries.map((entry) => (
            <Entry key={entry.id} entry={entry} />
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

function Entry({ entry }: { entry: AuditEntry }) {
  const { t, i18n } = useTranslation()
  const when = new Date(entry.atMs).toLocaleString(i18n.language, {
    dateStyle: 'medium',
    timeStyle: 'medium',
  })
  const detail = flatText(entry.detail)
  const isRefused = entry.status >= 400
  return (
    <li className="grid gap-1 p-4">
      <p className="flex flex-wrap justify-between gap-x-4">
        <span className="font-medium wrap-anywhere">
          {t(`audit.actions.${actionKey(entry.action)}` as 'audit.actions.post_people', {
            defaultValue: entry.action,
          })}
        </span>
        <span className={isRefused ? 'text-danger' : 'text-good'}>
          {t(isRefused ? 'audit.refused' : 'audit.done')} · {entry.status}
        </span>
      </p>
      <p className="text-sm text-soft">
        {entry.personName} · {entry.address} ·{' '}
        <time dateTime={new Date(entry.atMs).toISOString()}>{when}</time> ·{' '}
        <code className="break-all">{entry.action}</code>
      </p>
      {detail !== '' && <p className="text-sm wrap-anywhere text-soft">{detail}</p>}
    </li>
  )
}
