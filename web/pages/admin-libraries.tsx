// Libraries: their folders, their scans as they run, the files that cannot be used and why.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Plus, RefreshCw } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { removeLibrary, scanLibrary, type Library } from '#shared/api/library.ts'
import { call } from '../api/call.ts'
import { brokenFilesQuery, librariesQuery } from '../api/queries.ts'
import { AdminPage } from '../components/admin-page.tsx'
import { Button } from '../components/button.tsx'
import { ConfirmRemove } from '../components/confirm.tsx'
import { LibraryForm } from '../components/library-form.tsx'
import { ScanBar } from '../components/scan-progress.tsx'
import { Blank, Failure, FormFailure } from '../components/state.tsx'
import { saidText } from '../lib/reason-text.ts'
import { isRunning } from '../lib/scan-text.ts'

export function AdminLibrariesPage() {
  const { t } = useTranslation()
  const { data, error, refetch } = useQuery(librariesQuery)
  const [isAdding, setAdding] = useState(false)
  return (
    <AdminPage
      page="libraries"
      action={
        <Button look="primary" onClick={() => setAdding(true)}>
          <Plus size={18} aria-hidden />
          {t('libraries.add')}
        </Button>
      }
    >
      {error && !data && <Failure error={error} onRetry={() => void refetch()} />}
      {data?.items.length === 0 && <Blank title={t('libraries.empty')} />}
      <ul className="grid gap-4">
        {data?.items.map((library) => (
          <li key={library.id} className="grid gap-4 rounded-2xl border border-line bg-panel p-5 sm:p-6">
            <LibraryCard library={library} />
          </li>
        ))}
      </ul>
      {isAdding && <LibraryForm onClose={() => setAdding(false)} />}
    </AdminPage>
  )
}

function LibraryCard({ library }: { library: Library }) {
  const { t } = useTranslation()
  const cache = useQueryClient()
  const [asking, setAsking] = useState<'change' | 'remove'>()
  const refresh = () => cache.invalidateQueries({ queryKey: ['libraries'] })
  const scan = useMutation({
    mutationFn: (acceptVanished: boolean) =>
      call(scanLibrary, { params: { id: library.id }, body: acceptVanished ? { acceptVanished } : {} }),
    onSuccess: refresh,
  })
  return (
    <>
      <div className="flex flex-wrap items-start justify-between gap-4">
        <div className="grid min-w-0 gap-1">
          <h2 className="text-xl font-semibold">{library.name}</h2>
          <p className="text-sm text-soft">
            {t(`kind.${library.kind}`)} · {t('libraries.files', { count: library.fileCount })}
          </p>
          <ul className="text-sm break-all">
            {library.folders.map(({ path, state }) => (
              <li key={path}>
                {path}
                {state === 'unavailable' && (
                  <span className="text-danger"> · {t('libraries.unavailable')}</span>
                )}
              </li>
            ))}
          </ul>
        </div>
        <div className="flex flex-wrap gap-2 max-sm:w-full">
          <Button
            className="max-sm:w-full"
            onClick={() => scan.mutate(false)}
            disabled={scan.isPending || isRunning(library.scan)}
          >
            <RefreshCw size={17} aria-hidden />
            {t('libraries.scan')}
          </Button>
          <Button look="ghost" className="max-sm:grow" onClick={() => setAsking('change')}>
            {t('libraries.change')}
          </Button>
          <Button look="ghost" className="max-sm:grow" onClick={() => setAsking('remove')}>
            {t('common.remove')}
          </Button>
        </div>
      </div>
      <FormFailure error={scan.error} />
      {library.scan && <ScanBar scan={library.scan} name={library.name} />}
      {library.scan?.message && !isRunning(library.scan) && library.scan.filesGone > 0 && (
        <Button className="justify-self-start" onClick={() => scan.mutate(true)}>
          {t('libraries.acceptGone')}
        </Button>
      )}
      <BrokenFiles library={library} />
      {asking === 'change' && <LibraryForm library={library} onClose={() => setAsking(undefined)} />}
      {asking === 'remove' && (
        <ConfirmRemove
          title={t('libraries.removeTitle', { name: library.name })}
          text={t('libraries.removeText')}
          onConfirm={async () => {
            await call(removeLibrary, { params: { id: library.id } })
            await cache.invalidateQueries()
          }}
          onClose={() => setAsking(undefined)}
        />
      )}
    </>
  )
}

function BrokenFiles({ library }: { library: Library }) {
  const { t } = useTranslation()
  const { data } = useQuery(brokenFilesQuery(library.id))
  if (!data || data.items.length === 0) return null
  return (
    <details className="text-sm">
      <summary className="min-h-8 font-medium text-danger">
        {t('libraries.broken', { count: data.items.length })}
        {data.nextCursor && '+'}
      </summary>
      <ul className="mt-2 grid gap-2">
        {data.items.map(({ id, relativePath, reason }) => (
          <li key={id}>
            <span className="block break-all">{relativePath}</span>
            <span className="text-soft">{reason !== null && saidText(reason)}</span>
          </li>
        ))}
      </ul>
    </details>
  )
}
