// How fast the server makes each rendition just now, and which is wise to ask for (pure).

/** A busy server calms down; after this a rendition is tried again. */
const FORGET_AFTER_MS = 60_000
/** Share of the segment's own length that its making may take: while playing, and while somebody waits for it. */
const MOST_WHILE_PLAYING = 0.9
const MOST_WHILE_WAITING = 0.4
/** What is better than the cheap rendition is waited for only where it is hardly slower: a copy, or a fast machine. */
const MOST_WHILE_WAITING_FOR_BETTER = 0.15

/** `cheapLevel`: what the server makes faster than it plays, whatever the machine. */
export function createEncodeSpeeds(nowMs: () => number, cheapLevel: () => number) {
  const shares = new Map<number, { share: number; atMs: number }>()

  function shareOf(level: number): number | undefined {
    const known = shares.get(level)
    return known && nowMs() - known.atMs < FORGET_AFTER_MS ? known.share : undefined
  }

  function comesInTime(level: number, isWaiting: boolean): boolean {
    const share = shareOf(level)
    if (!isWaiting) return (share ?? 0) <= MOST_WHILE_PLAYING
    if (level > cheapLevel()) return share !== undefined && share <= MOST_WHILE_WAITING_FOR_BETTER
    return (share ?? 0) <= MOST_WHILE_WAITING
  }

  return {
    /** `wasUnderWay`: somebody had asked for it before, so that it would have taken longer from its beginning. */
    made(level: number, tookMs: number, segmentSeconds: number, wasUnderWay = false): void {
      if (segmentSeconds <= 0) return
      const before = shareOf(level)
      const now = tookMs / 1000 / segmentSeconds
      if (wasUnderWay && now <= (before ?? MOST_WHILE_WAITING_FOR_BETTER)) return
      shares.set(level, { share: before === undefined ? now : (before + now) / 2, atMs: nowMs() })
    },
    /** The wanted level, or the best below it that comes in time. */
    bestUpTo(wanted: number, isWaiting: boolean): number {
      let level = wanted
      while (level > 0 && !comesInTime(level, isWaiting)) level -= 1
      return level
    },
  }
}
