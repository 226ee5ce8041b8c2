// Attaches a source to the element: the file itself, or HLS through hls.js, loaded on demand; native HLS without MSE.
import { attachHls } from './hls/attach-hls.ts'
import { watchForFrozenPicture } from './frozen-picture.ts'
import { qualitiesOf, type Source, type SourceEvents, type SourceRequest } from './source-contract.ts'

/** Large, and only needed where a file is not played as it is. */
export const loadHlsLibrary = () => import('hls.js')

export async function attachSource(request: SourceRequest, events: SourceEvents): Promise<Source> {
  const { directUrl, hlsUrl } = request.addresses()
  if (directUrl !== null && !(request.needsHls && hlsUrl !== null))
    return attachUrl(request, directUrl, 'direct', events)
  if (hlsUrl === null) throw new Error('This file has nothing that can be played in a browser.')
  const library = await loadHlsLibrary()
  if (!library.default.isSupported()) return attachUrl(request, hlsUrl, 'native', events)
  return attachHls(library, request, hlsUrl, events)
}

const MEDIA_ERR_NETWORK = 2

function attachUrl(
  { media, playback }: SourceRequest,
  url: string,
  kind: 'direct' | 'native',
  events: SourceEvents,
): Source {
  const ending = new AbortController()
  // The ladder is there beside the file: choosing a rung of it changes the source.
  const hasLadder = kind === 'direct' && playback.hlsUrl !== null
  media.addEventListener(
    'error',
    () => {
      const { code = 0, message = '' } = media.error ?? {}
      if (code === MEDIA_ERR_NETWORK) events.failed({ code: 'lost', detail: message })
      else if (hasLadder) events.undecodable(false)
      else events.failed({ code: 'decode', detail: message })
    },
    { signal: ending.signal },
  )
  if (hasLadder)
    watchForFrozenPicture(media, ending.signal, () => {
      ending.abort()
      events.undecodable(true)
    })
  media.src = url
  events.qualities(hasLadder ? qualitiesOf(playback.rungs) : [])
  return {
    kind,
    // A rung of the ladder is not in the file, and a browser plays one sound of a file.
    setLevel: (level) => !hasLadder || level === null,
    setAudio: () => kind !== 'direct',
    segmentStarts: () => [],
    destroy() {
      ending.abort()
      media.removeAttribute('src')
      media.load()
    },
  }
}
