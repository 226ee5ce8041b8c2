// A dialog to say by hand what a title is: search, choose, or nothing at all.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Pencil } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { TitleDetails } from '#shared/api/catalog.ts'
import { applyChoices, rematchTitle } from '#shared/api/review.ts'
import { call } from '../api/call.ts'
import { candidatesQuery, titleQuery } from '../api/queries.ts'
import { Button } from './button.tsx'
import { CandidateList } from './candidate-list.tsx'
import { Dialog } from './dialog.tsx'
import { Field } from './field.tsx'
import { FormFailure } from './state.tsx'

/** Words and pictures of what was chosen come from the source some time after it. */
const COMING_MS = 20_000

export function FixMatch({ title }: { title: TitleDetails }) {
  const { t } = useTranslation()
  const [isOpen, setOpen] = useState(false)
  const [comingUntilMs, setComingUntilMs] = useState(0)
  useQuery({
    ...titleQuery(title.id),
    refetchInterval: () => (Date.now() < comingUntilMs ? 1000 : false),
  })
  return (
    <>
      <Button className="max-sm:!px-3" title={t('review.fix')} onClick={() => setOpen(true)}>
        <Pencil size={18} aria-hidden />
        <span className="max-sm:sr-only">{t('review.fix')}</span>
      </Button>
      {isOpen && (
        <FixMatchDialog
          title={title}
          onChosen={() => setComingUntilMs(Date.now() + COMING_MS)}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  )
}

function FixMatchDialog({
  title,
  onChosen,
  onClose,
}: {
  title: TitleDetails
  onChosen: () => void
  onClose: () => void
}) {
  const { t } = useTranslation()
  const cache = useQueryClient()
  const [asked, setAsked] = useState(title.name)
  const found = useQuery(candidatesQuery(title.id, asked))
  const choose = useMutation({
    mutationFn: (remoteId: number | null | undefined) =>
      remoteId === undefined
        ? call(rematchTitle, { params: { id: title.id } })
        : call(applyChoices, { body: { choices: [{ titleId: title.id, remoteId }] } }),
    onSuccess: async () => {
      onChosen()
      await Promise.all(
        [['title'], ['browse'], ['home'], ['review']].map((queryKey) =>
          cache.invalidateQueries({ queryKey }),
        ),
      )
      onClose()
    },
  })
  const search = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const text = new FormData(event.currentTarget).get('q')
    if (typeof text === 'string' && text.trim() !== '') setAsked(text.trim())
  }
  return (
    <Dialog title={t('review.fixTitle', { name: title.name })} onClose={onClose}>
      <div className="grid gap-4">
        <form onSubmit={search} className="flex items-end gap-2">
          <div className="grow">
            <Field
              label={t('review.searchFor')}
              name="q"
              defaultValue={title.name}
              hint={t('review.searchHint')}
            />
          </div>
          <Button type="submit" look="primary" className="mb-6">
            {t('nav.search')}
          </Button>
        </form>
        <div className="max-h-[45vh] overflow-y-auto" aria-live="polite">
          {found.data?.items.length === 0 && <p className="text-soft">{t('review.nothing')}</p>}
          <CandidateList
            candidates={found.data?.items ?? []}
            isBusy={choose.isPending}
            onChoose={({ remoteId }) => choose.mutate(remoteId)}
          />
        </div>
        <FormFailure error={choose.error ?? found.error} />
        <div className="flex flex-wrap gap-2">
          <Button disabled={choose.isPending} onClick={() => choose.mutate(null)}>
            {t('review.none')}
          </Button>
          <Button disabled={choose.isPending} onClick={() => choose.mutate(undefined)}>
            {t('review.again')}
          </Button>
        </div>
      </div>
    </Dialog>
  )
}
