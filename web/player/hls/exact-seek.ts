// Firefox ends a seek on the first picture that is loaded if it comes within a quarter of a second after the wanted one.
import type Hls from 'hls.js'

export const isLoaded = ({ buffered }: HTMLVideoElement, seconds: number): boolean =>
  Array.from(
    { length: buffered.length },
    (_, n) => buffered.start(n) <= seconds && seconds < buffered.end(n),
  ).includes(true)

/** Asks once more as soon as the wanted picture is there: who stands still would look at another one. */
export function keepSeeksExact(
  media: HTMLVideoElement,
  hls: Hls,
  events: typeof import('hls.js').Events,
): void {
  let missingSeconds: number | null = null
  const onSeeking = () => {
    missingSeconds = isLoaded(media, media.currentTime) ? null : media.currentTime
  }
  media.addEventListener('seeking', onSeeking)
  hls.on(events.DESTROYING, () => media.removeEventListener('seeking', onSeeking))
  hls.on(events.BUFFER_APPENDED, () => {
    if (missingSeconds === null || !isLoaded(media, missingSeconds)) return
    const wanted = missingSeconds
    missingSeconds = null
    if (!media.seeking && media.currentTime === wanted) media.currentTime = wanted
  })
}
