// Languages that this device chose last: the next film or episode begins with them (choices pure, storage apart).
import type { Playback } from '#shared/api/playback.ts'

const AUDIO_KEY = 'player.audioLanguage'
const SUBTITLE_KEY = 'player.subtitleLanguage'
/** Chosen: no subtitles. */
const OFF = 'off'

export type Languages = { audio: string | null; subtitle: string | null }

export const savedLanguages = (): Languages => ({
  audio: localStorage.getItem(AUDIO_KEY),
  subtitle: localStorage.getItem(SUBTITLE_KEY),
})

export function saveAudioLanguage(language: string | null): void {
  if (language !== null) localStorage.setItem(AUDIO_KEY, language)
}

export function saveSubtitleLanguage(track: { language: string | null } | null): void {
  if (track === null) localStorage.setItem(SUBTITLE_KEY, OFF)
  else if (track.language !== null) localStorage.setItem(SUBTITLE_KEY, track.language)
}

/** The sound in the language of last time, never a commentary; else what the file itself would play. */
export function audioFor({ audio }: Pick<Playback, 'audio'>, { audio: wanted }: Languages) {
  const plain = audio.filter((track) => !track.isCommentary && !track.isVisualImpaired)
  const own = plain.find((track) => track.isDefault) ?? plain[0] ?? audio[0]
  if (wanted === null || own?.language === wanted) return { own, chosen: own }
  return { own, chosen: plain.find((track) => track.language === wanted) ?? own }
}

/** Subtitles in the language of last time; else only those that the film cannot do without. */
export function subtitleFor({ subtitles }: Pick<Playback, 'subtitles'>, { subtitle: wanted }: Languages) {
  const shown = subtitles.filter((track) => track.url !== null)
  const full = shown.filter((track) => track.language === wanted && !track.isForced)
  return full.find((track) => !track.isHearingImpaired) ?? full[0] ?? shown.find((track) => track.isForced)
}
