// The control bar: play, skip, sound, time, tracks, settings, picture in picture, full screen.
import {
  Captions,
  Maximize,
  Minimize,
  Pause,
  PictureInPicture2,
  Play,
  RotateCcw,
  RotateCw,
  Settings,
  SkipForward,
  Volume1,
  Volume2,
  VolumeX,
} from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useObservable } from '../lib/use-observable.ts'
import { clock } from '../lib/clock-text.ts'
import { IconButton } from './icon-button.tsx'
import type { Player } from './player.ts'
import { SeekBar } from './seek-bar.tsx'
import type { PanelName } from './shortcuts.ts'

type Props = {
  player: Player
  panel: PanelName | null
  onPanel: (name: PanelName) => void
  onNext: (() => void) | undefined
}

export function Controls({ player, panel, onPanel, onNext }: Props) {
  const { t } = useTranslation()
  const state = useObservable(player.state)
  const hasTracks = player.playback.audio.length > 1 || player.playback.subtitles.length > 0
  return (
    <>
      <div className="pointer-events-none absolute inset-x-0 bottom-0 z-10 h-48 bg-gradient-to-t from-black/90 via-black/55 to-transparent" />
      <div className="absolute inset-x-0 bottom-0 z-[12] px-4 pb-[max(0.5rem,env(safe-area-inset-bottom))] sm:px-8 sm:pb-5">
        <SeekBar player={player} />
        <div className="mt-1 flex items-center gap-1 sm:gap-1.5">
          <IconButton
            icon={state.paused ? Play : Pause}
            isSolid
            label={state.paused ? t('player.play') : t('player.pause')}
            onClick={player.toggle}
            className="pointer-coarse:max-sm:hidden"
          />
          <IconButton
            icon={RotateCcw}
            mark="10"
            label={t('player.keys.back10')}
            onClick={() => player.skip(-10)}
            className="max-sm:hidden"
          />
          <IconButton
            icon={RotateCw}
            mark="10"
            label={t('player.keys.forward10')}
            onClick={() => player.skip(10)}
            className="max-sm:hidden"
          />
          <Volume player={player} />
          <Clock player={player} />
          <span className="flex-1" />
          {onNext && <IconButton icon={SkipForward} label={t('player.next')} onClick={onNext} />}
          {hasTracks && (
            <IconButton
              icon={Captions}
              label={t('player.tracks')}
              aria-expanded={panel === 'tracks'}
              onClick={() => onPanel('tracks')}
            />
          )}
          <IconButton
            icon={Settings}
            label={t('player.settings')}
            aria-expanded={panel === 'settings'}
            onClick={() => onPanel('settings')}
          />
          {player.canPictureInPicture && (
            <IconButton
              icon={PictureInPicture2}
              label={t('player.keys.pictureInPicture')}
              onClick={() => void player.togglePictureInPicture()}
              className="max-sm:hidden"
            />
          )}
          <IconButton
            icon={state.fullScreen ? Minimize : Maximize}
            label={state.fullScreen ? t('player.leaveFullScreen') : t('player.keys.fullScreen')}
            onClick={() => void player.toggleFullScreen()}
          />
        </div>
      </div>
    </>
  )
}

/** The slider unfolds under the pointer or the focus; phones have keys of their own for it. */
function Volume({ player }: { player: Player }) {
  const { t } = useTranslation()
  const { muted, volume } = useObservable(player.state)
  const shown = muted ? 0 : volume
  return (
    <div className="group/volume flex items-center">
      <IconButton
        icon={shown === 0 ? VolumeX : shown < 0.5 ? Volume1 : Volume2}
        label={shown === 0 ? t('player.unmute') : t('player.muteNow')}
        onClick={() => player.toggleMute()}
      />
      <input
        type="range"
        aria-label={t('player.volume')}
        min={0}
        max={1}
        step={0.02}
        value={shown}
        onChange={(event) => player.setVolume(Number(event.target.value))}
        className="h-1 w-0 cursor-pointer accent-white opacity-0 transition-all duration-200 group-focus-within/volume:mr-2 group-focus-within/volume:w-24 group-focus-within/volume:opacity-100 group-hover/volume:mr-2 group-hover/volume:w-24 group-hover/volume:opacity-100 pointer-coarse:hidden"
      />
    </div>
  )
}

/** A click changes between the length and what is left. */
function Clock({ player }: { player: Player }) {
  const { t } = useTranslation()
  const { positionSeconds, durationSeconds } = useObservable(player.state)
  const [showsRest, setShowsRest] = useState(false)
  const rest = Math.max(0, durationSeconds - positionSeconds)
  return (
    <button
      type="button"
      title={t('player.remaining')}
      onPointerDown={(event) => event.preventDefault()}
      onClick={() => setShowsRest(!showsRest)}
      className="ml-1 rounded px-1 text-sm font-medium whitespace-nowrap tabular-nums"
    >
      {clock(positionSeconds)}
      <span className="text-white/55">
        {' / '}
        {showsRest ? `−${clock(rest)}` : clock(durationSeconds)}
      </span>
    </button>
  )
}
