// Home: what to go on with, what comes next, what is new; shelves fill while a scan runs.
import { useQuery } from '@tanstack/react-query'
import { Info, Play } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { TitleCard } from '#shared/api/catalog.ts'
import { homeQuery, librariesQuery, sessionQuery } from '../api/queries.ts'
import { ArtworkImage } from '../components/artwork.tsx'
import { Button, LinkButton } from '../components/button.tsx'
import { LibraryForm } from '../components/library-form.tsx'
import { Row } from '../components/row.tsx'
import { ScanBar } from '../components/scan-progress.tsx'
import { Blank, Failure, Loading } from '../components/state.tsx'
import { durationText, episodeText } from '../lib/format.ts'
import { isRunning } from '../lib/scan-text.ts'

const isWide = (rowId: string) => rowId === 'continue' || rowId === 'next-up'

export function HomePage() {
  const { t } = useTranslation()
  const { data: session } = useQuery(sessionQuery)
  const { data: libraries } = useQuery(librariesQuery)
  const { data, error, refetch } = useQuery(homeQuery(libraries?.items))
  const [isAdding, setAdding] = useState(false)
  if (error && !data) return <Failure error={error} onRetry={() => void refetch()} />
  if (!data) return <Loading />
  const running = libraries?.items.filter(({ scan }) => isRunning(scan)) ?? []
  const isAdmin = session?.viewer?.kind === 'person' && session.viewer.role !== 'viewer'
  const hero = data.rows[0]?.items[0]
  const nameOf = (id: string, name: string) =>
    isWide(id) ? t(`home.${id as 'continue'}`) : id.startsWith('added:') ? t('home.addedIn', { name }) : name
  return (
    <div className="grid grid-cols-1 gap-7">
      <h1 className="sr-only">{t('nav.home')}</h1>
      {hero && <Hero card={hero} />}
      {running.length > 0 && (
        <section aria-label={t('firstRun.scanning')} className="page mt-4">
          <div className="grid max-w-3xl gap-4 rounded-2xl border border-line bg-panel p-5">
            <h2 className="text-lg font-semibold">{t('firstRun.scanning')}</h2>
            {running.map(({ id, name, scan }) => scan && <ScanBar key={id} scan={scan} name={name} />)}
          </div>
        </section>
      )}
      {data.rows.map(({ id, name, items }) => (
        <Row key={id} name={nameOf(id, name)} items={items} isWide={isWide(id)} />
      ))}
      {data.rows.length === 0 && running.length === 0 && (
        <Blank title={t('home.emptyTitle')}>
          <p>{isAdmin ? t('home.emptyText') : t('home.emptyViewer')}</p>
          {isAdmin && (
            <Button look="primary" onClick={() => setAdding(true)}>
              {t('home.addFolder')}
            </Button>
          )}
        </Blank>
      )}
      {isAdding && <LibraryForm onClose={() => setAdding(false)} />}
    </div>
  )
}

function Hero({ card }: { card: TitleCard }) {
  const { t } = useTranslation()
  const heading = card.showName ?? card.name
  const facts = [
    card.kind === 'episode' && `${episodeText(card.seasonNumber, card.episodeNumber)} · ${card.name}`,
    card.year,
    card.runtimeSeconds && durationText(card.runtimeSeconds),
  ].filter(Boolean)
  const canPlay = card.kind === 'movie' || card.kind === 'episode'
  return (
    <section
      aria-label={heading}
      className="relative -mt-16 flex min-h-[min(62vh,42rem)] items-end overflow-hidden pt-24"
    >
      <div className="absolute inset-0 -z-10">
        <ArtworkImage artwork={card.backdrop} id={card.showId ?? card.id} name="" sizes="100vw" isFirst />
        <div className="absolute inset-0 bg-linear-to-t from-ground via-ground/35 to-ground/10" />
        <div className="absolute inset-0 bg-linear-to-r from-ground/75 to-transparent to-70%" />
      </div>
      <div className="page grid gap-4 pb-6">
        <h2 className="max-w-[18ch] text-4xl font-bold tracking-tight text-balance sm:text-6xl">{heading}</h2>
        <p className="font-medium">{facts.join('  ·  ')}</p>
        <div className="flex flex-wrap gap-3">
          {canPlay && (
            <LinkButton to="/watch/$titleId" params={{ titleId: card.id }} look="primary" className="px-6">
              <Play size={18} fill="currentColor" aria-hidden />
              {card.state.positionSeconds > 0 ? t('title.resume') : t('title.play')}
            </LinkButton>
          )}
          <LinkButton to="/title/$titleId" params={{ titleId: card.id }}>
            <Info size={18} aria-hidden />
            {t('title.details')}
          </LinkButton>
        </div>
      </div>
    </section>
  )
}
