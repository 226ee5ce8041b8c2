// The cache of converted segments: how full it is, and a way to empty it.
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { evictCache, type Status } from '#shared/api/admin.ts'
import { call } from '../api/call.ts'
import { statusQuery } from '../api/queries.ts'
import { sizeText } from '../lib/format.ts'
import { Button } from './button.tsx'
import { FormFailure } from './state.tsx'

export function Storage({ cache }: { cache: Status['cache'] }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const evict = useMutation({
    mutationFn: () => call(evictCache, { body: {} }),
    onSuccess: () => queries.invalidateQueries(statusQuery),
  })
  const used = t('status.of', { used: sizeText(cache.bytes), budget: sizeText(cache.budgetBytes) })
  return (
    <section aria-labelledby="storage" className="grid gap-3">
      <h2 id="storage" className="text-xl font-semibold">
        {t('status.cache')}
      </h2>
      <div className="grid gap-3 rounded-2xl border border-line bg-panel p-4">
        <progress
          aria-label={t('status.cache')}
          className="h-2 w-full overflow-hidden rounded-full bg-raised"
          value={Math.min(cache.bytes, cache.budgetBytes)}
          max={Math.max(1, cache.budgetBytes)}
        />
        <div className="flex flex-wrap items-center justify-between gap-3">
          <p className="tabular-nums">
            {used} · {t('status.segments', { count: cache.segments })}
            {cache.freeBytes !== null && ` · ${t('status.free', { size: sizeText(cache.freeBytes) })}`}
          </p>
          <Button disabled={evict.isPending || cache.segments === 0} onClick={() => evict.mutate()}>
            {t('status.evict')}
          </Button>
        </div>
        <output className="text-sm text-soft empty:hidden">
          {evict.data && t('status.freed', { size: sizeText(evict.data.freedBytes) })}
        </output>
        <FormFailure error={evict.error} />
      </div>
    </section>
  )
}
