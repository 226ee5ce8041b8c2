// One start before the first, unheard: wakes decoder and sound, measures what a start takes, finds out whether it may.
import { HUSHED } from '../player/features/volume.ts'
import type { FollowedPlayer } from './followed-player.ts'
import { median } from './start-latency.ts'

/** The first start after loading takes longer than all that follow, and what loads at the same time holds up any. */
const TRIES = 3
/** Firefox names the first one by a time that is ten frames ahead: one of five does not move the middle. */
const FRAMES = 5
const FRAMES_WITHIN_MS = 1000
/** Still the frame that was shown at rest. */
const AT_REST_SECONDS = 0.03

type Frame = { mediaSeconds: number; shownAtMs: number }

/** The frames shown next; fewer when they do not come in time (hidden tab, no picture). */
function nextFrames(player: FollowedPlayer, afterSeconds: number): Promise<Frame[]> {
  const frames: Frame[] = []
  return new Promise((resolve) => {
    let handle = 0
    const timer = setTimeout(() => {
      player.cancelVideoFrameCallback(handle)
      resolve(frames)
    }, FRAMES_WITHIN_MS)
    const watch = (): void => {
      handle = player.requestVideoFrameCallback((_, { mediaTime, expectedDisplayTime }) => {
        if (mediaTime > afterSeconds) frames.push({ mediaSeconds: mediaTime, shownAtMs: expectedDisplayTime })
        if (frames.length < FRAMES) return watch()
        clearTimeout(timer)
        resolve(frames)
      })
    }
    watch()
  })
}

const sought = (player: FollowedPlayer): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, FRAMES_WITHIN_MS)
    const done = (): void => {
      clearTimeout(timer)
      resolve()
    }
    player.addEventListener('seeked', done, { once: true })
  })

/** Leaves the player resting where it was. Milliseconds from `play()` to moving, or null; `NotAllowedError` is thrown. */
export async function rehearse(player: FollowedPlayer, nowMs: () => number): Promise<number | null> {
  const { volume, currentTime, playbackRate } = player
  // Not zero: Chromium plays muted films without the sound device, and starts them 25 ms sooner.
  if (volume > 0) player.volume = HUSHED
  const tookMs: number[] = []
  try {
    for (let i = 0; i < TRIES; i++) {
      const calledMs = nowMs()
      const frames = nextFrames(player, currentTime + AT_REST_SECONDS)
      await player.play()
      const leads = (await frames).map(
        (f) => f.shownAtMs - ((f.mediaSeconds - currentTime) / playbackRate) * 1000 - calledMs,
      )
      player.pause()
      const back = sought(player)
      player.currentTime = currentTime
      await back
      if (leads.length < FRAMES) break
      tookMs.push(median(leads))
    }
  } finally {
    player.volume = volume
  }
  return tookMs.length > 0 ? median(tookMs) : null
}
