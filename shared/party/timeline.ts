// Where playback is at a given server time (pure). Anybody with the server's clock gets the same answer.

/** The shared timeline. Times are milliseconds of the server's clock, positions seconds of the film. */
export type Timeline = {
  /** Counts up with every change; a member with the higher one is right. */
  seq: number
  titleId: string
  fileId: string | null
  positionSeconds: number
  /** When `positionSeconds` holds; in the future for a scheduled start, until when playback stands still. */
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

/** Never past the end: a party that nobody stops rests on the last frame. */
export function positionAt(
  timeline: Timeline,
  serverMs: number,
  durationSeconds: number | null = null,
): number {
  const elapsed = timeline.playing ? Math.max(0, serverMs - timeline.atServerMs) / 1000 : 0
  const position = timeline.positionSeconds + elapsed * timeline.rate
  return Math.max(0, durationSeconds === null ? position : Math.min(position, durationSeconds))
}

/** Whether the picture should move at this time: a scheduled start stands still until it comes. */
export const isMovingAt = (
  timeline: Timeline,
  serverMs: number,
  durationSeconds: number | null = null,
): boolean =>
  timeline.playing &&
  serverMs >= timeline.atServerMs &&
  (durationSeconds === null || positionAt(timeline, serverMs) < durationSeconds)
