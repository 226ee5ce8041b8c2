// How far behind the room the shown frames are (pure): the middle of the last half second, less what was caught up since.

const WINDOW_MS = 500
/** Fewer say little: a frame is shown up to one refresh of the screen late, in a pattern of two or three. */
const FRAMES_NEEDED = 4
/** Sixty frames a second in the window. */
const MAX_FRAMES = 30

type Frame = { atMs: number; errorMs: number; caughtUpMs: number }

/** The mean without the outer quarters: neither the pattern of refreshes nor a late one moves it. */
function middle(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const cut = Math.floor(sorted.length / 4)
  const inner = sorted.slice(cut, sorted.length - cut)
  return inner.reduce((sum, v) => sum + v, 0) / inner.length
}

export function createFrameSensor() {
  let frames: Frame[] = []
  let caughtUpMs = 0
  let nudge = 0
  let nudgedAtMs = 0
  const caughtUpAt = (ms: number): number => caughtUpMs + nudge * Math.max(0, ms - nudgedAtMs)

  return {
    /** What was seen before a start or a seek says nothing of after. */
    clear(): void {
      frames = []
    },
    /** A frame that is on the screen at `atMs`; positive: behind the room by so much. */
    add(atMs: number, errorMs: number): void {
      frames = [...frames.slice(1 - MAX_FRAMES), { atMs, errorMs, caughtUpMs: caughtUpAt(atMs) }]
    },
    /** From now on playback runs this share faster than the room (0.01: one percent). */
    nudged(nowMs: number, share: number): void {
      caughtUpMs = caughtUpAt(nowMs)
      nudgedAtMs = nowMs
      nudge = share
    },
    /** Null until enough is known. */
    errorMs(nowMs: number): number | null {
      frames = frames.filter((f) => nowMs - f.atMs < WINDOW_MS)
      if (frames.length < FRAMES_NEEDED) return null
      return middle(frames.map((f) => f.errorMs + f.caughtUpMs)) - caughtUpAt(nowMs)
    },
  }
}
