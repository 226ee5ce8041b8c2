// Audio and subtitles side by side, and how subtitles look and when they come.
import { Minus, Plus } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useObservable } from '../lib/use-observable.ts'
import { IconButton } from './icon-button.tsx'
import { Chips, OptionList, Panel } from './panel.tsx'
import type { Player } from './player.ts'
import { BACKGROUNDS, COLOURS, SIZES, type SubtitleLook } from './subtitle-look.ts'

const CHANNELS: Record<number, string> = { 1: 'Mono', 6: '5.1', 8: '7.1' }

export function TrackMenu({ player }: { player: Player }) {
  const { t, i18n } = useTranslation()
  const state = useObservable(player.state)
  const { audio, subtitles } = player.playback
  const languages = new Intl.DisplayNames(i18n.language, { type: 'language' })
  const nameOf = (track: { language: string | null; title: string | null }, place: number) => {
    const known = track.language && languageName(languages, track.language)
    return [known, track.title].filter(Boolean).join(' · ') || t('player.track', { number: place + 1 })
  }
  const shown = subtitles.find((track) => track.index === state.subtitleIndex)
  return (
    <Panel label={t('player.tracks')}>
      <div className="flex gap-4 max-sm:flex-col">
        {audio.length > 1 && (
          <OptionList
            title={t('player.audio')}
            options={audio.map((track, place) => ({
              key: String(track.index),
              label: nameOf(track, place),
              hint: CHANNELS[track.channels],
              chosen: state.audioIndex === track.index,
              choose: () => player.setAudio(track.index),
            }))}
          />
        )}
        {subtitles.length > 0 && (
          <div className="flex-1">
            <OptionList
              title={t('player.subtitles')}
              options={[
                {
                  key: 'off',
                  label: t('player.off'),
                  chosen: state.subtitleIndex === null,
                  choose: () => void player.setSubtitle(null),
                },
                ...subtitles.map((track, place) => ({
                  key: String(track.index),
                  label: nameOf(track, place),
                  hint:
                    track.url === null
                      ? t('player.cannotShow')
                      : track.isForced
                        ? t('player.forced')
                        : track.isHearingImpaired
                          ? 'SDH'
                          : track.format === 'ass'
                            ? 'ASS'
                            : undefined,
                  chosen: state.subtitleIndex === track.index,
                  disabled: track.url === null,
                  choose: () => void player.setSubtitle(track.index),
                })),
              ]}
            />
            {shown?.format === 'webvtt' && <Look player={player} />}
            {shown && state.subtitlesFailed && (
              <p role="alert" className="px-3 py-2 text-sm text-amber-300">
                {t('player.subtitlesFailed')}
              </p>
            )}
            {shown && <Timing player={player} />}
          </div>
        )}
      </div>
    </Panel>
  )
}

/** Of text only: what is drawn has a look of its own. */
function Look({ player }: { player: Player }) {
  const { t } = useTranslation()
  const { subtitleLook: look } = useObservable(player.state)
  const chips = <K extends keyof SubtitleLook>(
    piece: K,
    values: readonly SubtitleLook[K][],
    texts: { title: string; of: (value: SubtitleLook[K]) => string },
  ) => (
    <Chips
      title={texts.title}
      options={values.map((value) => ({
        key: value,
        label: texts.of(value),
        chosen: look[piece] === value,
        choose: () => player.setSubtitleLook({ [piece]: value }),
      }))}
    />
  )
  return (
    <>
      {chips('size', SIZES, {
        title: t('player.look.size'),
        of: (value) => t(`player.look.sizes.${value}`),
      })}
      {chips('colour', COLOURS, {
        title: t('player.look.colour'),
        of: (value) => t(`player.look.colours.${value}`),
      })}
      {chips('background', BACKGROUNDS, {
        title: t('player.look.background'),
        of: (value) => t(`player.look.backgrounds.${value}`),
      })}
    </>
  )
}

function Timing({ player }: { player: Player }) {
  const { t } = useTranslation()
  const { subtitleOffsetSeconds: offset } = useObservable(player.state)
  return (
    <div className="mt-2 flex items-center gap-1 px-3 text-sm">
      <span className="flex-1 text-white/60">{t('player.timing')}</span>
      <IconButton
        icon={Minus}
        label={t('player.earlier')}
        onClick={() => player.setSubtitleOffset(offset - 0.1)}
      />
      <button
        type="button"
        title={t('player.resetTiming')}
        onClick={() => player.setSubtitleOffset(0)}
        className="min-h-10 min-w-16 rounded-lg text-center tabular-nums hover:bg-white/10"
      >
        {offset > 0 ? '+' : ''}
        {offset.toFixed(1)} s
      </button>
      <IconButton
        icon={Plus}
        label={t('player.later')}
        onClick={() => player.setSubtitleOffset(offset + 0.1)}
      />
    </div>
  )
}

/** Files hold any text as a language. */
function languageName(languages: Intl.DisplayNames, tag: string): string {
  try {
    return languages.of(tag) ?? tag
  } catch {
    return tag
  }
}
