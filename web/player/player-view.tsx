// The player on the page: the element, the controls that hide themselves, gestures, keys, and what lies over the picture.
import { useCallback, useEffect, useRef, useState, type ReactNode } from 'react'
import type { Playback } from '#shared/api/playback.ts'
import { useObservable } from '../lib/use-observable.ts'
import { Controls } from './controls.tsx'
import { ErrorView } from './error-view.tsx'
import { createPlayer, type Intent, type Player } from './player.ts'
import { keepProgress } from './progress.ts'
import { SHORTCUTS, handleKey } from './shortcuts.ts'
import { StatsView } from './stats-view.tsx'
import { TrackMenu } from './track-menu.tsx'

const HIDE_AFTER_MS = 2500

export type PlayerViewProps = {
  playback: Playback
  startSeconds: number
  /** Guests have no history of their own. */
  savesProgress?: boolean
  /** A party takes over play, pause, seek and rate. */
  onIntent?: (intent: Intent) => void
  onPlayer?: (player: Player) => void
  onNext?: () => void
  /** Lies at the top, beside the title: a way back, the party's people. */
  header?: ReactNode
}

export function PlayerView({
  playback,
  startSeconds,
  savesProgress = true,
  onIntent,
  onPlayer,
  onNext,
  header,
}: PlayerViewProps) {
  const video = useRef<HTMLVideoElement>(null)
  const [player, setPlayer] = useState<Player | null>(null)
  const latest = useRef({ onIntent, onPlayer })
  latest.current = { onIntent, onPlayer }
  const isLed = onIntent !== undefined

  useEffect(() => {
    if (!video.current) return
    const made = createPlayer({
      media: video.current,
      playback,
      startSeconds,
      ...(isLed && { onIntent: (intent: Intent) => latest.current.onIntent?.(intent) }),
    })
    const progress = keepProgress(made, { saves: savesProgress })
    setPlayer(made)
    latest.current.onPlayer?.(made)
    return () => {
      progress[Symbol.dispose]()
      made[Symbol.dispose]()
    }
    // A new playback is a new player; where it starts is only read then.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [playback.id, isLed, savesProgress])

  return (
    <div data-player className="relative h-full w-full overflow-hidden bg-black select-none">
      <video ref={video} playsInline className="h-full w-full object-contain" />
      {player && (
        <Overlay player={player} header={header} onNext={playback.nextTitleId ? onNext : undefined} />
      )}
    </div>
  )
}

function Overlay({
  player,
  header,
  onNext,
}: {
  player: Player
  header: ReactNode
  onNext: (() => void) | undefined
}) {
  const state = useObservable(player.state)
  const [isAwake, setAwake] = useState(true)
  const [panel, setPanel] = useState<'menu' | 'stats' | 'keys' | null>(null)
  const timer = useRef(0)
  const wake = useCallback(() => {
    setAwake(true)
    window.clearTimeout(timer.current)
    timer.current = window.setTimeout(() => setAwake(false), HIDE_AFTER_MS)
  }, [])
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      wake()
      if (event.key === '?') setPanel((open) => (open === 'keys' ? null : 'keys'))
      else if (event.key === 'Escape') setPanel(null)
      else handleKey(player, event)
    }
    window.addEventListener('keydown', onKey)
    wake()
    return () => {
      window.removeEventListener('keydown', onKey)
      window.clearTimeout(timer.current)
    }
  }, [player, wake])
  const isShown = isAwake || state.paused || panel === 'menu'
  const toggle = (name: 'menu' | 'stats') => setPanel((open) => (open === name ? null : name))

  return (
    <div className={`absolute inset-0 ${isShown ? '' : 'cursor-none'}`} onPointerMove={wake} onFocus={wake}>
      <Surface player={player} onTap={() => (panel === 'menu' ? setPanel(null) : wake())} />
      {state.waiting && !state.error && (
        <div className="pointer-events-none absolute inset-0 grid place-items-center">
          <div className="size-14 animate-spin rounded-full border-4 border-white/25 border-t-white" />
        </div>
      )}
      <div
        className={`transition-opacity duration-200 ${isShown ? 'opacity-100' : 'pointer-events-none opacity-0'}`}
      >
        <div className="pointer-events-none absolute inset-x-0 top-0 flex items-center gap-3 bg-gradient-to-b from-black/75 to-transparent p-4 pb-14 text-white *:pointer-events-auto">
          {header}
          <h1 className="truncate text-lg font-semibold">{player.playback.name}</h1>
        </div>
        <Controls
          player={player}
          onMenu={() => toggle('menu')}
          onStats={() => toggle('stats')}
          onNext={onNext}
        />
      </div>
      {panel === 'menu' && <TrackMenu player={player} />}
      {panel === 'stats' && <StatsView player={player} />}
      {panel === 'keys' && (
        <dl className="absolute top-1/2 left-1/2 z-20 grid -translate-1/2 grid-cols-[auto_1fr] gap-x-6 gap-y-2 rounded-2xl bg-neutral-900/95 p-6 text-sm text-white">
          {SHORTCUTS.map(({ keys, label }) => (
            <div key={label} className="contents">
              <dt className="font-mono text-amber-300">
                {keys.length > 3 ? '0–9' : keys.map((key) => (key === ' ' ? 'Space' : key)).join(' ')}
              </dt>
              <dd>{label}</dd>
            </div>
          ))}
        </dl>
      )}
      {state.ended && onNext && (
        <button
          type="button"
          onClick={onNext}
          className="absolute right-6 bottom-28 z-20 min-h-12 rounded-full bg-white px-6 font-semibold text-black outline-none focus-visible:ring-4 focus-visible:ring-amber-400"
        >
          Next episode
        </button>
      )}
      {state.error && <ErrorView error={state.error} onRetry={() => void player.retry()} />}
    </div>
  )
}

/** The picture as a button: a click plays or pauses; on touch a tap shows the controls, a double tap skips. */
function Surface({ player, onTap }: { player: Player; onTap: () => void }) {
  const lastTapMs = useRef(0)
  return (
    <div
      className="absolute inset-0"
      onPointerUp={(event) => {
        onTap()
        if (event.pointerType === 'mouse') return event.button === 0 ? player.toggle() : undefined
        const isDouble = event.timeStamp - lastTapMs.current < 300
        lastTapMs.current = event.timeStamp
        if (!isDouble) return
        const place = event.nativeEvent.offsetX / event.currentTarget.clientWidth
        if (place < 0.35) player.skip(-10)
        else if (place > 0.65) player.skip(10)
        else player.toggle()
      }}
      onDoubleClick={() => void player.toggleFullScreen()}
    />
  )
}
