// A pause that lies ahead: playback goes on until the frame that all rest on is shown, or until its time where nothing says so.
import { createLastFrame } from './last-frame.ts'

/** `onStop` is called with the position to rest at, once. */
export function createStop(onStop: (positionSeconds: number) => void) {
  const lastFrame = createLastFrame()
  let aheadSeconds: number | null = null
  let timer: ReturnType<typeof setTimeout> | undefined

  function forget(): void {
    aheadSeconds = null
    clearTimeout(timer)
  }

  function stop(): void {
    const positionSeconds = aheadSeconds
    forget()
    if (positionSeconds !== null) onStop(positionSeconds)
  }

  return {
    isAhead: (): boolean => aheadSeconds !== null,
    /** In `leftMs` playback at `rate` is at `positionSeconds`. */
    at(positionSeconds: number, leftMs: number, rate: number): void {
      if (aheadSeconds !== null) return
      aheadSeconds = positionSeconds
      const afterSeconds = lastFrame.latestSeconds(positionSeconds) - positionSeconds
      timer = setTimeout(stop, leftMs + (afterSeconds / rate) * 1000)
    },
    /** A frame is about to be shown; true where playback stops with it. */
    saw(mediaSeconds: number): boolean {
      lastFrame.saw(mediaSeconds)
      if (aheadSeconds === null || lastFrame.isAt(aheadSeconds) === 'before') return false
      stop()
      return true
    },
    forget,
    lastFrameIs: lastFrame.isAt,
  }
}
