// Search as you type; the words stand in the address.
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useDeferredValue, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { searchQuery } from '../api/queries.ts'
import { Poster } from '../components/poster.tsx'
import { Blank, Failure } from '../components/state.tsx'
import { usePageTitle } from '../lib/page-title.ts'

export function SearchPage() {
  const { t } = useTranslation()
  usePageTitle(t('nav.search'))
  const navigate = useNavigate()
  const { q: asked = '' } = useSearch({ strict: false })
  const [text, setText] = useState(asked)
  const q = useDeferredValue(text.trim())
  const { data, error, refetch } = useQuery(searchQuery(q))
  const type = (next: string) => {
    setText(next)
    void navigate({ to: '/search', search: { q: next }, replace: true })
  }
  const items = q ? (data?.items ?? []) : []
  return (
    <div className="page grid grid-cols-1 gap-6 pt-6">
      <h1 className="sr-only">{t('nav.search')}</h1>
      <input
        type="search"
        value={text}
        onChange={(event) => type(event.target.value)}
        aria-label={t('search.label')}
        placeholder={t('search.hint')}
        maxLength={100}
        // The page is this field.
        // oxlint-disable-next-line jsx-a11y/no-autofocus
        autoFocus
        className="min-h-14 w-full rounded-none border-b-2 border-line bg-transparent text-2xl font-medium outline-none focus:border-accent placeholder:text-soft sm:text-3xl"
      />
      <output className="min-h-5 text-sm text-soft">
        {q && data ? t('search.count', { count: items.length }) : ''}
      </output>
      {error && q ? (
        <Failure error={error} onRetry={() => void refetch()} />
      ) : q && data && items.length === 0 ? (
        <Blank title={t('search.none', { q })}>
          <p>{t('search.noneText')}</p>
        </Blank>
      ) : (
        <ul className="grid grid-cols-[repeat(auto-fill,minmax(min(42vw,10.5rem),1fr))] gap-5">
          {items.map((card) => (
            <li key={card.id}>
              <Poster card={card} />
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
