// Why it is played as it is, and how well: reasons, rung, buffer, dropped frames, bandwidth.
import { useObservable } from '../lib/use-observable.ts'
import type { Player } from './player.ts'

export function StatsView({ player }: { player: Player }) {
  const state = useObservable(player.state)
  const { method, reasons } = player.playback
  const frames = player.media.getVideoPlaybackQuality()
  const ahead = state.buffered.find(
    ([start, end]) => start <= state.positionSeconds + 0.1 && end >= state.positionSeconds,
  )
  const rows: [string, string][] = [
    ['Played', `${method} (${player.sourceKind() ?? 'starting'})`],
    ...reasons.map((reason): [string, string] => ['Because', reason.text]),
    ['Picture', `${player.media.videoWidth}×${player.media.videoHeight}`],
    ['Quality', state.qualities.find((quality) => quality.level === state.level)?.name ?? '–'],
    ['Buffered ahead', `${(ahead ? ahead[1] - state.positionSeconds : 0).toFixed(1)} s`],
    ['Frames dropped', `${frames.droppedVideoFrames} of ${frames.totalVideoFrames}`],
    ['Bandwidth', state.bandwidthBps ? `${(state.bandwidthBps / 1e6).toFixed(1)} Mbit/s` : '–'],
    ['First picture', state.firstFrameMs === null ? '–' : `${state.firstFrameMs} ms`],
    ['Last seek', state.seekMs === null ? '–' : `${state.seekMs} ms`],
    ['Stalls', String(state.stalls)],
  ]
  return (
    <dl className="absolute top-16 left-3 z-20 grid max-w-[90%] grid-cols-[auto_1fr] gap-x-4 gap-y-1 rounded-xl bg-black/80 p-4 text-xs text-white">
      {rows.map(([name, value]) => (
        <div key={name + value} className="contents">
          <dt className="text-white/60">{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
