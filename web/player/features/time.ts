// Position, duration, what is buffered, and seeking.
import type { FeatureContext } from '../player-state.ts'

/** So near the start somebody else has moved there already. */
const NEAR_SECONDS = 0.5

export function attachTime({ media, state, patch, signal }: FeatureContext, knownDurationSeconds: number) {
  let seekStartedAtMs: number | null = null
  let hasSoughtUnloaded = false
  const on = (name: string, listener: () => void) => media.addEventListener(name, listener, { signal })
  const duration = () => (Number.isFinite(media.duration) ? media.duration : knownDurationSeconds)
  const readBuffered = () =>
    patch({
      buffered: Array.from(
        { length: media.buffered.length },
        (_, i) => [media.buffered.start(i), media.buffered.end(i)] as const,
      ),
    })
  patch({ durationSeconds: knownDurationSeconds })
  /** While the source is changed the element stands at nothing; the viewer does not. */
  const isLoaded = () => media.readyState > HTMLMediaElement.HAVE_NOTHING
  // hls.js would move to its start only once the first segment is complete, and fetch the beginning till then.
  on('loadedmetadata', () => {
    const { positionSeconds } = state.get()
    // Not only where it stands at 0: WebKitGTK plays a moment before it says that it knows the file.
    const isElsewhere = Math.abs(media.currentTime - positionSeconds) > NEAR_SECONDS
    if (hasSoughtUnloaded || (positionSeconds > 0 && isElsewhere)) media.currentTime = positionSeconds
    hasSoughtUnloaded = false
  })
  on('timeupdate', () => {
    if (isLoaded()) patch({ positionSeconds: media.currentTime })
  })
  on('durationchange', () => patch({ durationSeconds: duration() }))
  on('progress', readBuffered)
  on('seeking', () => {
    seekStartedAtMs ??= performance.now()
    patch({ seeking: true, ...(isLoaded() && { positionSeconds: media.currentTime }) })
  })
  on('seeked', () => {
    const seekMs = seekStartedAtMs === null ? null : Math.round(performance.now() - seekStartedAtMs)
    seekStartedAtMs = null
    patch({ seeking: false, positionSeconds: media.currentTime, ...(seekMs !== null && { seekMs }) })
    readBuffered()
  })
  return {
    seek(positionSeconds: number) {
      const end = duration() || knownDurationSeconds
      const target = Math.max(0, Math.min(positionSeconds, end - 0.05))
      patch({ positionSeconds: target, ended: false })
      // The next source begins there. WebKitGTK stands still for ever where it is sent to a place before it knows the file.
      if (isLoaded()) media.currentTime = target
      else hasSoughtUnloaded = true
    },
  }
}
