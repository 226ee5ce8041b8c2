// A seek into a segment that is just being made in a dear quality: the cheap one is there sooner, so it is taken instead.
import type Hls from 'hls.js'
import type { Fragment } from 'hls.js'
import { isLoaded } from './exact-seek.ts'

type Place = Pick<Fragment, 'start' | 'duration' | 'level'>

/** Whether what is loading holds the wanted moment, and something that comes sooner would, too. */
export const isDear = (loading: Place | null, atSeconds: number, cheapLevel: number): boolean =>
  loading !== null &&
  loading.level > cheapLevel &&
  loading.start <= atSeconds &&
  atSeconds < loading.start + loading.duration

export function seekCheaply(media: HTMLVideoElement, hls: Hls, events: typeof import('hls.js').Events): void {
  let loading: Fragment | null = null
  const settle = (frag: Fragment | undefined) => {
    if (frag === loading) loading = null
  }
  hls.on(events.FRAG_LOADING, (_name, { frag }) => {
    if (frag.type === 'main' && frag.sn !== 'initSegment') loading = frag
  })
  hls.on(events.FRAG_LOADED, (_name, { frag }) => settle(frag))
  hls.on(events.ERROR, (_name, { frag }) => settle(frag))
  const onSeeking = () => {
    const atSeconds = media.currentTime
    if (!hls.autoLevelEnabled || isLoaded(media, atSeconds) || !isDear(loading, atSeconds, hls.nextAutoLevel))
      return
    hls.stopLoad()
    hls.startLoad(atSeconds)
  }
  media.addEventListener('seeking', onSeeking)
  hls.on(events.DESTROYING, () => media.removeEventListener('seeking', onSeeking))
}
