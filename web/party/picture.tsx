// The film in the room: opened for this member's own device, kept in step, reactions floating over it.
import { useNavigate } from '@tanstack/react-router'
import { useCallback, useEffect, useRef, useState } from 'react'
import { SkipForward } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { type Playback, getPlaybackQuestions, startPlayback } from '#shared/api/playback.ts'
import { call } from '../api/call.ts'
import { Button } from '../components/button.tsx'
import { useObservable } from '../lib/use-observable.ts'
import { readCapabilities } from '../lib/capabilities.ts'
import { ErrorView } from '../player/error-view.tsx'
import { explainStart } from '../player/explain.ts'
import { PlayerView } from '../player/player-view.tsx'
import type { Intent, Player, ReopenWish } from '../player/player.ts'
import { readDeviceDelay } from './device-delay.ts'
import { type FollowState, type Following, followRoom } from './follow-player.ts'
import type { PartyRoom } from './room.ts'

type Props = { room: PartyRoom; titleId: string; fileId: string | null; mayControl: boolean }
type Opened = { playback: Playback; startSeconds: number }

export function Picture({ room, titleId, fileId, mayControl }: Props) {
  const { t } = useTranslation()
  const [follow, setFollow] = useState<FollowState>({ driftMs: null, needsClick: false })
  const [opened, setOpened] = useState<Opened | null>(null)
  const [failure, setFailure] = useState<unknown>(null)
  const [attempt, setAttempt] = useState(0)
  const navigate = useNavigate()
  const following = useRef<Following | null>(null)

  const open = useCallback(
    async (wish: ReopenWish, signal?: AbortSignal): Promise<Playback> => {
      const questions = await call(getPlaybackQuestions, { params: { id: titleId } }, signal)
      const capabilities = readCapabilities(questions)
      const body = { titleId, ...(fileId !== null && { fileId }), ...wish, capabilities }
      return call(startPlayback, { body }, signal)
    },
    [titleId, fileId],
  )

  useEffect(() => {
    const ending = new AbortController()
    open({}, ending.signal).then(
      (playback) => {
        if (!ending.signal.aborted) setOpened({ playback, startSeconds: room.positionSeconds() ?? 0 })
      },
      (error: unknown) => {
        if (!ending.signal.aborted) setFailure(error)
      },
    )
    return () => {
      ending.abort()
      following.current?.[Symbol.dispose]()
    }
  }, [room, open, attempt])

  const onIntent = (intent: Intent): void => {
    // The room's state counts, not the element's, which rests while the room waits and moves while it rehearses.
    const { state } = room.view.get()
    const isGoing = state?.playing === true || state?.waiting != null
    if (intent.kind === 'toggle') void (isGoing ? room.pause() : room.play())
    else if (intent.kind === 'play') void room.play()
    else if (intent.kind === 'pause') void room.pause()
    else if (intent.kind === 'seek') void room.seek(intent.positionSeconds)
    else void room.rate(intent.rate)
  }
  const onPlayer = (player: Player): void => {
    following.current?.[Symbol.dispose]()
    following.current = followRoom({
      player: player.media,
      room,
      onState: setFollow,
      storage: localStorage,
      deviceDelayMs: () => readDeviceDelay(localStorage),
    })
  }

  if (failure)
    return (
      <ErrorView
        error={explainStart(failure)}
        onRetry={() => {
          setFailure(null)
          setAttempt(attempt + 1)
        }}
        onBack={() => void navigate({ to: '/' })}
      />
    )
  if (!opened) return <p className="self-center p-6 text-center text-white/70">{t('party.openingFilm')}</p>
  const { nextTitleId } = opened.playback
  const next = nextTitleId && mayControl ? () => void room.load(nextTitleId) : undefined
  return (
    <div className="relative h-full min-h-0">
      <PlayerView
        playback={opened.playback}
        startSeconds={opened.startSeconds}
        savesProgress={false}
        onIntent={onIntent}
        reopen={open}
        onPlayer={onPlayer}
        {...(next && { onNext: next })}
        header={
          next && (
            <Button look="ghost" onClick={next} aria-label={t('party.next')} title={t('party.next')}>
              <SkipForward size={18} aria-hidden />
            </Button>
          )
        }
      />
      <Reactions room={room} />
      {follow.needsClick && (
        <Button
          look="primary"
          className="absolute inset-0 z-30 m-auto h-fit w-fit min-h-13 px-7 text-lg"
          onClick={() => void following.current?.unblock()}
        >
          {t('party.clickToPlay')}
        </Button>
      )}
    </div>
  )
}

/** A place that one reaction keeps while it rises, far from those just before it: steps of the golden ratio. */
const placeOf = (key: number): string => `${6 + ((key * 0.618) % 1) * 72}%`

function Reactions({ room }: { room: PartyRoom }) {
  const { reactions, members } = useObservable(room.view)
  return (
    <div aria-hidden className="pointer-events-none absolute inset-0 z-10 overflow-hidden">
      {reactions.map(({ key, reaction, memberId }) => (
        <span
          key={key}
          className="party-reaction absolute bottom-24 grid justify-items-center"
          style={{ left: placeOf(key) }}
        >
          <span className="text-4xl">{reaction}</span>
          <span className="rounded-full bg-black/60 px-2 text-xs text-white">
            {members.find((m) => m.id === memberId)?.name}
          </span>
        </span>
      ))}
    </div>
  )
}
