// A quality chosen by hand: what is loaded far ahead in another one goes, what is seen next stays, so that nobody waits.
import type Hls from 'hls.js'
import type { Fragment } from 'hls.js'

/** Long enough for a first segment to be encoded. */
const KEEP_SECONDS = 4

/**
 * The library's own switch gives up the segment under way: half of it is in the buffer then, which WebKit does not
 * forgive, and its encode was for nothing.
 */
export function createLevelSwitch(
  media: HTMLVideoElement,
  hls: Hls,
  events: typeof import('hls.js').Events,
): (level: number | null) => void {
  let loading: Fragment | null = null
  let mustDrop = false

  const dropAhead = () => {
    mustDrop = false
    const startOffset = media.currentTime + KEEP_SECONDS
    hls.trigger(events.BUFFER_FLUSHING, { startOffset, endOffset: Infinity, type: 'video' })
  }
  const settle = (frag: Fragment | undefined) => {
    if (frag !== loading) return
    loading = null
    if (mustDrop) dropAhead()
  }
  hls.on(events.FRAG_LOADING, (_name, { frag }) => {
    if (frag.type === 'main' && frag.sn !== 'initSegment') loading = frag
  })
  hls.on(events.FRAG_BUFFERED, (_name, { frag }) => settle(frag))
  hls.on(events.ERROR, (_name, { frag }) => settle(frag))

  return (level) => {
    hls.loadLevel = level ?? -1
    mustDrop = level !== null
    if (mustDrop && !loading) dropAhead()
  }
}
