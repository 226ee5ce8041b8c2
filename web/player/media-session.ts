// Media keys, headset buttons and the lock screen.
type Controls = {
  playback: { name: string }
  play(): void
  pause(): void
  seek(positionSeconds: number): void
  skip(seconds: number): void
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
  signal.addEventListener('abort', () => {
    session.metadata = null
    for (const [action] of handlers) session.setActionHandler(action, null)
  })
}
