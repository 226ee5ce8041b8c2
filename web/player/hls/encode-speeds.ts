// How fast the server makes each rendition just now, and which is wise to ask for (pure).

/** A busy server calms down; after this a rendition is tried again. */
const FORGET_AFTER_MS = 60_000
/** Share of the segment's own length that its making may take: while playing, and while somebody waits for it. */
const MOST_WHILE_PLAYING = 0.9
const MOST_WHILE_WAITING = 0.4

export function createEncodeSpeeds(nowMs: () => number) {
  const shares = new Map<number, { share: number; atMs: number }>()

  function shareOf(level: number): number {
    const known = shares.get(level)
    return known && nowMs() - known.atMs < FORGET_AFTER_MS ? known.share : 0
  }

  return {
    made(level: number, tookMs: number, segmentSeconds: number): void {
      if (segmentSeconds <= 0) return
      const before = shareOf(level)
      const now = tookMs / 1000 / segmentSeconds
      shares.set(level, { share: before === 0 ? now : (before + now) / 2, atMs: nowMs() })
    },
    /** The wanted level, or the best below it that comes in time. */
    bestUpTo(wanted: number, isWaiting: boolean): number {
      const most = isWaiting ? MOST_WHILE_WAITING : MOST_WHILE_PLAYING
      let level = wanted
      while (level > 0 && shareOf(level) > most) level -= 1
      return level
    },
  }
}
