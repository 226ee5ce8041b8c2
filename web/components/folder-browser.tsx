// Chooses a folder of the server's machine, step by step.
import { useQuery } from '@tanstack/react-query'
import { CornerLeftUp, Folder } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { foldersQuery } from '../api/queries.ts'
import { FormFailure } from './state.tsx'

const LINE = 'flex min-h-11 w-full items-center gap-3 rounded-lg px-3 text-left hover:bg-raised'

/** The folder that is open is the one chosen. */
export function FolderBrowser({ onOpen }: { onOpen: (path: string) => void }) {
  const { t } = useTranslation()
  const [path, setPath] = useState<string>()
  const { data, error } = useQuery(foldersQuery(path))
  const open = (next: string) => {
    setPath(next)
    onOpen(next)
  }
  return (
    <div className="grid gap-2">
      <p className="truncate rounded-lg bg-raised px-3 py-2 text-sm" aria-live="polite" dir="ltr">
        {data?.path ?? '…'}
      </p>
      <FormFailure error={error} />
      <ul
        aria-label={t('libraries.browse', { path: data?.path ?? '' })}
        className="h-56 overflow-y-auto rounded-lg border border-line p-1"
      >
        {data?.parent != null && (
          <li>
            <button type="button" className={LINE} onClick={() => open(data.parent ?? '/')}>
              <CornerLeftUp size={18} aria-hidden className="text-soft" />
              {t('libraries.up')}
            </button>
          </li>
        )}
        {data?.folders.map((folder) => (
          <li key={folder.path}>
            <button type="button" className={LINE} onClick={() => open(folder.path)}>
              <Folder size={18} aria-hidden className="shrink-0 text-accent-text" />
              <span className="truncate">{folder.name}</span>
            </button>
          </li>
        ))}
        {data?.folders.length === 0 && <li className="p-3 text-soft">{t('libraries.noFolders')}</li>}
      </ul>
    </div>
  )
}
