// Opens a playback: asks what this browser plays of the title, then how the server will send it.
import type { QueryClient } from '@tanstack/react-query'
import { startPlayback, type Playback } from '#shared/api/playback.ts'
import { call } from '../api/call.ts'
import { questionsQuery } from '../api/queries.ts'
import { readCapabilities } from '../lib/capabilities.ts'
import { loadHlsLibrary } from './source.ts'

export type Wish = { titleId: string; fileId?: string; prefer?: 'direct' | 'hls'; burnSubtitleIndex?: number }

export async function openPlayback(
  queries: QueryClient,
  wish: Wish,
  signal?: AbortSignal,
): Promise<Playback> {
  // Fetched beside the questions: most starts need it, and the first picture would wait for it.
  void loadHlsLibrary().catch(() => undefined)
  // Its page asked already.
  const questions = await queries.fetchQuery(questionsQuery(wish.titleId))
  return call(startPlayback, { body: { ...wish, capabilities: readCapabilities(questions) } }, signal)
}
