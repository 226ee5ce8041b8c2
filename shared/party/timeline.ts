// Where playback is at a given server time (pure). Anybody with the server's clock gets the same answer.

/** The shared timeline. Times are milliseconds of the server's clock, positions seconds of the film. */
export type Timeline = {
  /** Counts up with every change; a member with the higher one is right. */
  seq: number
  titleId: string
  fileId: string | null
  positionSeconds: number
  /** When `positionSeconds` holds; in the future for a start that is to come, and for a pause. */
  atServerMs: number
  rate: number
  playing: boolean
}

/** Commands take effect this far ahead: long enough for the slowest member's path, too short to annoy (SPEC PA3). */
const MIN_LEAD_MS = 120
const MAX_LEAD_MS = 800
/** What decoding the message and starting the decoder take besides the path itself. */
const START_MARGIN_MS = 80

export const leadMs = (slowestRoundTripMs: number): number =>
  Math.min(MAX_LEAD_MS, Math.max(MIN_LEAD_MS, slowestRoundTripMs + START_MARGIN_MS))

/** A pause that lies ahead: until then playback goes on. Further ahead than any pause: the clock has been set back. */
const isPausing = ({ playing, atServerMs }: Timeline, serverMs: number): boolean =>
  !playing && serverMs < atServerMs && atServerMs - serverMs <= MAX_LEAD_MS

/** Never past the end: a party that nobody stops rests on the last frame. */
export function positionAt(
  timeline: Timeline,
  serverMs: number,
  durationSeconds: number | null = null,
): number {
  const sinceMs = serverMs - timeline.atServerMs
  const movedMs = timeline.playing ? Math.max(0, sinceMs) : isPausing(timeline, serverMs) ? sinceMs : 0
  const position = timeline.positionSeconds + (movedMs / 1000) * timeline.rate
  return Math.max(0, durationSeconds === null ? position : Math.min(position, durationSeconds))
}

/** Whether the picture should move at this time: a start stands still until it comes, a pause moves until it comes. */
export const isMovingAt = (
  timeline: Timeline,
  serverMs: number,
  durationSeconds: number | null = null,
): boolean =>
  (timeline.playing ? serverMs >= timeline.atServerMs : isPausing(timeline, serverMs)) &&
  (durationSeconds === null || positionAt(timeline, serverMs) < durationSeconds)
