// Which moment a place on the seek bar means (pure): a pixel stands for seconds of film, and of those one shows first.

/** Behind a segment's start its sound has begun, too: sound comes in blocks, the first whole one counts. */
const INTO_SEGMENT_SECONDS = 0.025
/** What a mouse points at, half of it to either side. */
const POINTER_PX = 1
/** A fingertip hides what it points at and hits no better than this. */
const FINGER_PX = 8

/** Seconds to either side that a place on a bar so wide cannot tell apart. */
export function barTolerance(pointerType: string, barWidthPx: number, durationSeconds: number): number {
  const pixels = pointerType === 'mouse' ? POINTER_PX : FINGER_PX
  return barWidthPx > 0 ? (pixels / 2) * (durationSeconds / barWidthPx) : 0
}

/**
 * What is loaded is shown at once, at the very place. Else the nearest start of a segment within the tolerance:
 * nothing has to be decoded and encoded on the way to its first picture. Without one the very place.
 */
export function aim(
  atSeconds: number,
  toleranceSeconds: number,
  segmentStarts: readonly number[],
  buffered: readonly (readonly [startSeconds: number, endSeconds: number])[],
): number {
  if (buffered.some(([start, end]) => start <= atSeconds && atSeconds < end)) return atSeconds
  let best: number | null = null
  for (const start of segmentStarts) {
    const place = start === 0 ? 0 : start + INTO_SEGMENT_SECONDS
    const isNearer = best === null || Math.abs(place - atSeconds) < Math.abs(best - atSeconds)
    if (isNearer && Math.abs(place - atSeconds) <= toleranceSeconds) best = place
  }
  return best ?? atSeconds
}
