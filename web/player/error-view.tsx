// What went wrong, in words, and what to do.
import { TriangleAlert } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { PlayerError } from './player-state.ts'

export function ErrorView({ error, onRetry }: { error: PlayerError; onRetry: () => void }) {
  const { t } = useTranslation()
  return (
    <div
      role="alert"
      className="absolute inset-0 z-30 grid place-items-center bg-black/80 p-6 text-center text-white backdrop-blur-sm"
    >
      <div className="grid max-w-md justify-items-center gap-3">
        <TriangleAlert size={40} strokeWidth={1.5} className="text-accent" />
        <h2 className="text-2xl font-semibold">{t(`player.error.${error.code}.title`)}</h2>
        <p className="text-white/75">{t(`player.error.${error.code}.advice`)}</p>
        <button
          type="button"
          onClick={onRetry}
          className="mt-3 min-h-12 rounded-full bg-white px-8 font-semibold text-black hover:bg-white/85 focus-visible:outline-white"
        >
          {t('common.retry')}
        </button>
        {error.detail && <p className="mt-3 max-w-full text-xs break-words text-white/45">{error.detail}</p>}
      </div>
    </div>
  )
}
