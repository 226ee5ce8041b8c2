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
import { canChangeType, mustBeginAnew } from './change-type.ts'
import { placesOf } from './level-places.ts'
import { createLevelSwitch } from './level-switch.ts'
import { isPassing, LOAD_POLICY } from './load-policy.ts'
import { createQualityController } from './quality-controller.ts'
import { showRestAgain } from './rest-again.ts'
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
  const cheap = Math.max(
    0,
    known.findIndex(({ name }) => name === startRung?.name),
  )
  /** For each level of the library its place among the known qualities. */
  let places: number[] = []
  let hls: Hls
  let switchLevel: (level: number | null) => void = () => undefined
  let recoveries = 0
  const refusals = new Map<Fragment['sn'], number>()
  let wanted = { level: request.level, audio: request.audioPlace }

  function start(level: number): Hls {
    const next = new HlsClass(configFor(library, memory, request.startSeconds()))
    next.on(HlsClass.Events.MANIFEST_PARSED, () => {
      places = placesOf(
        next.levels.map(({ uri }) => uri),
        known,
      )
      events.qualities(known.filter((_, place) => places.includes(place)))
      next.config.startLevel = Math.max(0, places.indexOf(level))
      if (wanted.level !== null) next.loadLevel = places.indexOf(wanted.level)
    })
    next.on(HlsClass.Events.AUDIO_TRACKS_UPDATED, () => {
      if (wanted.audio !== null && wanted.audio < next.audioTracks.length) next.audioTrack = wanted.audio
    })
    next.on(HlsClass.Events.LEVEL_SWITCHED, (_name, data) =>
      events.level(places[data.level] ?? data.level, next.bandwidthEstimate),
    )
    keepSeeksExact(media, next, HlsClass.Events)
    if (!canChangeType()) showRestAgain(media, next, HlsClass.Events)
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
    const wasPaused = media.paused
    const level = places[hls.currentLevel] ?? cheap
    queueMicrotask(() => {
      hls.destroy()
      hls = start(level)
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

  hls = start(wanted.level ?? cheap)
  return {
    kind: 'hls.js',
    setLevel(level) {
      wanted = { ...wanted, level }
      const theirs = level === null ? null : places.indexOf(level)
      if (theirs !== null && mustBeginAnew(hls, theirs)) return false
      switchLevel(theirs)
      return true
    },
    setAudio(place) {
      wanted = { ...wanted, audio: place }
      if (place === hls.audioTrack || place >= hls.audioTracks.length) return true
      if (!canChangeType()) return false
      hls.audioTrack = place
      return true
    },
    segmentStarts: () => hls.latestLevelDetails?.fragments.map(({ start }) => start) ?? [],
    destroy: () => hls.destroy(),
  }
}

function configFor(library: Library, memory: LoaderMemory, startSeconds: number): Partial<HlsConfig> {
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
