// Which audio and which subtitles: audio through the source, subtitles through their own renderer.
import type { Playback } from '#shared/api/playback.ts'
import type { FeatureContext } from '../player-state.ts'
import type { Source } from '../source.ts'
import { createSubtitles } from '../subtitles.ts'

export function attachTracks(
  { media, state, patch, signal }: FeatureContext,
  playback: Playback,
  source: () => Source | null,
) {
  const subtitles = createSubtitles(media)
  signal.addEventListener('abort', () => subtitles.clear())
  const preferred = playback.audio.find((track) => track.isDefault) ?? playback.audio[0]
  patch({ audioIndex: preferred?.index ?? null })
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
      if (place < 0) return
      patch({ audioIndex: index })
      source()?.setAudio(place)
    },
    setSubtitle,
    /** On again with what was shown last, or the first there is. */
    toggleSubtitles: () =>
      setSubtitle(
        state.get().subtitleIndex === null
          ? (lastShown ?? playback.subtitles.find((track) => track.url !== null)?.index ?? null)
          : null,
      ),
    setSubtitleOffset(seconds: number) {
      patch({ subtitleOffsetSeconds: seconds })
      subtitles.setOffset(seconds)
    },
  }
}
