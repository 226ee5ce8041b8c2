// The player: one media element, features attached, one observable state. Free of any framework.
import type { Playback } from '#shared/api/playback.ts'
import { rememberUnplayable } from '../lib/capabilities.ts'
import { createObservable } from '../lib/observable.ts'
import { haveSameAsset } from './addresses.ts'
import { aim } from './aim.ts'
import { attachDisplay } from './features/display.ts'
import { attachHoldPicture } from './features/hold-picture.ts'
import { attachPlayback } from './features/playback.ts'
import { attachTime } from './features/time.ts'
import { attachTracks } from './features/tracks.ts'
import { attachVolume } from './features/volume.ts'
import { explainStart } from './explain.ts'
import { attachMediaSession } from './media-session.ts'
import { type FeatureContext, INITIAL_STATE, type PlayerError, type PlayerState } from './player-state.ts'
import { attachSource } from './source.ts'
import type { Source } from './source-contract.ts'
import { watchForStuck } from './stuck.ts'

/** What a person asks of the timeline; a party hands it to the room instead of to the element. */
export type Intent =
  | { kind: 'play' }
  | { kind: 'pause' }
  | { kind: 'toggle' }
  | { kind: 'seek'; positionSeconds: number }
  | { kind: 'rate'; rate: number }

/** Subtitles that are to be in the picture itself. */
export type ReopenWish = { burnSubtitleIndex?: number }

export type PlayerOptions = {
  media: HTMLVideoElement
  playback: Playback
  startSeconds: number
  autoplay?: boolean
  /** Takes over the timeline: the person's wishes go here, and only `apply` moves the element. */
  onIntent?: (intent: Intent) => void
  /** Asks the server once more: after its restart, when the ticket ended while the device slept, for another picture. */
  reopen?: (wish: ReopenWish) => Promise<Playback>
}

export type Player = ReturnType<typeof createPlayer>

/** A source that fails again and again although it is opened anew is broken; one may fail of two things in a row. */
const REOPENS = { most: 3, withinMs: 60_000 }
const REOPENABLE = new Set<PlayerError['code']>(['permission', 'lost', 'unreachable', 'fileAway'])
/** While nobody answers the server is asked again, for so long and so often. */
const ASK_FOR_MS = 60_000
const ASK_EVERY_MS = 2000

export function createPlayer({
  media,
  playback: first,
  startSeconds,
  autoplay = true,
  onIntent,
  reopen,
}: PlayerOptions) {
  const ending = new AbortController()
  const state = createObservable<PlayerState>({ ...INITIAL_STATE, positionSeconds: startSeconds })
  const patch = (part: Partial<PlayerState>) => state.set({ ...state.get(), ...part })
  const context: FeatureContext = { media, state, patch, signal: ending.signal }
  let playback = first
  let source: Source | null = null
  let loads = 0
  let reopenedAtMs: readonly number[] = []
  let reopening: Promise<PlayerError | null> | null = null

  const holdPicture = attachHoldPicture(context)
  const playing = attachPlayback(context)
  const time = attachTime(context, playback.durationSeconds)
  const volume = attachVolume(context)
  const display = attachDisplay(context)
  let needsHls = false
  let audioPlace: number | null = null
  let burnedIndex: number | null = null
  const { firstAudioPlace, ...tracks } = attachTracks(context, playback, {
    chooseAudio(place) {
      audioPlace = place
      if (source && !source.setAudio(place)) void toHls()
    },
    async burnIn(index) {
      if (index === burnedIndex) return true
      const before = burnedIndex
      burnedIndex = index
      const failure = await openAgain(true)
      if (failure) burnedIndex = before
      return failure === null
    },
  })
  if (firstAudioPlace !== null) {
    audioPlace = firstAudioPlace
    needsHls = true
  }

  /** Moves the element at once; a party calls this with what the room decided. */
  function apply(intent: Intent): void {
    if (intent.kind === 'play') void playing.play()
    else if (intent.kind === 'pause') playing.pause()
    else if (intent.kind === 'toggle') void (state.get().paused ? playing.play() : playing.pause())
    else if (intent.kind === 'seek') time.seek(intent.positionSeconds)
    else playing.setRate(intent.rate)
  }
  const ask = onIntent ?? apply

  async function load(atSeconds: number, plays: boolean) {
    const mine = ++loads
    const { rate } = state.get()
    source?.destroy()
    source = null
    patch({ error: null, waiting: true, unanswered: false, positionSeconds: atSeconds })
    try {
      const attached = await attachSource(
        {
          media,
          playback,
          addresses: () => playback,
          startSeconds: () => state.get().positionSeconds,
          needsHls,
          level: state.get().fixedLevel,
          audioPlace,
        },
        {
          qualities: (qualities) => patch({ qualities }),
          level: (level, bandwidthBps) => patch({ level, bandwidthBps }),
          failed: (error) => void failed(error),
          unanswered: (unanswered) => patch({ unanswered }),
          undecodable(isKind) {
            if (isKind && playback.directType !== null) rememberUnplayable(playback.directType)
            void toHls()
          },
        },
      )
      if (ending.signal.aborted || mine !== loads) return attached.destroy()
      source = attached
      patch({ source: attached.kind })
      media.playbackRate = rate
      if (plays) void playing.play()
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error)
      patch({ error: { code: 'start', detail }, waiting: false })
    }
  }

  /** Segments, from the same place on. */
  function toHls() {
    needsHls = true
    holdPicture()
    return load(state.get().positionSeconds, !media.paused)
  }

  async function failed(error: PlayerError) {
    const nowMs = performance.now()
    reopenedAtMs = reopenedAtMs.filter((atMs) => nowMs - atMs < REOPENS.withinMs)
    const mayReopen = reopen && REOPENABLE.has(error.code) && reopenedAtMs.length < REOPENS.most
    if (mayReopen) reopenedAtMs = [...reopenedAtMs, nowMs]
    const failure = mayReopen ? await openPatiently() : error
    if (failure && !ending.signal.aborted) patch({ error: failure, waiting: false, unanswered: false })
  }

  async function openPatiently(): Promise<PlayerError | null> {
    const endMs = performance.now() + ASK_FOR_MS
    for (;;) {
      const failure = await openAgain(true)
      if (failure?.code !== 'unreachable' || performance.now() > endMs || ending.signal.aborted)
        return failure
      patch({ unanswered: true })
      await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS))
    }
  }

  /** Why not, where the server could not be asked or refused; null: done. */
  function openAgain(mustLoad: boolean): Promise<PlayerError | null> {
    const run = async () => {
      if (!reopen) return { code: 'start', detail: '' } as const
      const plays = !state.get().paused || state.get().error !== null
      const wish = burnedIndex === null ? {} : { burnSubtitleIndex: burnedIndex }
      const fresh = await reopen(wish).catch(explainStart)
      if (ending.signal.aborted || 'code' in fresh) return 'code' in fresh ? fresh : null
      const isSame = haveSameAsset(fresh.hlsUrl, playback.hlsUrl)
      playback = fresh
      if (mustLoad || !isSame) {
        holdPicture()
        await load(state.get().positionSeconds, plays && !onIntent)
      }
      return null
    }
    reopening ??= run().finally(() => (reopening = null))
    return reopening
  }

  const player = {
    media,
    state,
    apply,
    get playback() {
      return playback
    },
    play: () => ask({ kind: 'play' }),
    pause: () => ask({ kind: 'pause' }),
    toggle: () => ask({ kind: 'toggle' }),
    seek: (positionSeconds: number) => ask({ kind: 'seek', positionSeconds }),
    /** Of the moments so near to one another that a place on the bar means them all, the one that shows first. */
    aim: (atSeconds: number, toleranceSeconds: number) =>
      aim(atSeconds, toleranceSeconds, source?.segmentStarts() ?? [], state.get().buffered),
    skip: (seconds: number) =>
      ask({ kind: 'seek', positionSeconds: Math.max(0, state.get().positionSeconds + seconds) }),
    setRate: (rate: number) => ask({ kind: 'rate', rate }),
    ...volume,
    ...display,
    ...tracks,
    setQuality(level: number | null) {
      patch({ fixedLevel: level })
      if (source && !source.setLevel(level)) void toHls()
    },
    /** A longer ticket for the same addresses; what plays goes on. */
    renew(fresh: Pick<Playback, 'directUrl' | 'hlsUrl' | 'ticketExpiresAtMs'>) {
      playback = { ...playback, ...fresh }
    },
    /** The server knows this playback no more: a new one is opened, what plays goes on where it can. */
    reopen: () => openAgain(false),
    /** After a failure: goes on where it was, or so much later. */
    async retry(laterSeconds = 0) {
      const { positionSeconds, durationSeconds } = state.get()
      const atSeconds = Math.min(
        positionSeconds + laterSeconds,
        Math.max(positionSeconds, durationSeconds - 1),
      )
      patch({ error: null, waiting: true, positionSeconds: atSeconds })
      if (await openAgain(true)) await load(atSeconds, !onIntent)
    },
    [Symbol.dispose]() {
      ending.abort()
      source?.destroy()
      media.pause()
    },
  }
  attachMediaSession(player, ending.signal)
  watchForStuck(state, ending.signal, {
    again: () => void load(state.get().positionSeconds, !media.paused && !onIntent),
    giveUp: () => patch({ error: { code: 'stuck', detail: '' }, waiting: false }),
  })
  void load(startSeconds, autoplay && !onIntent)
  return player
}
