// Adds a library, or changes one: name, kind, folders.
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { X } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { addLibrary, changeLibrary, type Library, type LibraryKind } from '#shared/api/library.ts'
import { call } from '../api/call.ts'
import { textOf } from '../lib/form.ts'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'
import { Field, Select } from './field.tsx'
import { FolderBrowser } from './folder-browser.tsx'
import { Form } from './form.tsx'

export function LibraryForm({ library, onClose }: { library?: Library; onClose: () => void }) {
  const { t } = useTranslation()
  const cache = useQueryClient()
  const [open, setOpen] = useState<string>()
  const [kept, setKept] = useState(library?.folders.map(({ path }) => path) ?? [])
  const folders = open !== undefined && !kept.includes(open) ? [...kept, open] : kept
  const saving = useMutation({
    mutationFn: (form: FormData) => {
      const kind = textOf(form, 'kind') as LibraryKind
      const name =
        textOf(form, 'name').trim() || (folders[0]?.split(/[\\/]/).pop() ?? '') || t(`kind.${kind}`)
      const body = { name, kind, folders }
      return library ? call(changeLibrary, { params: { id: library.id }, body }) : call(addLibrary, { body })
    },
    onSuccess: async () => {
      await cache.invalidateQueries({ queryKey: ['libraries'] })
      onClose()
    },
  })
  return (
    <Dialog title={library ? library.name : t('firstRun.folderTitle')} onClose={onClose}>
      <Form
        mutation={saving}
        button={library ? t('common.save') : t('firstRun.add')}
        isIncomplete={folders.length === 0}
      >
        <p className="text-soft">{t('firstRun.folderText')}</p>
        <FolderBrowser onOpen={setOpen} />
        {kept.length > 0 && (
          <ul aria-label={t('libraries.folders')} className="grid gap-1 text-sm">
            {kept.map((path) => (
              <li key={path} className="flex items-center gap-2">
                <span className="grow truncate">{path}</span>
                <Button
                  look="ghost"
                  aria-label={`${t('common.remove')} ${path}`}
                  onClick={() => setKept(kept.filter((other) => other !== path))}
                >
                  <X size={16} aria-hidden />
                </Button>
              </li>
            ))}
          </ul>
        )}
        <div className="grid gap-4 sm:grid-cols-2">
          <Select
            label={t('firstRun.kind')}
            name="kind"
            defaultValue={library?.kind ?? 'mixed'}
            options={(['films', 'series', 'mixed'] as const).map((kind) => [kind, t(`kind.${kind}`)])}
          />
          <Field label={t('firstRun.libraryName')} name="name" defaultValue={library?.name} maxLength={100} />
        </div>
      </Form>
    </Dialog>
  )
}
