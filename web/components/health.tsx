// Whether all is well; if not, what is wrong and where to mend it.
import { useQuery } from '@tanstack/react-query'
import { CircleCheck, TriangleAlert } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Status } from '#shared/api/admin.ts'
import { librariesQuery } from '../api/queries.ts'
import { sizeText } from '../lib/format.ts'
import { type Trouble, troublesOf } from '../lib/troubles.ts'
import { LinkButton } from './button.tsx'

export function Health({ status }: { status: Status }) {
  const { t } = useTranslation()
  const { data } = useQuery(librariesQuery)
  const troubles = troublesOf(status, data?.items ?? [])
  return (
    <section
      aria-label={t('troubles.title')}
      aria-live="polite"
      className={`rounded-2xl border bg-panel ${troubles.length > 0 ? 'border-danger' : 'border-line'}`}
    >
      {troubles.length === 0 ? (
        <p className="flex items-center gap-3 p-4 font-medium">
          <CircleCheck size={22} className="shrink-0 text-good" aria-hidden />
          {t('troubles.none')}
        </p>
      ) : (
        <ul className="divide-y divide-line">
          {troubles.map((trouble) => (
            <li
              key={`${trouble.name} ${Object.values(trouble.values).join(' ')}`}
              className="flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2"
            >
              <TroubleLine trouble={trouble} />
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

function TroubleLine({ trouble: { name, values, to } }: { trouble: Trouble }) {
  const { t, i18n } = useTranslation()
  const size = 'bytes' in values && { size: sizeText(Number(values['bytes']), i18n.language) }
  return (
    <>
      <TriangleAlert size={22} className="shrink-0 text-danger" aria-hidden />
      <p className="min-w-0 flex-1 basis-60 py-2 wrap-anywhere">
        {t(`troubles.${name}`, { ...values, ...size })}
      </p>
      {to && (
        <LinkButton
          to={to}
          // Under the sentence where it has a line of its own.
          className="max-sm:ml-8.5"
          {...(to === '/admin/jobs' && { search: { state: 'buried' } })}
        >
          {t(`admin.${to.slice('/admin/'.length)}` as 'admin.jobs')}
        </LinkButton>
      )}
    </>
  )
}
