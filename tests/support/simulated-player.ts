// A media element as browsers' behaviour was measured, on simulated time: start latency, seek cost, refreshes, a coarse picture.
import type { FollowedPlayer } from '../../web/party/followed-player.ts'

export type Engine = {
  /** From `play()` to moving, with its spread. */
  startMs: number
  startSpreadMs: number
  seekMs: number
  seekSpreadMs: number
  /** Chromium shows frames in a fixed pattern near the natural rate and lets the picture stray so far before it skips. */
  straysMs: number
  /** How much faster than true time the sound device runs. */
  skew: number
  /** How often a frame comes a refresh late. */
  lateShare: number
}
export const CHROMIUM: Engine = {
  startMs: 67,
  startSpreadMs: 6,
  seekMs: 85,
  seekSpreadMs: 40,
  straysMs: 15,
  skew: 20e-6,
  lateShare: 0,
}
export const FIREFOX: Engine = {
  startMs: 6,
  startSpreadMs: 6,
  seekMs: 45,
  seekSpreadMs: 45,
  straysMs: 0,
  skew: -30e-6,
  lateShare: 0.15,
}

const FRAME_SECONDS = 1 / 24
const REFRESH_MS = 1000 / 60
const HAVE_ENOUGH_DATA = 4
const HAVE_METADATA = 1

type Frame = { mediaTime: number; expectedDisplayTime: number }

export function createSimulatedPlayer(
  engine: Engine,
  nowMs: () => number,
  random: () => number,
  blocksPlay = false,
) {
  let position = 0
  let rate = 1
  let paused = true
  let seekingUntilMs = -Infinity
  let movesFromMs = Infinity
  let atMs = nowMs()
  /** The picture's distance from the sound while the pattern holds. */
  let strayMs = 0
  let nextRefreshMs = nowMs() + random() * REFRESH_MS
  let shown = -1
  let isBlocked = blocksPlay
  let isHidden = false
  /** Where Chromium was paused it goes on at once; where it was sought to it takes its time. */
  let isPrimed = true
  let plays = 0
  let seeks = 0
  const callbacks = new Map<number, (now: number, frame: Frame) => void>()
  let handle = 0
  const shownFrames: Frame[] = []

  const latency = (): number => engine.startMs + (random() - 0.5) * 2 * engine.startSpreadMs

  /** Moves everything on to now; refreshes in between show frames. */
  function advance(): void {
    const now = nowMs()
    while (nextRefreshMs <= now) {
      moveTo(nextRefreshMs)
      refresh(nextRefreshMs)
      nextRefreshMs += REFRESH_MS
    }
    moveTo(now)
  }
  function moveTo(ms: number): void {
    const from = Math.max(atMs, movesFromMs, seekingUntilMs)
    if (!paused && ms > from) {
      const passed = ms - from
      position += (passed / 1000) * rate * (1 + engine.skew)
      const off = rate - Math.round(rate * 4) / 4
      const holdsPattern = engine.straysMs > 0 && Math.abs(off) < 0.0025
      if (!holdsPattern) strayMs = 0
      else strayMs += passed * off
      if (Math.abs(strayMs) > engine.straysMs) strayMs = 0
    }
    atMs = ms
  }
  function refresh(ms: number): void {
    if (ms < seekingUntilMs || isHidden) return
    if (random() < engine.lateShare) return
    const picture = Math.floor((position - strayMs / 1000) / FRAME_SECONDS + 1e-6)
    if (picture === shown) return
    shown = picture
    const frame = { mediaTime: picture * FRAME_SECONDS, expectedDisplayTime: ms }
    if (!paused) shownFrames.push(frame)
    const waiting = [...callbacks.values()]
    callbacks.clear()
    for (const callback of waiting) callback(ms, frame)
  }

  const player = {
    volume: 1,
    preservesPitch: true,
    get currentTime() {
      advance()
      return position
    },
    set currentTime(seconds: number) {
      advance()
      seeks++
      isPrimed = true
      position = seconds
      shown = -1
      seekingUntilMs = nowMs() + engine.seekMs + (random() - 0.5) * 2 * engine.seekSpreadMs
      if (!paused) movesFromMs = seekingUntilMs
    },
    get playbackRate() {
      return rate
    },
    set playbackRate(next: number) {
      advance()
      rate = next
    },
    get paused() {
      return paused
    },
    get seeking() {
      return nowMs() < seekingUntilMs
    },
    get readyState() {
      return nowMs() < seekingUntilMs ? HAVE_METADATA : HAVE_ENOUGH_DATA
    },
    buffered: { length: 1, start: () => 0, end: () => 7200 },
    async play() {
      advance()
      if (isBlocked) throw new DOMException('no gesture yet', 'NotAllowedError')
      plays++
      if (!paused) return
      paused = false
      movesFromMs = nowMs() + (isPrimed ? latency() : 0)
      isPrimed = false
    },
    pause() {
      advance()
      paused = true
      movesFromMs = Infinity
    },
    addEventListener(_: string, listener: () => void) {
      setTimeout(listener, Math.max(0, seekingUntilMs - nowMs()) + 1)
    },
    requestVideoFrameCallback(callback: (now: number, frame: Frame) => void) {
      callbacks.set(++handle, callback)
      return handle
    },
    cancelVideoFrameCallback: (which: number) => void callbacks.delete(which),
  }
  return {
    media: player as unknown as FollowedPlayer,
    advance,
    /** The person clicks: from now on the browser lets it play. */
    allow: () => (isBlocked = false),
    /** The tab goes to the background: sound goes on, pictures are not shown. */
    hide: () => (isHidden = true),
    counts: () => ({ plays, seeks }),
    /** Where the picture is, between refreshes; null while it does not move. */
    pictureSeconds: (): number | null => {
      advance()
      const moves = !paused && nowMs() > movesFromMs && nowMs() >= seekingUntilMs
      return moves ? position - strayMs / 1000 : null
    },
    shownFrames,
  }
}
export type SimulatedPlayer = ReturnType<typeof createSimulatedPlayer>
