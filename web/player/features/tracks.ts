// Which audio and which subtitles: audio through the source, subtitles through their own renderer or in the picture.
import type { Playback } from '#shared/api/playback.ts'
import type { FeatureContext } from '../player-state.ts'
import {
  audioFor,
  savedLanguages,
  saveAudioLanguage,
  saveSubtitleLanguage,
  subtitleFor,
} from '../preferences.ts'
import { saveLook, savedLook, savedOffset, saveOffset, type SubtitleLook } from '../subtitle-look.ts'
import { createSubtitles } from '../subtitles.ts'

export type TracksReach = {
  /** By the track's place among the playback's audio tracks. */
  chooseAudio(place: number): void
  /** Has the server draw these into the picture; null for none. False when it could not be had. */
  burnIn(index: number | null): Promise<boolean>
}

export function attachTracks(
  { media, state, patch, signal }: FeatureContext,
  playback: Playback,
  { chooseAudio, burnIn }: TracksReach,
) {
  const subtitles = createSubtitles(media, {
    cues: (cues) => patch({ cues }),
    failed: () => patch({ subtitlesFailed: true }),
  })
  signal.addEventListener('abort', () => subtitles.clear())
  const languages = savedLanguages()
  const { own, chosen } = audioFor(playback, languages)
  patch({
    audioIndex: chosen?.index ?? null,
    subtitleLook: savedLook(),
    subtitleOffsetSeconds: savedOffset(playback.fileId),
  })
  let lastShown: number | null = null

  async function setSubtitle(index: number | null) {
    const choice = playback.subtitles.find((track) => track.index === index)
    patch({ subtitleIndex: choice ? index : null, subtitlesFailed: false })
    if (choice) lastShown = choice.index
    // What draws over the picture is not seen in the full screen of a browser that plays HLS by itself.
    const isDrawn = choice?.kind === 'image' && state.get().source === 'native'
    if (isDrawn && (await burnIn(choice.index))) return subtitles.clear()
    await burnIn(null)
    try {
      await subtitles.show(choice ?? null, playback.fonts, state.get().subtitleOffsetSeconds)
    } catch {
      if (signal.aborted || state.get().subtitleIndex !== index) return
      const isBurned = choice?.kind === 'image' && (await burnIn(choice.index))
      if (!isBurned) patch({ subtitlesFailed: true })
    }
  }
  const first = subtitleFor(playback, languages)
  if (first) void setSubtitle(first.index)

  return {
    /** Where another sound is wanted from the start than the file's own. */
    firstAudioPlace: chosen && chosen !== own ? playback.audio.indexOf(chosen) : null,
    setAudio(index: number) {
      const place = playback.audio.findIndex((track) => track.index === index)
      if (place < 0 || index === state.get().audioIndex) return
      patch({ audioIndex: index })
      saveAudioLanguage(playback.audio[place]?.language ?? null)
      chooseAudio(place)
    },
    setSubtitle(index: number | null) {
      saveSubtitleLanguage(playback.subtitles.find((track) => track.index === index) ?? null)
      return setSubtitle(index)
    },
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
      saveOffset(playback.fileId, rounded)
      subtitles.setOffset(rounded)
    },
    setSubtitleLook(part: Partial<SubtitleLook>) {
      const look = { ...state.get().subtitleLook, ...part }
      patch({ subtitleLook: look })
      saveLook(look)
    },
  }
}
