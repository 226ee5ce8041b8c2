// Which frame is the last one before a pause that lies ahead (pure): stopped there, all rest on the same picture.

const AT_FIRST_SECONDS = 1 / 24
const MAX_SECONDS = 0.1
/** A frame that was left out makes one step longer: the shortest of a few is the film's own. */
const KEPT = 8
/** Containers round their times to a millisecond. */
const ROUNDING_SECONDS = 0.002
/** Into a frame's time: playback that stops here shows it, and the next one, chosen a refresh ahead, is not chosen yet. */
const SHOWN_SHARE = 0.3

export function createLastFrame() {
  let steps: number[] = []
  let lastSeconds = Number.NaN
  const frameSeconds = (): number => (steps.length > 0 ? Math.min(...steps) : AT_FIRST_SECONDS)
  return {
    /** A frame is about to be shown. */
    saw(mediaSeconds: number): void {
      const step = mediaSeconds - lastSeconds
      lastSeconds = mediaSeconds
      if (step > ROUNDING_SECONDS && step <= MAX_SECONDS) steps = [...steps.slice(1 - KEPT), step]
    },
    /** Whether the frame that was shown last is the one that all rest on: the next one would lie past that moment. */
    isAt(restSeconds: number): 'before' | 'there' | 'past' {
      if (lastSeconds > restSeconds + ROUNDING_SECONDS) return 'past'
      return lastSeconds + frameSeconds() > restSeconds + ROUNDING_SECONDS ? 'there' : 'before'
    },
    /** When to stop at the latest, told by the film's time: a frame that was left out does not say that it is time. */
    latestSeconds(restSeconds: number): number {
      const sinceItsBegin = (restSeconds - lastSeconds) % frameSeconds()
      return restSeconds - (sinceItsBegin || 0) + SHOWN_SHARE * frameSeconds()
    },
  }
}
