// Films that belong together: all collections, and one with its films in their order.
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { collectionQuery, collectionsQuery } from '../api/queries.ts'
import { ArtworkImage } from '../components/artwork.tsx'
import { Button } from '../components/button.tsx'
import { Poster } from '../components/poster.tsx'
import { Blank, Failure, Loading } from '../components/state.tsx'
import { usePageTitle } from '../lib/page-title.ts'

const GRID = 'grid grid-cols-2 gap-5 sm:grid-cols-[repeat(auto-fill,minmax(10.75rem,1fr))]'

export function CollectionsPage() {
  const { t } = useTranslation()
  usePageTitle(t('collections.title'))
  const { data, error, refetch, hasNextPage, fetchNextPage } = useInfiniteQuery(collectionsQuery)
  if (error && !data) return <Failure error={error} onRetry={() => void refetch()} />
  if (!data) return <Loading />
  const items = data.pages.flatMap((page) => page.items)
  if (items.length === 0)
    return (
      <Blank title={t('collections.none')}>
        <p>{t('collections.noneText')}</p>
      </Blank>
    )
  return (
    <div className="page grid grid-cols-1 gap-6 pt-8">
      <h1 className="text-3xl font-semibold tracking-tight">{t('collections.title')}</h1>
      <ul className={GRID}>
        {items.map(({ id, name, titleCount, poster }) => (
          <li key={id}>
            <Link to="/collection/$collectionId" params={{ collectionId: id }} className="block rounded-xl">
              <div className="lift relative aspect-[2/3] overflow-hidden rounded-xl bg-raised">
                <ArtworkImage artwork={poster} id={id} name={name} sizes="190px" />
              </div>
              <p className="mt-2.5 truncate font-medium">{name}</p>
              <p className="text-sm text-soft">{t('collections.films', { count: titleCount })}</p>
            </Link>
          </li>
        ))}
      </ul>
      {hasNextPage && <Button onClick={() => void fetchNextPage()}>{t('review.more')}</Button>}
    </div>
  )
}

export function CollectionPage() {
  const { collectionId = '' } = useParams({ strict: false })
  const { data, error, refetch } = useQuery(collectionQuery(collectionId))
  usePageTitle(data?.name)
  if (error && !data) return <Failure error={error} onRetry={() => void refetch()} />
  if (!data) return <Loading />
  return (
    <article className="page grid grid-cols-1 gap-6 pt-8">
      <h1 className="text-4xl font-bold tracking-tight text-balance break-words">{data.name}</h1>
      {data.overview && <p className="max-w-3xl leading-relaxed text-pretty">{data.overview}</p>}
      <ul className={GRID}>
        {data.items.map((card) => (
          <li key={card.id}>
            <Poster card={card} />
          </li>
        ))}
      </ul>
    </article>
  )
}
