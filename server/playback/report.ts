// What is new in a player's report: players tell their totals again and again, figures count each event once (pure).
export type Seen = {
  firstFrameMs?: number
  /** Seeks since the report before. */
  seeksMs?: readonly number[]
  stalls?: number
  droppedFrames?: number
}

/** What was counted of a playback already. */
export type Told = { firstFrame: boolean; stalls: number; droppedFrames: number }

export const NOTHING_TOLD: Told = { firstFrame: false, stalls: 0, droppedFrames: 0 }

/** A total that fell began anew: the player loaded its source again. */
const grown = (before: number, now: number): number => (now >= before ? now - before : now)

export function newsOf(told: Told, seen: Seen) {
  const stalls = seen.stalls ?? told.stalls
  const droppedFrames = seen.droppedFrames ?? told.droppedFrames
  return {
    news: {
      firstFrameMs: told.firstFrame ? null : (seen.firstFrameMs ?? null),
      seeksMs: seen.seeksMs ?? [],
      stalls: grown(told.stalls, stalls),
      droppedFrames: grown(told.droppedFrames, droppedFrames),
    },
    told: { firstFrame: told.firstFrame || seen.firstFrameMs !== undefined, stalls, droppedFrames },
  }
}
