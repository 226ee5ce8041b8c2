// Attaches a source to the element: the file itself, or HLS through hls.js, loaded on demand; native HLS without MSE.
import type { Playback } from '#shared/api/playback.ts'
import type { PlayerError, Quality, SourceKind } from './player-state.ts'
import { attachHls } from './hls/attach-hls.ts'

export type Source = {
  kind: SourceKind
  setLevel(level: number | null): void
  /** Place of the track among the playback's audio tracks. */
  setAudio(place: number): void
  destroy(): void
}

export type SourceRequest = {
  media: HTMLVideoElement
  playback: Playback
  /** Renewed from time to time while the source plays. */
  addresses: () => Pick<Playback, 'directUrl' | 'hlsUrl'>
  startSeconds: number
  needsHls: boolean
  level: number | null
  audioPlace: number | null
}

export type SourceEvents = {
  qualities(list: Quality[]): void
  level(level: number, bandwidthBps: number | null): void
  failed(error: PlayerError): void
}

export async function attachSource(request: SourceRequest, events: SourceEvents): Promise<Source> {
  const { directUrl, hlsUrl } = request.addresses()
  if (directUrl !== null && !(request.needsHls && hlsUrl !== null))
    return attachUrl(request, directUrl, 'direct', events)
  if (hlsUrl === null) throw new Error('This file has nothing that can be played in a browser.')
  const library = await import('hls.js')
  if (!library.default.isSupported()) return attachUrl(request, hlsUrl, 'native', events)
  return attachHls(library, request, hlsUrl, events)
}

const MEDIA_ERR_NETWORK = 2

function attachUrl(
  { media, startSeconds, playback }: SourceRequest,
  url: string,
  kind: 'direct' | 'native',
  events: SourceEvents,
): Source {
  const ending = new AbortController()
  media.addEventListener(
    'error',
    () => {
      const { code = 0, message = '' } = media.error ?? {}
      events.failed({ code: code === MEDIA_ERR_NETWORK ? 'lost' : 'decode', detail: message })
    },
    { signal: ending.signal },
  )
  media.src = url
  if (startSeconds > 0) media.currentTime = startSeconds
  // The ladder is there beside the file: choosing a rung of it changes the source.
  const hasLadder = kind === 'direct' && playback.hlsUrl !== null
  events.qualities(hasLadder ? qualitiesOf(playback.rungs) : [])
  return {
    kind,
    setLevel: () => undefined,
    setAudio: () => undefined,
    destroy() {
      ending.abort()
      media.removeAttribute('src')
      media.load()
    },
  }
}

/** In the order that hls.js gives its levels: smallest first. */
export const qualitiesOf = (rungs: Playback['rungs']): Quality[] =>
  rungs
    .toSorted((a, b) => a.height - b.height || a.bitrateBps - b.bitrateBps)
    .map(({ name, height, bitrateBps, isOriginal }, level) => ({
      level,
      name,
      height,
      bitrateBps,
      isOriginal,
    }))
