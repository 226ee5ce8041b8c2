// Plays HLS through hls.js: early pictures, one fall back to whole segments, tickets renewed under way.
import type Hls from 'hls.js'
import type { ErrorData, Fragment, HlsConfig } from 'hls.js'
import { underTicketOf } from '../addresses.ts'
import { explainLoad } from '../explain.ts'
import type { PlayerError } from '../player-state.ts'
import { qualitiesOf, type Source, type SourceEvents, type SourceRequest } from '../source-contract.ts'
import { keepSeeksExact } from './exact-seek.ts'
import { failWhenDry } from './fail-when-dry.ts'
import { createFragmentLoader, type LoaderMemory } from './fragment-loader.ts'
import { forgetLeftPictures, forgetLeftSound } from './left-segment.ts'
import { createLevelSwitch } from './level-switch.ts'
import { isPassing, LOAD_POLICY } from './load-policy.ts'
import { createQualityController } from './quality-controller.ts'
import { keepRewindsHeard } from './rewind.ts'
import { seekCheaply } from './seek-cheap.ts'
import { endShortFilms } from './short-end.ts'

type Library = typeof import('hls.js')
const MOST_RECOVERIES = 2
/** A browser that could not take segments in pieces once is spared a second try. */
const WHOLE_KEY = 'player.wholeSegments'

export function attachHls(
  library: Library,
  request: SourceRequest,
  url: string,
  events: SourceEvents,
): Source {
  const { media, playback } = request
  const HlsClass = library.default
  const memory: LoaderMemory = {
    timings: new Map(),
    progressive: sessionStorage.getItem(WHOLE_KEY) === null,
    address: (old) => underTicketOf(old, request.addresses().hlsUrl),
    failed: () => fallBack(),
  }
  const known = qualitiesOf(playback.rungs)
  const startRung = playback.rungs[playback.startRung]
  const cheap = known.findIndex(
    ({ name, bitrateBps }) => name === startRung?.name && bitrateBps === startRung.bitrateBps,
  )
  let hls: Hls
  let switchLevel: (level: number | null) => void = () => undefined
  let recoveries = 0
  const refusals = new Map<Fragment['sn'], number>()
  let wanted = { level: request.level, audio: request.audioPlace }

  function start(atSeconds: number, level: number): Hls {
    const next = new HlsClass(configFor(library, memory, atSeconds, level))
    next.on(HlsClass.Events.MANIFEST_PARSED, () => {
      const isWhole = next.levels.length === known.length
      events.qualities(
        next.levels.map(
          ({ height, bitrate, name }, i) =>
            (isWhole ? known[i] : undefined) ?? {
              level: i,
              name: name || `${height}p`,
              height,
              bitrateBps: bitrate,
              isOriginal: false,
            },
        ),
      )
      if (wanted.level !== null) next.loadLevel = wanted.level
    })
    next.on(HlsClass.Events.AUDIO_TRACKS_UPDATED, () => {
      if (wanted.audio !== null && wanted.audio < next.audioTracks.length) next.audioTrack = wanted.audio
    })
    next.on(HlsClass.Events.LEVEL_SWITCHED, (_name, data) => events.level(data.level, next.bandwidthEstimate))
    // hls.js moves to the start position only once the first segment is complete, and fetches the beginning till then.
    const toStart = () => {
      if (atSeconds > 0 && media.currentTime === 0) media.currentTime = atSeconds
    }
    media.addEventListener('loadedmetadata', toStart, { once: true })
    next.on(HlsClass.Events.DESTROYING, () => media.removeEventListener('loadedmetadata', toStart))
    keepSeeksExact(media, next, HlsClass.Events)
    keepRewindsHeard(next, HlsClass.Events)
    seekCheaply(media, next, HlsClass.Events)
    endShortFilms(media, next, HlsClass.Events)
    switchLevel = createLevelSwitch(media, next, HlsClass.Events)
    next.on(HlsClass.Events.FRAG_LOADED, () => events.unanswered(false))
    next.on(HlsClass.Events.ERROR, (_name, data) => onError(data))
    next.loadSource(url)
    next.attachMedia(media)
    return next
  }

  /** The same addresses, whole segments: what works everywhere. */
  function fallBack() {
    if (!memory.progressive) return
    memory.progressive = false
    sessionStorage.setItem(WHOLE_KEY, '1')
    const at = media.currentTime || request.startSeconds
    const wasPaused = media.paused
    const level = hls.currentLevel
    queueMicrotask(() => {
      hls.destroy()
      hls = start(at, level)
      if (!wasPaused) void media.play().catch(() => undefined)
    })
  }

  /** The library would ask again and again for what the server has said it cannot give: another quality, once, may do. */
  function isHopeless(frag: Fragment | undefined, status: number): boolean {
    if (!frag || status < 400 || isPassing(status)) return false
    const tries = (refusals.get(frag.sn) ?? 0) + 1
    refusals.set(frag.sn, tries)
    return tries >= 2 || frag.type !== 'main' || hls.levels.length < 2
  }

  function onError(data: ErrorData) {
    const spoiled = data.type === HlsClass.ErrorTypes.MEDIA_ERROR && data.details !== 'bufferStalledError'
    if (memory.progressive && spoiled && (data.fatal || data.details === 'bufferAppendError'))
      return fallBack()
    const status = data.response?.code ?? -1
    if (!data.fatal && !isHopeless(data.frag, status)) return events.unanswered(isPassing(status))
    recoveries += 1
    if (data.type === HlsClass.ErrorTypes.MEDIA_ERROR && recoveries <= MOST_RECOVERIES)
      return hls.recoverMediaError()
    failWhenDry(media, hls, HlsClass.Events, () => events.failed(explain(data)))
  }

  hls = start(request.startSeconds, wanted.level ?? Math.max(0, cheap))
  return {
    kind: 'hls.js',
    setLevel(level) {
      wanted = { ...wanted, level }
      switchLevel(level)
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
  const { streamController, audioStreamController } = library.default.DefaultConfig
  return {
    progressive: memory.progressive,
    fLoader: createFragmentLoader(memory),
    // Playlists go through the library's own loader, under the ticket of now.
    xhrSetup: (request, url) => request.open('GET', memory.address(url), true),
    fragLoadPolicy: LOAD_POLICY,
    playlistLoadPolicy: LOAD_POLICY,
    manifestLoadPolicy: LOAD_POLICY,
    streamController: forgetLeftPictures(streamController),
    ...(audioStreamController && { audioStreamController: forgetLeftSound(audioStreamController) }),
    abrController: createQualityController(library.AbrController),
    startPosition: startSeconds > 0 ? startSeconds : -1,
    startLevel,
    testBandwidth: false,
    startFragPrefetch: true,
    lowLatencyMode: false,
    // Segments lie exactly where the playlist says. The library's quarter of a second would fetch the wrong one for a
    // seek to the end of a segment, and would go on loading the one before a seek to its beginning.
    maxFragLookUpTolerance: 0.01,
    maxBufferLength: 30,
    maxMaxBufferLength: 60,
    backBufferLength: 60,
    renderTextTracksNatively: false,
    enableWebVTT: false,
  }
}

function explain({ type, details, error, response, networkDetails }: ErrorData): PlayerError {
  if (type !== 'networkError')
    return { code: 'decode', detail: `${details}${error.message ? `: ${error.message}` : ''}` }
  const text = networkDetails instanceof XMLHttpRequest ? networkDetails.responseText : response?.text
  return explainLoad(response?.code ?? 0, text ?? '', details)
}
