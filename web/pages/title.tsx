// A film, series, season or episode: artwork, facts, what can be done with it, everything known of it.
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { TitleDetails } from '#shared/api/catalog.ts'
import { sessionQuery, titleQuery } from '../api/queries.ts'
import { ArtworkImage } from '../components/artwork.tsx'
import { Row } from '../components/row.tsx'
import { Failure, Loading } from '../components/state.tsx'
import { EpisodeList } from '../components/episode-list.tsx'
import { TitleActions } from '../components/title-actions.tsx'
import { MatchView, VersionList } from '../components/title-facts.tsx'
import { durationText, episodeText, resolutionText } from '../lib/format.ts'
import { usePageTitle } from '../lib/page-title.ts'
import { usePrepare } from '../player/use-prepare.ts'

export function TitlePage() {
  const { titleId = '' } = useParams({ strict: false })
  const { data, error, refetch } = useQuery(titleQuery(titleId))
  if (error && !data) return <Failure error={error} onRetry={() => void refetch()} />
  if (!data) return <Loading />
  return <Title key={data.id} title={data} />
}

function Title({ title }: { title: TitleDetails }) {
  usePageTitle(title.showName ? `${title.showName} – ${title.name}` : title.name)
  usePrepare(title.files.length > 0 ? title.id : title.nextUp?.id)
  const { t } = useTranslation()
  const isEpisodes = title.kind === 'season'
  const viewer = useQuery(sessionQuery).data?.viewer
  const isAdmin = viewer?.kind === 'person' && viewer.role !== 'viewer'
  return (
    <article className="grid grid-cols-1 gap-10">
      <Header title={title} isAdmin={isAdmin} />
      {title.kind === 'show' && title.children.length > 0 && (
        <Row name={t('title.seasons')} items={title.children} />
      )}
      {isEpisodes && <EpisodeList episodes={title.children} />}
      {title.people.length > 0 && <Cast people={title.people} />}
      {title.files.length > 0 && <VersionList titleId={title.id} files={title.files} isAdmin={isAdmin} />}
      {(title.kind === 'movie' || title.kind === 'show') && <MatchView match={title.match} />}
    </article>
  )
}

function factsOf(title: TitleDetails): string[] {
  const picture = title.files[0]?.video[0]
  return [
    title.year && String(title.year),
    title.runtimeSeconds && durationText(title.runtimeSeconds),
    title.certification,
    title.rating && `★ ${title.rating.toFixed(1)}`,
    picture && resolutionText(picture.width, picture.height),
    picture?.hdr?.toUpperCase(),
  ].filter((fact): fact is string => typeof fact === 'string' && fact !== '')
}

function Header({ title, isAdmin }: { title: TitleDetails; isAdmin: boolean }) {
  const { t } = useTranslation()
  const numbers = episodeText(title.seasonNumber, title.kind === 'episode' ? title.episodeNumber : null)
  return (
    <header className="relative -mt-16 overflow-hidden pt-28 sm:pt-40">
      <div className="absolute inset-0 -z-10 opacity-80">
        <ArtworkImage artwork={title.backdrop} id={title.showId ?? title.id} name="" sizes="100vw" isFirst />
        <div className="absolute inset-0 bg-linear-to-t from-ground via-ground/60 to-ground/20" />
      </div>
      <div className="page grid grid-cols-1 items-end gap-6 sm:grid-cols-[minmax(9rem,16rem)_1fr] sm:gap-10">
        <div className="relative aspect-[2/3] w-40 overflow-hidden rounded-2xl bg-raised sm:w-full">
          <ArtworkImage
            artwork={title.poster}
            id={title.showId ?? title.id}
            name={title.showName ?? title.name}
            sizes="(min-width: 640px) 256px, 160px"
            isFirst
          />
        </div>
        <div className="grid max-w-3xl min-w-0 grid-cols-1 gap-4">
          {title.showId && title.showName && (
            <p className="font-medium text-soft">
              <Link
                to="/title/$titleId"
                params={{ titleId: title.showId }}
                className="text-ink underline-offset-4 hover:underline"
              >
                {title.showName}
              </Link>
              {numbers && ` · ${numbers}`}
            </p>
          )}
          <h1 className="text-4xl font-bold tracking-tight text-balance break-words sm:text-5xl">
            {title.name}
          </h1>
          {title.originalName && title.originalName !== title.name && (
            <p className="text-soft">
              {t('title.original')}: {title.originalName}
            </p>
          )}
          <p className="font-medium">{factsOf(title).join('  ·  ')}</p>
          {title.genres.length > 0 && (
            <ul className="flex flex-wrap gap-2 text-sm">
              {title.genres.map((genre) => (
                <li key={genre}>
                  <Link
                    to={title.kind === 'movie' ? '/films' : '/series'}
                    search={{ genre }}
                    className="inline-flex min-h-8 items-center rounded-full bg-raised px-3 hover:brightness-125"
                  >
                    {genre}
                  </Link>
                </li>
              ))}
            </ul>
          )}
          {title.collection && (
            <p className="text-soft">
              {t('title.collection')}{' '}
              <Link
                to="/collection/$collectionId"
                params={{ collectionId: title.collection.id }}
                className="text-ink underline-offset-4 hover:underline"
              >
                {title.collection.name}
              </Link>
            </p>
          )}
          <TitleActions title={title} isAdmin={isAdmin} />
          {title.offline && <p className="text-danger">{t('title.offline')}</p>}
          {title.tagline && <p className="text-lg text-soft italic">{title.tagline}</p>}
          {title.overview && <p className="leading-relaxed text-pretty">{title.overview}</p>}
        </div>
      </div>
    </header>
  )
}

function Cast({ people }: { people: TitleDetails['people'] }) {
  const { t } = useTranslation()
  return (
    <section aria-labelledby="cast">
      <h2 id="cast" className="page text-xl font-semibold tracking-tight">
        {t('title.cast')}
      </h2>
      <ul className="shelf">
        {people.map(({ id, name, job, character, portrait }) => (
          <li key={`${id} ${job} ${character}`} className="w-28 shrink-0 text-center">
            <div className="relative mx-auto size-24 overflow-hidden rounded-full bg-raised">
              <ArtworkImage artwork={portrait} id={id} name="" sizes="96px" />
            </div>
            <p className="mt-2 text-sm font-medium">
              <Link to="/person/$personId" params={{ personId: id }} className="hover:underline">
                {name}
              </Link>
            </p>
            <p className="text-sm text-soft">{character ?? job}</p>
          </li>
        ))}
      </ul>
    </section>
  )
}
