// The episodes of a season, one under the other.
import { Link } from '@tanstack/react-router'
import { Check } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { TitleCard } from '#shared/api/catalog.ts'
import { durationText, shareOf } from '../lib/format.ts'
import { ArtworkImage } from './artwork.tsx'
import { Section } from './section.tsx'

export function EpisodeList({ episodes }: { episodes: TitleCard[] }) {
  const { t } = useTranslation()
  return (
    <Section title={t('title.episodes')} className="page">
      <ol className="grid gap-2">
        {episodes.map((episode) => (
          <li key={episode.id}>
            <Episode episode={episode} />
          </li>
        ))}
      </ol>
    </Section>
  )
}

function Episode({ episode }: { episode: TitleCard }) {
  const { t } = useTranslation()
  const { state, runtimeSeconds } = episode
  const share = state.watched ? 0 : shareOf(state.positionSeconds, state.durationSeconds ?? runtimeSeconds)
  return (
    <Link
      to="/title/$titleId"
      params={{ titleId: episode.id }}
      className="group flex items-center gap-4 rounded-xl p-2 hover:bg-panel"
    >
      <div className="relative aspect-video w-36 shrink-0 overflow-hidden rounded-lg bg-raised sm:w-52">
        <ArtworkImage artwork={episode.backdrop ?? episode.poster} id={episode.id} name="" sizes="210px" />
        {share > 0 && (
          <span className="absolute inset-x-0 bottom-0 h-1 bg-accent" style={{ width: `${share * 100}%` }} />
        )}
      </div>
      <span className="w-7 text-right text-lg text-soft tabular-nums">{episode.episodeNumber}</span>
      <span className="grid min-w-0 gap-0.5">
        <span className="truncate font-medium">{episode.name}</span>
        <span className="text-sm text-soft">{runtimeSeconds ? durationText(runtimeSeconds) : ''}</span>
      </span>
      {state.watched && <Check size={18} className="ml-auto text-soft" aria-label={t('title.watched')} />}
    </Link>
  )
}
