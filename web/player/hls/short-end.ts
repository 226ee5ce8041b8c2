// A film of one short segment: hls.js waits for its first picture before it says that nothing more will come, browsers the other way round.
import type Hls from 'hls.js'

export function endShortFilms(
  media: HTMLVideoElement,
  hls: Hls,
  events: typeof import('hls.js').Events,
): void {
  const loaded = new Set<string>()
  hls.on(events.FRAG_BUFFERED, (_name, { frag }) => {
    if (frag.sn !== 0 || !frag.endList) return
    loaded.add(frag.type)
    const hasAll = loaded.has('main') && (hls.audioTracks.length === 0 || loaded.has('audio'))
    if (!hasAll || media.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA) return
    for (const type of ['video', 'audio', 'audiovideo'] as const) hls.trigger(events.BUFFER_EOS, { type })
  })
}
