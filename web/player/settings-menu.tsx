// Quality and speed, and the ways to statistics and keys.
import { ChartNoAxesColumn, Keyboard } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useObservable } from '../lib/use-observable.ts'
import { savedNextAfterSeconds, saveStartsNext } from './auto-next.ts'
import { Chips, OptionList, Panel } from './panel.tsx'
import type { Player } from './player.ts'
import { RATES, type PanelName } from './shortcuts.ts'

type Props = {
  player: Player
  onPanel: (name: PanelName) => void
  /** Whether the next episode may begin by itself here. */
  hasAutoNext: boolean
}

export function SettingsMenu({ player, onPanel, hasAutoNext }: Props) {
  const { t } = useTranslation()
  const state = useObservable(player.state)
  const [startsNext, setStartsNext] = useState(() => savedNextAfterSeconds() > 0)
  const megabits = (bps: number) => (bps > 0 ? `${(bps / 1e6).toFixed(1)} Mbit/s` : undefined)
  const now = state.qualities.find((quality) => quality.level === state.level)
  const links = [
    { name: 'stats', icon: ChartNoAxesColumn, label: t('player.keys.stats'), extra: '' },
    { name: 'keys', icon: Keyboard, label: t('player.shortcuts'), extra: 'pointer-coarse:hidden' },
  ] as const
  return (
    <Panel label={t('player.settings')}>
      {state.qualities.length > 0 && (
        <OptionList
          title={t('player.quality')}
          options={[
            {
              key: 'auto',
              label: t('player.automatic'),
              hint: state.fixedLevel === null ? now?.name : undefined,
              chosen: state.fixedLevel === null,
              choose: () => player.setQuality(null),
            },
            ...state.qualities.toReversed().map((quality) => ({
              key: String(quality.level),
              label: quality.isOriginal ? t('player.original') : quality.name,
              hint: megabits(quality.bitrateBps),
              chosen: state.fixedLevel === quality.level,
              choose: () => player.setQuality(quality.level),
            })),
          ]}
        />
      )}
      <Chips
        title={t('player.speed')}
        options={RATES.map((rate) => ({
          key: String(rate),
          label: `${rate}×`,
          chosen: Math.abs(state.rate - rate) < 0.01,
          choose: () => player.setRate(rate),
        }))}
      />
      {hasAutoNext && player.playback.nextTitleId && (
        <Chips
          title={t('player.next')}
          options={[true, false].map((starts) => ({
            key: String(starts),
            label: t(starts ? 'player.nextByItself' : 'player.nextByHand'),
            chosen: startsNext === starts,
            choose() {
              saveStartsNext(starts)
              setStartsNext(starts)
            },
          }))}
        />
      )}
      <div className="mt-3 border-t border-white/10 pt-2">
        {links.map(({ name, icon: Icon, label, extra }) => (
          <button
            key={name}
            type="button"
            onClick={() => onPanel(name)}
            className={`flex min-h-11 w-full items-center gap-3 rounded-xl px-3 text-left text-sm text-white/80 hover:bg-white/10 hover:text-white focus-visible:-outline-offset-2 ${extra}`}
          >
            <Icon size={18} />
            {label}
          </button>
        ))}
      </div>
    </Panel>
  )
}
