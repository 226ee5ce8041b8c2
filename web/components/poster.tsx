// A title in a row or grid: upright poster, or a wide still for what is being watched.
import { Link } from '@tanstack/react-router'
import { Check, Play, WifiOff } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { TitleCard } from '#shared/api/catalog.ts'
import { durationText, episodeText, shareOf } from '../lib/format.ts'
import { ArtworkImage } from './artwork.tsx'

const subtitleOf = (card: TitleCard): string =>
  card.kind === 'episode'
    ? [episodeText(card.seasonNumber, card.episodeNumber), card.name].filter(Boolean).join(' · ')
    : String(card.year ?? '')

export function Poster({ card }: { card: TitleCard }) {
  const heading = card.kind === 'episode' ? (card.showName ?? card.name) : card.name
  return (
    <Link to="/title/$titleId" params={{ titleId: card.id }} className="group block rounded-xl">
      <div className="lift relative aspect-[2/3] overflow-hidden rounded-xl bg-raised">
        <ArtworkImage
          artwork={card.poster}
          id={card.showId ?? card.id}
          name={heading}
          sizes="(min-width: 640px) 190px, 44vw"
        />
        <Marks card={card} />
      </div>
      <p className="mt-2.5 truncate text-[0.92rem] font-medium">{heading}</p>
      <p className="min-h-5 truncate text-sm text-soft">{subtitleOf(card)}</p>
    </Link>
  )
}

/** Leads straight to the player: it was begun, or comes next. */
export function WideCard({ card }: { card: TitleCard }) {
  const { t } = useTranslation()
  const heading = card.showName ?? card.name
  const { positionSeconds, durationSeconds } = card.state
  const left = (durationSeconds ?? card.runtimeSeconds ?? 0) - positionSeconds
  const note =
    positionSeconds > 0 && left > 0 ? t('common.left', { time: durationText(left) }) : (card.year ?? '')
  return (
    <Link to="/watch/$titleId" params={{ titleId: card.id }} className="group block rounded-xl">
      <div className="lift relative aspect-video overflow-hidden rounded-xl bg-raised">
        <ArtworkImage
          artwork={card.backdrop ?? null}
          id={card.showId ?? card.id}
          name={heading}
          sizes="(min-width: 640px) 340px, 76vw"
        />
        <span className="absolute inset-0 grid place-content-center bg-black/35 opacity-0 transition group-hover:opacity-100 group-focus-visible:opacity-100">
          <Play size={44} fill="white" stroke="white" aria-hidden />
        </span>
        <Marks card={card} />
      </div>
      <p className="mt-2.5 truncate text-[0.92rem] font-medium">{heading}</p>
      <p className="min-h-5 truncate text-sm text-soft">
        {card.kind === 'episode' ? subtitleOf(card) : note}
      </p>
    </Link>
  )
}

function Marks({ card: { state, offline, runtimeSeconds } }: { card: TitleCard }) {
  const { t } = useTranslation()
  const share = shareOf(state.positionSeconds, state.durationSeconds ?? runtimeSeconds)
  return (
    <>
      <span className="absolute top-2 right-2 flex gap-1.5">
        {offline && (
          <span className="rounded-full bg-black/75 p-1.5 text-white">
            <WifiOff size={14} aria-label={t('libraries.unavailable')} />
          </span>
        )}
        {state.watched && (
          <span className="rounded-full bg-black/75 p-1.5 text-white">
            <Check size={14} strokeWidth={3} aria-label={t('title.watched')} />
          </span>
        )}
        {!state.watched && !!state.unwatchedCount && (
          <span className="min-w-6 rounded-full bg-accent px-2 py-0.5 text-center text-xs font-semibold text-on-accent">
            <span className="sr-only">{t('title.left', { count: state.unwatchedCount })}</span>
            <span aria-hidden>{state.unwatchedCount}</span>
          </span>
        )}
      </span>
      {share > 0 && !state.watched && (
        <span className="absolute inset-x-0 bottom-0 h-1 bg-black/50" aria-hidden>
          <span className="block h-full bg-accent" style={{ width: `${share * 100}%` }} />
        </span>
      )}
    </>
  )
}
