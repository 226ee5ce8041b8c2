// Offers of the moment: skip the opening, skip the credits, go on with the next episode, which counts down at the end.
import { Play, SkipForward } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useObservable } from '../lib/use-observable.ts'
import type { Presence } from './auto-next.ts'
import type { Player } from './player.ts'
import { offerAt } from './skips.ts'
import { useAutoNext } from './use-auto-next.ts'
import { usePrepare } from './use-prepare.ts'

type Props = {
  player: Player
  onNext: (() => void) | undefined
  presence: Presence | undefined
  areControlsShown: boolean
}

export function SkipOffer({ player, onNext, presence, areControlsShown }: Props) {
  const { t } = useTranslation()
  const { positionSeconds, durationSeconds, ended } = useObservable(player.state)
  const { move, cancel } = useAutoNext(player, onNext, presence)
  const offer = offerAt(player.playback.chapters, positionSeconds, durationSeconds, {
    hasNext: onNext !== undefined,
    ended,
  })
  const isNext = offer?.kind === 'next'
  const nextTitleId = isNext ? (player.playback.nextTitleId ?? undefined) : undefined
  usePrepare(nextTitleId)
  // While this one was still being encoded the server had no room for a guess; at its end it has.
  usePrepare(ended ? nextTitleId : undefined)
  if (!offer) return null
  const asks = isNext && move.kind !== 'offer'
  const Icon = isNext ? Play : SkipForward
  return (
    <div
      className={`absolute right-5 z-20 flex animate-[fade-in_200ms_both] flex-wrap items-center justify-end gap-2 transition-[bottom] duration-200 sm:right-8 ${areControlsShown ? 'bottom-24 sm:bottom-32' : 'bottom-10'} ${asks ? 'rounded-2xl bg-neutral-950/85 p-3 pl-5 shadow-xl ring-1 ring-white/10' : ''}`}
    >
      {asks && (
        <span className="mr-2 font-medium tabular-nums">
          {move.kind === 'count'
            ? t('player.offer.nextIn', { seconds: Math.ceil(move.leftSeconds) })
            : t('player.offer.stillWatching')}
        </span>
      )}
      {asks && (
        <button
          type="button"
          onClick={cancel}
          className="min-h-11 rounded-full bg-white/15 px-5 font-semibold hover:bg-white/25 focus-visible:outline-white sm:min-h-12"
        >
          {t('common.cancel')}
        </button>
      )}
      <button
        type="button"
        onClick={() => (offer.kind === 'next' ? onNext?.() : player.seek(offer.toSeconds))}
        className="flex min-h-11 items-center gap-3 rounded-full bg-white px-5 font-semibold text-black shadow-xl hover:bg-white/85 focus-visible:outline-white sm:min-h-12 sm:px-6"
      >
        <Icon size={18} fill="currentColor" />
        {t(`player.offer.${asks ? 'playNow' : offer.kind}`)}
      </button>
    </div>
  )
}
