// Opens a playback: asks what this browser plays of the title, then how the server will send it.
import { getPlaybackQuestions, startPlayback, type Playback } from '#shared/api/playback.ts'
import { call } from '../api/call.ts'
import { readCapabilities } from '../lib/capabilities.ts'
import { loadHlsLibrary } from './source.ts'

export type Wish = { titleId: string; fileId?: string; prefer?: 'direct' | 'hls'; burnSubtitleIndex?: number }

export async function openPlayback(wish: Wish, signal?: AbortSignal): Promise<Playback> {
  // Fetched beside the questions: most starts need it, and the first picture would wait for it.
  void loadHlsLibrary().catch(() => undefined)
  const questions = await call(getPlaybackQuestions, { params: { id: wish.titleId } }, signal)
  return call(startPlayback, { body: { ...wish, capabilities: readCapabilities(questions) } }, signal)
}
