// A person and what they did in this library.
import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { personQuery } from '../api/queries.ts'
import { ArtworkImage } from '../components/artwork.tsx'
import { Poster } from '../components/poster.tsx'
import { Failure, Loading } from '../components/state.tsx'
import { usePageTitle } from '../lib/page-title.ts'

export function PersonPage() {
  const { personId = '' } = useParams({ strict: false })
  const { data, error, refetch } = useQuery(personQuery(personId))
  usePageTitle(data?.name)
  if (error && !data) return <Failure error={error} onRetry={() => void refetch()} />
  if (!data) return <Loading />
  return (
    <article className="page grid grid-cols-1 gap-8 pt-8">
      <header className="flex items-center gap-6">
        <div className="relative size-28 shrink-0 overflow-hidden rounded-full bg-raised">
          <ArtworkImage artwork={data.portrait} id={data.id} name="" sizes="112px" isFirst />
        </div>
        <h1 className="text-4xl font-bold tracking-tight text-balance break-words">{data.name}</h1>
      </header>
      <ul className="grid grid-cols-2 gap-5 sm:grid-cols-[repeat(auto-fill,minmax(10.75rem,1fr))]">
        {data.titles.map(({ job, character, title }) => (
          <li key={`${title.id} ${job}`}>
            <Poster card={title} />
            <p className="truncate text-sm text-soft">{character ?? job}</p>
          </li>
        ))}
      </ul>
    </article>
  )
}
