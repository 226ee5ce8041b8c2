// What fills the storage: by kind, by title, and ways to make room.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { evictCache, type Storage } from '#shared/api/admin-storage.ts'
import { call } from '../api/call.ts'
import { storageQuery } from '../api/queries.ts'
import { AdminPage } from '../components/admin-page.tsx'
import { Bar } from '../components/bar.tsx'
import { Button } from '../components/button.tsx'
import { ConfirmRemove } from '../components/confirm.tsx'
import { PreparedList } from '../components/prepared-list.tsx'
import { Failure, FormFailure } from '../components/state.tsx'
import { sizeText } from '../lib/format.ts'
import { Section } from '../components/section.tsx'

export function AdminStoragePage() {
  const { t } = useTranslation()
  const { data, error, refetch } = useQuery(storageQuery)
  const evict = useEvict()
  return (
    <AdminPage page="storage" stale={data ? error : null}>
      {error && !data && <Failure error={error} onRetry={() => void refetch()} />}
      {!error && !data && <div className="skeleton h-72 rounded-2xl" />}
      {data && (
        <>
          <Budget storage={data} evict={evict} />
          <Section title={t('storage.kinds')}>
            <ul className="divide-y divide-line rounded-2xl border border-line bg-panel">
              {data.kinds.map(({ kind, bytes, count }) => (
                <li key={kind} className="grid gap-2 p-4">
                  <Share
                    name={t(`storage.kind.${kind}`, kind)}
                    note={kind === 'database' ? '' : t('storage.parts', { count })}
                    bytes={bytes}
                    most={data.kinds[0]?.bytes ?? 0}
                  />
                </li>
              ))}
            </ul>
          </Section>
          {data.titles.length > 0 && <Titles titles={data.titles} evict={evict} />}
        </>
      )}
      <PreparedList />
    </AdminPage>
  )
}

function useEvict() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (id?: string) => call(evictCache, { body: id === undefined ? {} : { id } }),
    onSuccess: () => queries.invalidateQueries(storageQuery),
  })
}

type Evict = ReturnType<typeof useEvict>

function Budget({ storage, evict }: { storage: Storage; evict: Evict }) {
  const { t, i18n } = useTranslation()
  const [isAsking, setAsking] = useState(false)
  const { kinds, budgetBytes, freeBytes } = storage
  const { bytes, count } = kinds.find(({ kind }) => kind === 'segments') ?? { bytes: 0, count: 0 }
  const used = t('storage.of', {
    used: sizeText(bytes, i18n.language),
    budget: sizeText(budgetBytes, i18n.language),
  })
  return (
    <Section title={t('storage.budget')}>
      <div className="grid gap-3 rounded-2xl border border-line bg-panel p-4">
        <Bar label={t('storage.budget')} value={bytes} max={budgetBytes} />
        <div className="flex flex-wrap items-center justify-between gap-3">
          <p className="tabular-nums">
            {used} · {t('storage.segments', { count })}
            {freeBytes !== null && ` · ${t('storage.free', { size: sizeText(freeBytes, i18n.language) })}`}
          </p>
          <Button disabled={evict.isPending || count === 0} onClick={() => setAsking(true)}>
            {t('storage.evict')}
          </Button>
        </div>
        <p className="text-sm text-soft">{t('storage.hint')}</p>
        <output className="text-sm text-soft empty:hidden">
          {evict.data && t('storage.freed', { size: sizeText(evict.data.freedBytes, i18n.language) })}
        </output>
        <FormFailure error={evict.error} />
      </div>
      {isAsking && (
        <ConfirmRemove
          title={t('storage.evictTitle')}
          text={t('storage.evictText', { size: sizeText(bytes, i18n.language) })}
          onConfirm={() => evict.mutateAsync(undefined)}
          onClose={() => setAsking(false)}
        />
      )}
    </Section>
  )
}

function Titles({ titles, evict }: { titles: Storage['titles']; evict: Evict }) {
  const { t, i18n } = useTranslation()
  return (
    <Section title={t('storage.titles')}>
      <ul className="divide-y divide-line rounded-2xl border border-line bg-panel">
        {titles.map(({ id, name, bytes, segmentBytes }) => (
          <li key={id} className="flex items-center gap-4 p-4">
            <div className="grid min-w-0 grow gap-2">
              <Share
                name={name ?? t('storage.gone')}
                note={t('storage.evictable', { size: sizeText(segmentBytes, i18n.language) })}
                bytes={bytes}
                most={titles[0]?.bytes ?? 0}
              />
            </div>
            <Button
              look="ghost"
              disabled={evict.isPending || segmentBytes === 0}
              aria-label={t('storage.evictNamed', { title: name ?? t('storage.gone') })}
              onClick={() => evict.mutate(id)}
            >
              {t('storage.evictOne')}
            </Button>
          </li>
        ))}
      </ul>
    </Section>
  )
}

function Share({ name, note, bytes, most }: { name: string; note: string; bytes: number; most: number }) {
  const { i18n } = useTranslation()
  return (
    <>
      <p className="flex flex-wrap justify-between gap-x-4">
        <span className="min-w-0 font-medium wrap-anywhere">{name}</span>
        <span className="text-soft tabular-nums">
          {note && `${note} · `}
          <span className="text-ink">{sizeText(bytes, i18n.language)}</span>
        </span>
      </p>
      <Bar label={name} value={bytes} max={most} />
    </>
  )
}
