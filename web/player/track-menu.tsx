// Audio, subtitles, quality and speed in one panel.
import { useObservable } from '../lib/use-observable.ts'
import type { Player } from './player.ts'

type Option = { key: string; label: string; chosen: boolean; disabled?: boolean; choose(): void }
const languages = new Intl.DisplayNames(undefined, { type: 'language' })

function nameOf(track: { language: string | null; title: string | null; index: number }): string {
  try {
    const language = track.language ? languages.of(track.language) : null
    return [language, track.title].filter(Boolean).join(' · ') || `Track ${track.index}`
  } catch {
    return track.title ?? track.language ?? `Track ${track.index}`
  }
}

function Group({ title, options }: { title: string; options: readonly Option[] }) {
  return (
    <fieldset className="min-w-40">
      <legend className="px-2 pb-1 text-xs font-semibold tracking-wide text-white/60 uppercase">
        {title}
      </legend>
      {options.map((option) => (
        <button
          key={option.key}
          type="button"
          aria-pressed={option.chosen}
          disabled={option.disabled}
          onClick={option.choose}
          className={`flex min-h-10 w-full items-center gap-2 rounded-lg px-2 text-left text-sm outline-none hover:bg-white/10 focus-visible:ring-2 focus-visible:ring-white disabled:opacity-40 ${option.chosen ? 'text-amber-300' : ''}`}
        >
          <span className="w-4">{option.chosen ? '✓' : ''}</span>
          {option.label}
        </button>
      ))}
    </fieldset>
  )
}

export function TrackMenu({ player }: { player: Player }) {
  const state = useObservable(player.state)
  const { audio, subtitles } = player.playback
  return (
    <div className="absolute right-3 bottom-24 z-20 flex max-h-[60vh] max-w-[calc(100%-1.5rem)] flex-wrap gap-4 overflow-auto rounded-2xl bg-neutral-900/95 p-4 shadow-2xl ring-1 ring-white/10">
      {audio.length > 1 && (
        <Group
          title="Audio"
          options={audio.map((track) => ({
            key: String(track.index),
            label: `${nameOf(track)}${track.channels > 2 ? ` · ${track.channels === 6 ? '5.1' : `${track.channels} ch`}` : ''}`,
            chosen: state.audioIndex === track.index,
            choose: () => player.setAudio(track.index),
          }))}
        />
      )}
      {subtitles.length > 0 && (
        <Group
          title="Subtitles"
          options={[
            {
              key: 'off',
              label: 'Off',
              chosen: state.subtitleIndex === null,
              choose: () => void player.setSubtitle(null),
            },
            ...subtitles.map((track) => ({
              key: String(track.index),
              label: nameOf(track),
              chosen: state.subtitleIndex === track.index,
              disabled: track.url === null,
              choose: () => void player.setSubtitle(track.index),
            })),
          ]}
        />
      )}
      {state.qualities.length > 1 && (
        <Group
          title="Quality"
          options={[
            {
              key: 'auto',
              label: 'Automatic',
              chosen: state.fixedLevel === null,
              choose: () => player.setQuality(null),
            },
            ...state.qualities.map((quality) => ({
              key: String(quality.level),
              label: quality.name,
              chosen: state.fixedLevel === quality.level,
              choose: () => player.setQuality(quality.level),
            })),
          ]}
        />
      )}
      <Group
        title="Speed"
        options={[0.5, 0.75, 1, 1.25, 1.5, 2].map((rate) => ({
          key: String(rate),
          label: rate === 1 ? 'Normal' : `${rate}×`,
          chosen: Math.abs(state.rate - rate) < 0.01,
          choose: () => player.setRate(rate),
        }))}
      />
    </div>
  )
}
