// WebKitGTK keeps a former picture now and then where seeks follow each other quickly: who rests is shown the place once more.
import type Hls from 'hls.js'

/** After the last seek of a drag along the bar. */
const QUIET_MS = 150

type Media = Pick<
  HTMLVideoElement,
  'paused' | 'seeking' | 'currentTime' | 'addEventListener' | 'removeEventListener'
>

/** Nothing there says which picture is shown: `requestVideoFrameCallback` repeats the position. */
export function showRestAgain(
  media: Media,
  hls: Pick<Hls, 'once'>,
  events: typeof import('hls.js').Events,
): void {
  let shownAgainSeconds: number | null = null
  let timer: ReturnType<typeof setTimeout> | undefined
  const onSeeked = () => {
    clearTimeout(timer)
    const restSeconds = media.currentTime
    if (!media.paused || restSeconds === shownAgainSeconds) return
    timer = setTimeout(() => {
      if (!media.paused || media.seeking || media.currentTime !== restSeconds) return
      shownAgainSeconds = restSeconds
      media.currentTime = restSeconds
    }, QUIET_MS)
  }
  media.addEventListener('seeked', onSeeked)
  hls.once(events.DESTROYING, () => {
    clearTimeout(timer)
    media.removeEventListener('seeked', onSeeked)
  })
}
