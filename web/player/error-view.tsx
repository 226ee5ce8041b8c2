// What went wrong, in words, and what to do.
import { TriangleAlert } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { saidText } from '../lib/reason-text.ts'
import { isFinal, type PlayerError } from './player-state.ts'

type Props = {
  error: PlayerError
  onRetry: () => void
  /** What is left where no attempt helps. */
  onBack: (() => void) | undefined
  /** Goes on a little later in the film, where only a part of it is damaged. */
  onSkip?: () => void
}

export function ErrorView({ error, onRetry, onBack, onSkip }: Props) {
  const { t } = useTranslation()
  const way = isFinal(error)
    ? { go: onBack, label: t('common.back') }
    : { go: onRetry, label: t('common.retry') }
  return (
    <div
      role="alert"
      className="absolute inset-0 z-30 grid place-items-center bg-black/80 p-6 text-center text-white backdrop-blur-sm"
    >
      <div className="grid max-w-md justify-items-center gap-3">
        <TriangleAlert size={40} strokeWidth={1.5} className="text-accent" />
        <h2 className="text-2xl font-semibold">{t(`player.error.${error.code}.title`)}</h2>
        <p className="text-white/75">
          {error.says && saidText(error.says)} {t(`player.error.${error.code}.advice`)}
        </p>
        <div className="mt-3 flex flex-wrap justify-center gap-3">
          {way.go && (
            <button
              type="button"
              onClick={way.go}
              className="min-h-12 rounded-full bg-white px-8 font-semibold text-black hover:bg-white/85 focus-visible:outline-white"
            >
              {way.label}
            </button>
          )}
          {onSkip && error.code === 'convert' && (
            <button
              type="button"
              onClick={onSkip}
              className="min-h-12 rounded-full bg-white/15 px-8 font-semibold hover:bg-white/25 focus-visible:outline-white"
            >
              {t('player.keys.forward10')}
            </button>
          )}
        </div>
        {error.detail && <p className="mt-3 max-w-full text-xs break-words text-white/45">{error.detail}</p>}
      </div>
    </div>
  )
}
