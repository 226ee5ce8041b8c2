// What can be skipped now, by the names of chapters; the next episode near the end (pure).
import type { Chapter } from '#shared/media.ts'

export type Offer = { kind: 'opening' | 'recap' | 'credits'; toSeconds: number } | { kind: 'next' }

const NAMES: readonly (readonly ['opening' | 'recap' | 'credits', RegExp])[] = [
  ['recap', /\b(recap|previously|rückblick|was bisher geschah)\b/i],
  ['opening', /\b(intro|opening|op|title sequence|opening credits|vorspann|titelsequenz)\b/i],
  ['credits', /\b(outro|ending|ed|credits|end credits|closing|abspann)\b/i],
]
/** Nobody has to see the last seconds of black. */
const LAST_SECONDS = 20
/** A chapter that calls itself opening and is longer than this is a part of the story. */
const LONGEST_SECONDS = 300

export function offerAt(
  chapters: readonly Chapter[],
  positionSeconds: number,
  durationSeconds: number,
  { hasNext, ended }: { hasNext: boolean; ended: boolean },
): Offer | null {
  const chapter = chapters.find((c) => positionSeconds >= c.startSeconds && positionSeconds < c.endSeconds)
  const kind = NAMES.find(([, name]) => name.test(chapter?.title ?? ''))?.[0]
  const isLast = chapter !== undefined && chapter.endSeconds > durationSeconds - 5
  const isNearEnd = durationSeconds > 4 * LAST_SECONDS && positionSeconds > durationSeconds - LAST_SECONDS
  if (hasNext && (ended || isNearEnd || (kind === 'credits' && isLast))) return { kind: 'next' }
  if (!chapter || !kind || isLast || chapter.endSeconds - chapter.startSeconds > LONGEST_SECONDS) return null
  return { kind, toSeconds: chapter.endSeconds }
}
