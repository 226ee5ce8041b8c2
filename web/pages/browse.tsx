// Films or series as a grid; filters and sort stand in the address.
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { ArrowDownUp } from 'lucide-react'
import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import { browseQuery } from '../api/queries.ts'
import { FilterButton } from '../components/browse-filters.tsx'
import { FilterChips } from '../components/filter-chips.tsx'
import { Button } from '../components/button.tsx'
import { Select } from '../components/field.tsx'
import { Grid } from '../components/grid.tsx'
import { Blank, Failure, Loading } from '../components/state.tsx'
import {
  countFilters,
  parseBrowse,
  SORTS,
  type BrowseChange,
  type BrowseSearch,
} from '../lib/browse-search.ts'
import { usePageTitle } from '../lib/page-title.ts'

export const FilmsPage = () => <Browse kind="movies" />
export const SeriesPage = () => <Browse kind="shows" />

function Browse({ kind }: { kind: 'movies' | 'shows' }) {
  const { t } = useTranslation()
  usePageTitle(kind === 'movies' ? t('nav.films') : t('nav.series'))
  const search = parseBrowse(useSearch({ strict: false }))
  const navigate = useNavigate()
  const set = (change: BrowseChange) =>
    void navigate({
      to: kind === 'movies' ? '/films' : '/series',
      search: parseBrowse({ ...search, ...change }),
      replace: true,
    })
  const query = useInfiniteQuery({ ...browseQuery(kind, search), placeholderData: keepPreviousData })
  const { data, error, fetchNextPage, hasNextPage, isFetchingNextPage, refetch } = query
  const onEnd = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage()
  }, [hasNextPage, isFetchingNextPage, fetchNextPage])
  const items = data?.pages.flatMap((page) => page.items) ?? []
  const isFiltered = countFilters(search) > 0
  return (
    <div className="page grid grid-cols-1 gap-6 pt-6">
      <div className="flex flex-wrap items-center gap-x-6 gap-y-4">
        <h1 className="text-3xl font-semibold tracking-tight">
          {kind === 'movies' ? t('nav.films') : t('nav.series')}
        </h1>
        {kind === 'movies' && (
          <Link to="/collections" className="text-soft underline-offset-4 hover:underline">
            {t('collections.title')}
          </Link>
        )}
        <Controls search={search} set={set} />
      </div>
      {isFiltered && <FilterChips search={search} set={set} />}
      {error && !data ? (
        <Failure error={error} onRetry={() => void refetch()} />
      ) : !data ? (
        <Loading />
      ) : items.length > 0 ? (
        <Grid items={items} onEnd={onEnd} />
      ) : (
        <Blank title={isFiltered ? t('browse.empty') : t('browse.emptyShelf')}>
          {isFiltered && (
            <>
              <p>{t('browse.emptyText')}</p>
              <Button onClick={() => void navigate({ to: '.', search: {} })}>{t('browse.clear')}</Button>
            </>
          )}
        </Blank>
      )}
    </div>
  )
}

function Controls({ search, set }: { search: BrowseSearch; set: (change: BrowseChange) => void }) {
  const { t } = useTranslation()
  const order = search.order ?? 'asc'
  return (
    <fieldset aria-label={t('browse.controls')} className="flex min-w-0 flex-wrap gap-2 md:ml-auto">
      <FilterButton search={search} set={set} />
      <Select
        label={t('browse.sort')}
        isLabelHidden
        value={search.sort ?? 'name'}
        onChange={(event) => set({ sort: event.target.value })}
        options={SORTS.map((sort) => [sort, t(`browse.${sort}`)])}
      />
      <Button
        className="!px-3"
        aria-label={t(`browse.${order}`)}
        title={t(`browse.${order}`)}
        onClick={() => set({ order: order === 'asc' ? 'desc' : 'asc' })}
      >
        <ArrowDownUp size={18} aria-hidden className={order === 'desc' ? '-scale-y-100' : ''} />
      </Button>
    </fieldset>
  )
}
