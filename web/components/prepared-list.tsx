// Titles encoded ahead of time, and giving them up.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { dropPrepared } from '#shared/api/playback.ts'
import { call } from '../api/call.ts'
import { preparedQuery } from '../api/queries.ts'
import { renditionText } from '../lib/rendition-text.ts'
import { Button } from './button.tsx'
import { FormFailure } from './state.tsx'
import { Section } from './section.tsx'

export function PreparedList() {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const { data } = useQuery(preparedQuery)
  const drop = useMutation({
    mutationFn: (id: string) => call(dropPrepared, { params: { id } }),
    onSuccess: () => queries.invalidateQueries(preparedQuery),
  })
  if (!data || data.items.length === 0) return null
  return (
    <Section title={t('prepare.list')}>
      <FormFailure error={drop.error} />
      <ul className="divide-y divide-line rounded-2xl border border-line bg-panel">
        {data.items.map(({ titleId, titleName, fileId, renditions, isComplete }) => (
          <li key={fileId} className="flex flex-wrap items-center justify-between gap-3 p-4">
            <div className="grid min-w-0 gap-0.5">
              <Link to="/title/$titleId" params={{ titleId }} className="font-medium hover:underline">
                {titleName}
              </Link>
              <span className="text-sm text-soft">
                {renditions
                  .map(renditionText)
                  .map(([words, values]) => t(`status.encode.${words}`, values))
                  .join(' · ')}{' '}
                · {isComplete ? t('prepare.ready') : t('prepare.running')}
              </span>
            </div>
            <Button look="ghost" disabled={drop.isPending} onClick={() => drop.mutate(fileId)}>
              {t('prepare.drop')}
            </Button>
          </li>
        ))}
      </ul>
    </Section>
  )
}
