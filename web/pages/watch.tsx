// The player for one film or episode, alone, in the whole window.
import { useEffect, useState } from 'react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useParams, useRouter, useSearch } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { ArrowLeft } from 'lucide-react'
import type { Playback } from '#shared/api/playback.ts'
import { titleQuery } from '../api/queries.ts'
import { createPresence } from '../player/auto-next.ts'
import { ErrorView } from '../player/error-view.tsx'
import { explainStart } from '../player/explain.ts'
import { IconButton } from '../player/icon-button.tsx'
import type { PlayerError } from '../player/player-state.ts'
import { PlayerView } from '../player/player-view.tsx'
import { openPlayback } from '../player/start.ts'
import { usePageTitle } from '../lib/page-title.ts'

export function WatchPage() {
  const { titleId } = useParams({ strict: false }) as { titleId: string }
  const { file: fileId } = useSearch({ strict: false }) as { file?: string }
  const { t } = useTranslation()
  const navigate = useNavigate()
  const router = useRouter()
  const queries = useQueryClient()
  const [attempt, setAttempt] = useState(0)
  const [playback, setPlayback] = useState<Playback | null>(null)
  const [error, setError] = useState<PlayerError | null>(null)
  usePageTitle(playback?.name)
  const [presence] = useState(createPresence)
  // Only for the lock screen: it does not compete with the start.
  const { data: title } = useQuery({ ...titleQuery(titleId), enabled: playback !== null })
  useEffect(() => {
    const ending = new AbortController()
    // Another title in the same page: what was shown of the last one goes at once.
    // oxlint-disable-next-line react/set-state-in-effect
    setError(null)
    setPlayback(null)
    openPlayback(queries, { titleId, ...(fileId && { fileId }) }, ending.signal).then(
      setPlayback,
      (reason: unknown) => {
        if (!ending.signal.aborted) setError(explainStart(reason))
      },
    )
    return () => ending.abort()
  }, [queries, titleId, fileId, attempt])

  const asked = Number(new URLSearchParams(window.location.search).get('t') ?? Number.NaN)
  const leave = () =>
    router.history.canGoBack()
      ? router.history.back()
      : void navigate({ to: '/title/$titleId', params: { titleId }, replace: true })
  const back = <IconButton icon={ArrowLeft} label={t('common.back')} onClick={leave} />
  return (
    <main className="fixed inset-0 bg-black text-white">
      {playback ? (
        <PlayerView
          key={playback.id}
          playback={playback}
          startSeconds={Number.isFinite(asked) && asked >= 0 ? asked : playback.resumeSeconds}
          header={back}
          onBack={leave}
          poster={title?.poster?.url}
          presence={presence}
          reopen={(wish) => openPlayback(queries, { titleId, fileId: playback.fileId, ...wish })}
          onNext={() =>
            playback.nextTitleId &&
            void navigate({ to: '/watch/$titleId', params: { titleId: playback.nextTitleId }, replace: true })
          }
        />
      ) : (
        <div className="absolute top-3 left-3 z-40 sm:left-6">{back}</div>
      )}
      {error && <ErrorView error={error} onRetry={() => setAttempt(attempt + 1)} onBack={leave} />}
    </main>
  )
}
