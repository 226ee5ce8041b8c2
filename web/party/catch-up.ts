// Where a member that stands still goes to while the room plays (pure): a little ahead of it, to start on time from there.

/** A frame to rest at until the room is there; `Infinity`: until it says otherwise. */
export type Stand = { positionSeconds: number; atServerMs: number }

const FIRST_AHEAD_MS = 800
/** Where the film is loaded already, only the seek and the start take time. */
const LOADED_AHEAD_MS = 400
const MAX_AHEAD_MS = 10_000
/** What a start takes at least: a frame that the room reaches sooner is missed. */
const SOONEST_MS = 250

/** The word to start came a little late: the rate puts that right sooner than a frame to wait at. */
const LATE_MS = 150

type Now = {
  serverMs: number
  target: number
  rate: number
  currentTime: number
  isLoaded: boolean
  isBuffered: (seconds: number) => boolean
}
export type CatchUp = Stand & { aheadMs: number }

type Place = Pick<Now, 'serverMs' | 'target' | 'rate'>

/** The frame that the room reaches in `aheadMs`, ten seconds at most. */
export function standAhead({ serverMs, target, rate }: Place, aheadMs: number): CatchUp {
  const ms = Math.min(MAX_AHEAD_MS, aheadMs)
  return { positionSeconds: target + (ms / 1000) * rate, atServerMs: serverMs + ms, aheadMs: ms }
}

/** The plan that holds, or a new one: twice as far ahead when the time was not enough to load the last one. */
export function catchUpPlan(before: CatchUp | null, now: Now): CatchUp {
  const { serverMs, target, rate, currentTime } = now
  if (before && serverMs < before.atServerMs) return before
  const inMs = ((currentTime - target) / rate) * 1000
  const canStay =
    now.isLoaded && ((inMs > -LATE_MS && inMs <= 0) || (inMs >= SOONEST_MS && inMs <= 2 * FIRST_AHEAD_MS))
  if (!before && canStay)
    return {
      positionSeconds: currentTime,
      atServerMs: serverMs + Math.max(0, inMs),
      aheadMs: LOADED_AHEAD_MS / 2,
    }
  const loadedAhead = target + (LOADED_AHEAD_MS / 1000) * rate
  const firstMs = now.isBuffered(loadedAhead) ? LOADED_AHEAD_MS : FIRST_AHEAD_MS
  return standAhead(now, before ? before.aheadMs * 2 : firstMs)
}
