// Why it is played as it is, and how well: reasons, rung, buffer, dropped frames, bandwidth.
import { useTranslation } from 'react-i18next'
import { useObservable } from '../lib/use-observable.ts'
import type { Player } from './player.ts'

export function StatsView({ player }: { player: Player }) {
  const { t } = useTranslation()
  const state = useObservable(player.state)
  const { method, reasons } = player.playback
  const frames = player.media.getVideoPlaybackQuality()
  const ahead = state.buffered.find(
    ([start, end]) => start <= state.positionSeconds + 0.1 && end >= state.positionSeconds,
  )
  const ms = (value: number | null) => (value === null ? '–' : `${value} ms`)
  const rows: [string, string][] = [
    [t('player.stats.played'), `${t(`player.stats.${method}`)} · ${state.source ?? '…'}`],
    ...reasons.map((reason): [string, string] => [
      t('player.stats.because'),
      t(`player.reasons.${reason.code}`, { defaultValue: reason.text, ...reason.values }),
    ]),
    [t('player.stats.picture'), `${player.media.videoWidth}×${player.media.videoHeight}`],
    [
      t('player.quality'),
      state.source === 'direct'
        ? t('player.original')
        : (state.qualities.find((quality) => quality.level === state.level)?.name ?? '–'),
    ],
    [t('player.stats.buffered'), `${(ahead ? ahead[1] - state.positionSeconds : 0).toFixed(1)} s`],
    [t('player.stats.dropped'), `${frames.droppedVideoFrames} / ${frames.totalVideoFrames}`],
    [
      t('player.stats.bandwidth'),
      state.bandwidthBps ? `${(state.bandwidthBps / 1e6).toFixed(1)} Mbit/s` : '–',
    ],
    [t('player.stats.firstFrame'), ms(state.firstFrameMs)],
    [t('player.stats.lastSeek'), ms(state.seekMs)],
    [t('player.stats.stalls'), String(state.stalls)],
  ]
  return (
    <dl className="pointer-events-none absolute top-20 left-5 z-20 grid max-w-[min(32rem,calc(100%-2.5rem))] grid-cols-[auto_1fr] gap-x-5 gap-y-1.5 rounded-2xl bg-neutral-950/80 p-5 text-[0.8rem] text-white tabular-nums ring-1 ring-white/10 backdrop-blur-xl">
      {rows.map(([name, value]) => (
        <div key={name + value} className="contents">
          <dt className="whitespace-nowrap text-white/50">{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
