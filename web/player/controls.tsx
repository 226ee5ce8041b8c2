// The control bar: play, skip, sound, time, tracks, statistics, picture in picture, full screen.
import {
  ChartNoAxesColumn,
  Maximize,
  Minimize,
  Pause,
  PictureInPicture2,
  Play,
  RotateCcw,
  RotateCw,
  Settings2,
  SkipForward,
  Volume2,
  VolumeX,
  type LucideIcon,
} from 'lucide-react'
import { useObservable } from '../lib/use-observable.ts'
import { clock } from './clock-text.ts'
import type { Player } from './player.ts'
import { SeekBar } from './seek-bar.tsx'

type Props = { player: Player; onMenu: () => void; onStats: () => void; onNext?: (() => void) | undefined }

function IconButton({
  icon: Icon,
  label,
  onClick,
  extra = '',
}: {
  icon: LucideIcon
  label: string
  onClick: () => void
  extra?: string
}) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      onClick={onClick}
      className={`grid size-11 shrink-0 place-items-center rounded-full text-white outline-none hover:bg-white/15 focus-visible:ring-2 focus-visible:ring-white ${extra}`}
    >
      <Icon size={22} />
    </button>
  )
}

export function Controls({ player, onMenu, onStats, onNext }: Props) {
  const state = useObservable(player.state)
  const isSilent = state.muted || state.volume === 0
  return (
    <div className="absolute inset-x-0 bottom-0 z-10 bg-gradient-to-t from-black/85 via-black/50 to-transparent px-3 pt-16 pb-2 text-white sm:px-6 sm:pb-4">
      <SeekBar player={player} />
      <div className="flex items-center gap-1">
        <IconButton
          icon={state.paused ? Play : Pause}
          label={state.paused ? 'Play' : 'Pause'}
          onClick={player.toggle}
        />
        <IconButton
          icon={RotateCcw}
          label="Back 10 seconds"
          onClick={() => player.skip(-10)}
          extra="max-sm:hidden"
        />
        <IconButton
          icon={RotateCw}
          label="Forward 10 seconds"
          onClick={() => player.skip(10)}
          extra="max-sm:hidden"
        />
        <IconButton
          icon={isSilent ? VolumeX : Volume2}
          label={isSilent ? 'Sound on' : 'Sound off'}
          onClick={player.toggleMute}
        />
        <input
          type="range"
          aria-label="Volume"
          min={0}
          max={1}
          step={0.02}
          value={isSilent ? 0 : state.volume}
          onChange={(event) => player.setVolume(Number(event.target.value))}
          className="w-20 accent-white max-sm:hidden"
        />
        <span className="ml-2 text-sm whitespace-nowrap tabular-nums">
          {clock(state.positionSeconds)}{' '}
          <span className="text-white/60">/ {clock(state.durationSeconds)}</span>
        </span>
        <span className="flex-1" />
        {onNext && <IconButton icon={SkipForward} label="Next episode" onClick={onNext} />}
        <IconButton icon={ChartNoAxesColumn} label="Statistics" onClick={onStats} extra="max-sm:hidden" />
        <IconButton icon={Settings2} label="Audio, subtitles, quality and speed" onClick={onMenu} />
        {player.canPictureInPicture && (
          <IconButton
            icon={PictureInPicture2}
            label="Picture in picture"
            onClick={() => void player.togglePictureInPicture()}
            extra="max-sm:hidden"
          />
        )}
        <IconButton
          icon={state.fullScreen ? Minimize : Maximize}
          label={state.fullScreen ? 'Leave full screen' : 'Full screen'}
          onClick={() => void player.toggleFullScreen()}
        />
      </div>
    </div>
  )
}
