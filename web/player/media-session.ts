// Media keys, headset buttons and the lock screen.
import type { Observable } from '../lib/observable.ts'
import type { PlayerState } from './player-state.ts'

type Controls = {
  playback: { name: string }
  state: Observable<PlayerState>
  play(): void
  pause(): void
  seek(positionSeconds: number): void
  skip(seconds: number): void
}

/** The key for the next one is there only where there is a next one. */
export function setNextKey(next: (() => void) | undefined): void {
  const session = navigator.mediaSession as MediaSession | undefined
  session?.setActionHandler('nexttrack', next ?? null)
}

/** Widths that the server keeps of each picture; lock screens and watches take what fits. */
const POSTER_WIDTHS = [160, 320, 640]

/** The title's picture beside its name; posters are half as high again as they are wide. */
export function showPoster(url: string | undefined): void {
  const metadata = (navigator.mediaSession as MediaSession | undefined)?.metadata
  if (!metadata) return
  metadata.artwork = url
    ? POSTER_WIDTHS.map((width) => ({
        src: `${url}?w=${width}`,
        sizes: `${width}x${width * 1.5}`,
        type: 'image/webp',
      }))
    : []
}

export function attachMediaSession(player: Controls, signal: AbortSignal): void {
  const session = navigator.mediaSession as MediaSession | undefined
  if (!session) return
  session.metadata = new MediaMetadata({ title: player.playback.name })
  const handlers: [MediaSessionAction, MediaSessionActionHandler][] = [
    ['play', () => player.play()],
    ['pause', () => player.pause()],
    ['seekbackward', (details) => player.skip(-(details.seekOffset ?? 10))],
    ['seekforward', (details) => player.skip(details.seekOffset ?? 10)],
    ['seekto', (details) => details.seekTime !== undefined && player.seek(details.seekTime)],
  ]
  for (const [action, handler] of handlers) session.setActionHandler(action, handler)
  // The lock screen counts on by itself: it is told of jumps, rates and pauses, not of every second.
  let told = ''
  const stop = player.state.subscribe(() => {
    const { durationSeconds, positionSeconds, rate, paused, seeking } = player.state.get()
    const now = `${durationSeconds} ${rate} ${paused} ${seeking}`
    if (now === told || durationSeconds <= 0) return
    told = now
    session.playbackState = paused ? 'paused' : 'playing'
    session.setPositionState({
      duration: durationSeconds,
      playbackRate: rate,
      position: Math.min(positionSeconds, durationSeconds),
    })
  })
  signal.addEventListener('abort', () => {
    stop()
    session.metadata = null
    session.playbackState = 'none'
    for (const [action] of handlers) session.setActionHandler(action, null)
  })
}
