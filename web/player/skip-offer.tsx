// Offers of the moment: skip the opening, skip the credits, go on with the next episode.
import { Play, SkipForward } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useObservable } from '../lib/use-observable.ts'
import type { Player } from './player.ts'
import { offerAt } from './skips.ts'

type Props = { player: Player; onNext: (() => void) | undefined; areControlsShown: boolean }

export function SkipOffer({ player, onNext, areControlsShown }: Props) {
  const { t } = useTranslation()
  const { positionSeconds, durationSeconds, ended } = useObservable(player.state)
  const offer = offerAt(player.playback.chapters, positionSeconds, durationSeconds, {
    hasNext: onNext !== undefined,
    ended,
  })
  if (!offer) return null
  const isNext = offer.kind === 'next'
  const Icon = isNext ? Play : SkipForward
  return (
    <button
      type="button"
      onClick={() => (isNext ? onNext?.() : player.seek(offer.toSeconds))}
      className={`absolute right-5 z-20 flex min-h-11 animate-[fade-in_200ms_both] items-center gap-3 rounded-full bg-white px-5 font-semibold text-black shadow-xl transition-[bottom] duration-200 hover:bg-white/85 sm:min-h-12 sm:px-6 focus-visible:outline-white sm:right-8 ${areControlsShown ? 'bottom-24 sm:bottom-32' : 'bottom-10'}`}
    >
      <Icon size={18} fill="currentColor" />
      {t(`player.offer.${offer.kind}`)}
    </button>
  )
}
