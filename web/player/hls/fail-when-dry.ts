// A segment that cannot be had ends the film where it lies, not half a minute before: what is loaded is seen first.
import type Hls from 'hls.js'
import { isLoaded } from './exact-seek.ts'

const SOON_SECONDS = 0.3

/** Stops loading and calls `fail` once the picture stands still; a seek forgets it and loads from there. */
export function failWhenDry(
  media: HTMLVideoElement,
  hls: Hls,
  events: typeof import('hls.js').Events,
  fail: () => void,
): void {
  hls.stopLoad()
  if (!isLoaded(media, media.currentTime + SOON_SECONDS)) return fail()
  const over = new AbortController()
  const { signal } = over
  const once = (run: () => void) => () => {
    over.abort()
    run()
  }
  media.addEventListener('waiting', once(fail), { signal })
  media.addEventListener(
    'seeking',
    once(() => hls.startLoad(media.currentTime)),
    { signal },
  )
  hls.once(events.DESTROYING, () => over.abort())
}
