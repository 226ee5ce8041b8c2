// What lies over the picture: subtitles, the controls that hide themselves, panels, the next episode, errors.
import { Pause, Play, RotateCcw, RotateCw } from 'lucide-react'
import { useCallback, useEffect, useRef, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useObservable } from '../lib/use-observable.ts'
import type { Presence } from './auto-next.ts'
import { Controls } from './controls.tsx'
import { ErrorView } from './error-view.tsx'
import { IconButton } from './icon-button.tsx'
import { setNextKey, showPoster } from './media-session.ts'
import type { Player } from './player.ts'
import { SettingsMenu } from './settings-menu.tsx'
import { handleKey, type PanelName } from './shortcuts.ts'
import { ShortcutsView } from './shortcuts-view.tsx'
import { SkipOffer } from './skip-offer.tsx'
import { StatsView } from './stats-view.tsx'
import { SubtitleText } from './subtitle-text.tsx'
import { Surface } from './surface.tsx'
import { TrackMenu } from './track-menu.tsx'

const HIDE_AFTER_MS = 2800

type Props = {
  player: Player
  header: ReactNode
  onNext: (() => void) | undefined
  onBack: (() => void) | undefined
  poster: string | undefined
  presence: Presence | undefined
}

export function Overlay({ player, header, onNext, onBack, poster, presence }: Props) {
  const state = useObservable(player.state)
  const [isAwake, setAwake] = useState(true)
  const [panel, setPanel] = useState<PanelName | null>(null)
  const timer = useRef(0)
  const sleepLater = useCallback(() => {
    window.clearTimeout(timer.current)
    timer.current = window.setTimeout(() => setAwake(false), HIDE_AFTER_MS)
  }, [])
  const wake = useCallback(() => {
    setAwake(true)
    sleepLater()
  }, [sleepLater])
  const toggle = useCallback((name: PanelName) => setPanel((open) => (open === name ? null : name)), [])
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      wake()
      if (event.key === 'Escape') setPanel(null)
      else handleKey(event, { player, panel: toggle, next: onNext })
    }
    window.addEventListener('keydown', onKey)
    setNextKey(onNext)
    sleepLater()
    return () => {
      window.removeEventListener('keydown', onKey)
      setNextKey(undefined)
      window.clearTimeout(timer.current)
    }
  }, [player, wake, sleepLater, toggle, onNext])
  useEffect(() => showPoster(poster), [poster])
  const hasMenu = panel === 'tracks' || panel === 'settings'
  const isShown = (isAwake || state.paused || hasMenu) && !state.error

  return (
    <div
      className={`absolute inset-0 text-white ${isShown ? '' : 'cursor-none'}`}
      onPointerMove={(event) => event.pointerType === 'mouse' && wake()}
      onFocus={wake}
    >
      <SubtitleText player={player} areControlsShown={isShown} />
      <Surface
        player={player}
        onMouse={() => {
          if (hasMenu) setPanel(null)
          return hasMenu
        }}
        onTap={() => {
          if (hasMenu) setPanel(null)
          else if (isAwake) setAwake(false)
          else wake()
        }}
      />
      {state.waiting && !state.error && <Spinner isUnanswered={state.unanswered} />}
      <div
        className={`transition-opacity duration-200 ${isShown ? 'opacity-100' : 'pointer-events-none opacity-0'}`}
      >
        <div className="pointer-events-none absolute inset-x-0 top-0 flex items-center gap-3 bg-gradient-to-b from-black/80 to-transparent px-3 pt-[max(0.75rem,env(safe-area-inset-top))] pb-16 *:pointer-events-auto sm:px-6">
          {header}
          <h1 className="truncate text-lg font-semibold sm:text-xl">{player.playback.name}</h1>
        </div>
        <TouchButtons player={player} />
        <Controls player={player} panel={panel} onPanel={toggle} onNext={onNext} />
      </div>
      <SkipOffer player={player} onNext={onNext} presence={presence} areControlsShown={isShown} />
      {panel === 'tracks' && <TrackMenu player={player} />}
      {panel === 'settings' && (
        <SettingsMenu player={player} onPanel={toggle} hasAutoNext={presence !== undefined} />
      )}
      {panel === 'stats' && <StatsView player={player} />}
      {panel === 'keys' && <ShortcutsView onClose={() => setPanel(null)} />}
      {state.error && (
        <ErrorView
          error={state.error}
          onRetry={() => void player.retry()}
          onBack={onBack}
          onSkip={() => void player.retry(10)}
        />
      )}
      {state.error && <div className="absolute top-3 left-3 z-40 sm:left-6">{header}</div>}
    </div>
  )
}

/** Comes late, and turns only then: most waits are over before it would be seen. */
function Spinner({ isUnanswered }: { isUnanswered: boolean }) {
  const { t } = useTranslation()
  return (
    <div className="pointer-events-none absolute inset-0 grid animate-[fade-in_200ms_400ms_both] place-items-center">
      <div className="size-16 animate-[spin_1s_400ms_linear_infinite] rounded-full border-[3px] border-white/20 border-t-white" />
      {isUnanswered && (
        <p
          role="status"
          className="absolute inset-x-4 top-[calc(50%+3.5rem)] text-center font-medium text-white/85 [text-shadow:0_1px_4px_#000]"
        >
          {t('player.unanswered')}
        </p>
      )}
    </div>
  )
}

/** In the middle of the picture, where thumbs are; pointers have the bar. */
function TouchButtons({ player }: { player: Player }) {
  const { t } = useTranslation()
  const { paused, waiting } = useObservable(player.state)
  return (
    <div className="pointer-events-none absolute inset-0 hidden items-center justify-center gap-10 *:pointer-events-auto pointer-coarse:flex">
      <IconButton
        size="large"
        icon={RotateCcw}
        mark="10"
        label={t('player.keys.back10')}
        onClick={() => player.skip(-10)}
      />
      <IconButton
        size="large"
        icon={paused ? Play : Pause}
        isSolid
        label={paused ? t('player.play') : t('player.pause')}
        onClick={player.toggle}
        className={waiting && !paused ? 'invisible' : ''}
      />
      <IconButton
        size="large"
        icon={RotateCw}
        mark="10"
        label={t('player.keys.forward10')}
        onClick={() => player.skip(10)}
      />
    </div>
  )
}
