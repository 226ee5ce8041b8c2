// Which audio and which subtitles: audio through the source, subtitles through their own renderer.
import type { Playback } from '#shared/api/playback.ts'
import type { FeatureContext, SubtitleSize } from '../player-state.ts'
import { createSubtitles } from '../subtitles.ts'

const SIZE_KEY = 'player.subtitleSize'
const isSize = (text: string | null): text is SubtitleSize =>
  text === 'small' || text === 'normal' || text === 'large'

export function attachTracks(
  { media, state, patch, signal }: FeatureContext,
  playback: Playback,
  chooseAudio: (place: number) => void,
) {
  const subtitles = createSubtitles(media, (cues) => patch({ cues }))
  signal.addEventListener('abort', () => subtitles.clear())
  const preferred = playback.audio.find((track) => track.isDefault) ?? playback.audio[0]
  const savedSize = localStorage.getItem(SIZE_KEY)
  patch({ audioIndex: preferred?.index ?? null, ...(isSize(savedSize) && { subtitleSize: savedSize }) })
  let lastShown: number | null = null

  async function setSubtitle(index: number | null) {
    const choice = playback.subtitles.find((track) => track.index === index)
    patch({ subtitleIndex: choice ? index : null })
    if (choice) lastShown = choice.index
    await subtitles.show(choice ?? null, playback.fonts, state.get().subtitleOffsetSeconds)
  }
  const forced = playback.subtitles.find((track) => track.isForced && track.url !== null)
  if (forced) void setSubtitle(forced.index)

  return {
    setAudio(index: number) {
      const place = playback.audio.findIndex((track) => track.index === index)
      if (place < 0 || index === state.get().audioIndex) return
      patch({ audioIndex: index })
      chooseAudio(place)
    },
    setSubtitle,
    /** On again with what was shown last, or the first there is. */
    toggleSubtitles: () =>
      setSubtitle(
        state.get().subtitleIndex === null
          ? (lastShown ?? playback.subtitles.find((track) => track.url !== null)?.index ?? null)
          : null,
      ),
    /** Later by so many seconds; negative is earlier. */
    setSubtitleOffset(seconds: number) {
      const rounded = Math.round(Math.min(60, Math.max(-60, seconds)) * 10) / 10
      patch({ subtitleOffsetSeconds: rounded })
      subtitles.setOffset(rounded)
    },
    setSubtitleSize(size: SubtitleSize) {
      patch({ subtitleSize: size })
      localStorage.setItem(SIZE_KEY, size)
    },
  }
}
