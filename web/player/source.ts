// Attaches a source to the element: the file itself, or HLS through hls.js, loaded on demand; native HLS without MSE.
import type Hls from 'hls.js'
import type { ErrorData, HlsConfig } from 'hls.js'
import type { Playback } from '#shared/api/playback.ts'
import { createFragmentLoader, type LoaderMemory } from './hls/fragment-loader.ts'
import { createQualityController } from './hls/quality-controller.ts'
import type { PlayerError, Quality } from './player-state.ts'

export type Source = {
  kind: 'direct' | 'hls.js' | 'native'
  setLevel(level: number | null): void
  /** Place of the track among the playback's audio tracks. */
  setAudio(place: number): void
  destroy(): void
}

export type SourceEvents = {
  qualities(list: Quality[]): void
  level(level: number, bandwidthBps: number | null): void
  failed(error: PlayerError): void
}

const MEDIA_ERRORS: Record<number, string> = {
  1: 'Loading was stopped.',
  2: 'The connection was lost while the video was loading.',
  3: 'The browser could not decode the video.',
  4: 'The browser cannot play this video.',
}

export async function attachSource(
  media: HTMLVideoElement,
  playback: Pick<Playback, 'directUrl' | 'hlsUrl' | 'startRung'>,
  startSeconds: number,
  events: SourceEvents,
  signal: AbortSignal,
): Promise<Source> {
  const { directUrl, hlsUrl } = playback
  if (directUrl !== null) return attachUrl(media, directUrl, 'direct', startSeconds, events, signal)
  if (hlsUrl === null) throw new Error('This file has nothing that can be played in a browser.')
  const library = await import('hls.js')
  if (!library.default.isSupported()) return attachUrl(media, hlsUrl, 'native', startSeconds, events, signal)
  return attachHls(library, media, hlsUrl, playback.startRung, startSeconds, events)
}

function attachUrl(
  media: HTMLVideoElement,
  url: string,
  kind: 'direct' | 'native',
  startSeconds: number,
  events: SourceEvents,
  signal: AbortSignal,
): Source {
  media.addEventListener(
    'error',
    () => {
      const { code = 4, message = '' } = media.error ?? {}
      events.failed({
        title: MEDIA_ERRORS[code] ?? 'The video could not be played.',
        advice:
          code === 2
            ? 'Check the connection and try again.'
            : 'Try again, or choose another version of the file.',
        detail: message,
      })
    },
    { signal },
  )
  media.src = url
  if (startSeconds > 0) media.currentTime = startSeconds
  return {
    kind,
    setLevel: () => undefined,
    setAudio(place) {
      const tracks = (media as { audioTracks?: ArrayLike<{ enabled: boolean }> }).audioTracks
      if (!tracks) return
      for (const [i, track] of Array.from(tracks).entries()) track.enabled = i === place
    },
    destroy() {
      media.removeAttribute('src')
      media.load()
    },
  }
}

type Library = typeof import('hls.js')

function attachHls(
  library: Library,
  media: HTMLVideoElement,
  url: string,
  startRung: number,
  startSeconds: number,
  events: SourceEvents,
): Source {
  const HlsClass = library.default
  const memory: LoaderMemory = {
    timings: new Map(),
    progressive: true,
    failed: () => fallBack(),
  }
  let hls: Hls
  let recoveries = 0
  let wanted: { level: number | null; audio: number | null } = { level: null, audio: null }

  function start(atSeconds: number, level: number): Hls {
    const next = new HlsClass(configFor(library, memory, atSeconds, level))
    next.on(HlsClass.Events.MANIFEST_PARSED, () => {
      events.qualities(
        next.levels.map((item, i) => ({
          level: i,
          name: item.name || `${item.height}p`,
          height: item.height,
          bitrateBps: item.bitrate,
        })),
      )
      if (wanted.level !== null) next.nextLevel = wanted.level
    })
    next.on(HlsClass.Events.AUDIO_TRACKS_UPDATED, () => {
      if (wanted.audio !== null) next.audioTrack = wanted.audio
    })
    next.on(HlsClass.Events.LEVEL_SWITCHED, (_name, data) => events.level(data.level, next.bandwidthEstimate))
    // hls.js moves to the start position only once the first segment is complete, and fetches the beginning till then.
    const toStart = () => {
      if (atSeconds > 0 && media.currentTime === 0) media.currentTime = atSeconds
    }
    media.addEventListener('loadedmetadata', toStart, { once: true })
    next.on(HlsClass.Events.DESTROYING, () => media.removeEventListener('loadedmetadata', toStart))
    next.on(HlsClass.Events.ERROR, (_name, data) => onError(data))
    next.loadSource(url)
    next.attachMedia(media)
    return next
  }

  /** The same addresses, whole segments: what works everywhere. */
  function fallBack() {
    if (!memory.progressive) return
    memory.progressive = false
    const at = media.currentTime || startSeconds
    const wasPaused = media.paused
    const level = hls.currentLevel
    queueMicrotask(() => {
      hls.destroy()
      hls = start(at, level)
      if (!wasPaused) void media.play().catch(() => undefined)
    })
  }

  function onError(data: ErrorData) {
    const spoiled = data.type === HlsClass.ErrorTypes.MEDIA_ERROR && data.details !== 'bufferStalledError'
    if (memory.progressive && spoiled && (data.fatal || data.details === 'bufferAppendError'))
      return fallBack()
    if (!data.fatal) return
    recoveries += 1
    if (data.type === HlsClass.ErrorTypes.MEDIA_ERROR && recoveries <= 2) return hls.recoverMediaError()
    events.failed(explain(data))
  }

  hls = start(startSeconds, startRung)
  return {
    kind: 'hls.js',
    setLevel(level) {
      wanted = { ...wanted, level }
      hls.nextLevel = level ?? -1
    },
    setAudio(place) {
      wanted = { ...wanted, audio: place }
      if (place < hls.audioTracks.length) hls.audioTrack = place
    },
    destroy: () => hls.destroy(),
  }
}

function configFor(
  library: Library,
  memory: LoaderMemory,
  startSeconds: number,
  startLevel: number,
): Partial<HlsConfig> {
  return {
    progressive: memory.progressive,
    fLoader: createFragmentLoader(memory),
    abrController: createQualityController(library.AbrController),
    startPosition: startSeconds > 0 ? startSeconds : -1,
    startLevel: Math.max(0, startLevel),
    testBandwidth: false,
    startFragPrefetch: true,
    lowLatencyMode: false,
    maxBufferLength: 30,
    maxMaxBufferLength: 60,
    backBufferLength: 60,
    renderTextTracksNatively: false,
    enableWebVTT: false,
  }
}

function explain(data: ErrorData): PlayerError {
  const code = data.response?.code
  const detail = `${data.details}${code ? ` (${code})` : ''}${data.error.message ? `: ${data.error.message}` : ''}`
  if (code === 403 || code === 401)
    return {
      title: 'The permission to watch has run out.',
      advice: 'Start the film again; it goes on where you were.',
      detail,
    }
  if (code === 507)
    return {
      title: 'The server’s disk is full.',
      advice: 'Ask whoever runs the server to make room.',
      detail,
    }
  if (code && code >= 500)
    return {
      title: 'The server could not convert this part of the video.',
      advice: 'Try again, or choose a lower quality.',
      detail,
    }
  if (data.type === 'networkError')
    return { title: 'The server cannot be reached.', advice: 'Check the connection, then try again.', detail }
  return {
    title: 'The browser could not play the video.',
    advice: 'Try again, or choose another quality.',
    detail,
  }
}
