// The player for one film or episode, alone, in the whole window.
import { useEffect, useState } from 'react'
import { useNavigate, useParams } from '@tanstack/react-router'
import { ArrowLeft } from 'lucide-react'
import { getPlaybackQuestions, startPlayback, type Playback } from '#shared/api/playback.ts'
import { ApiProblem, call } from '../api/call.ts'
import { readCapabilities } from '../player/capabilities.ts'
import { ErrorView } from '../player/error-view.tsx'
import type { PlayerError } from '../player/player-state.ts'
import { PlayerView } from '../player/player-view.tsx'

async function begin(titleId: string, signal: AbortSignal): Promise<Playback> {
  const questions = await call(getPlaybackQuestions, { params: { id: titleId } }, signal)
  return call(startPlayback, { body: { titleId, capabilities: readCapabilities(questions) } }, signal)
}

export function WatchPage() {
  const { titleId } = useParams({ strict: false }) as { titleId: string }
  const navigate = useNavigate()
  const [attempt, setAttempt] = useState(0)
  const [playback, setPlayback] = useState<Playback | null>(null)
  const [error, setError] = useState<PlayerError | null>(null)
  useEffect(() => {
    const ending = new AbortController()
    setError(null)
    setPlayback(null)
    begin(titleId, ending.signal).then(setPlayback, (reason: unknown) => {
      if (ending.signal.aborted) return
      const title = reason instanceof ApiProblem ? reason.body.title : 'The film could not be started'
      setError({
        title,
        advice: 'Try again, or go back.',
        detail: reason instanceof Error ? reason.message : '',
      })
    })
    return () => ending.abort()
  }, [titleId, attempt])

  const asked = Number(new URLSearchParams(window.location.search).get('t') ?? Number.NaN)
  const back = (
    <button
      type="button"
      aria-label="Back"
      onClick={() => window.history.back()}
      className="grid size-11 place-items-center rounded-full text-white outline-none hover:bg-white/15 focus-visible:ring-2 focus-visible:ring-white"
    >
      <ArrowLeft size={24} />
    </button>
  )
  return (
    <main className="fixed inset-0 bg-black">
      {playback ? (
        <PlayerView
          key={playback.id}
          playback={playback}
          startSeconds={Number.isFinite(asked) && asked >= 0 ? asked : playback.resumeSeconds}
          header={back}
          onNext={() =>
            playback.nextTitleId &&
            void navigate({ to: '/watch/$titleId', params: { titleId: playback.nextTitleId }, replace: true })
          }
        />
      ) : (
        <div className="absolute top-4 left-4 z-40">{back}</div>
      )}
      {error && <ErrorView error={error} onRetry={() => setAttempt(attempt + 1)} />}
    </main>
  )
}
