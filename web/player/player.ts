// The player: one media element, features attached, one observable state. Free of any framework.
import type { Playback } from '#shared/api/playback.ts'
import { createObservable } from '../lib/observable.ts'
import { attachDisplay } from './features/display.ts'
import { attachPlayback } from './features/playback.ts'
import { attachQuality } from './features/quality.ts'
import { attachTime } from './features/time.ts'
import { attachTracks } from './features/tracks.ts'
import { attachVolume } from './features/volume.ts'
import { attachMediaSession } from './media-session.ts'
import { type FeatureContext, INITIAL_STATE, type PlayerState } from './player-state.ts'
import { attachSource, type Source } from './source.ts'

/** What a person asks of the timeline; a party hands it to the room instead of to the element. */
export type Intent =
  | { kind: 'play' }
  | { kind: 'pause' }
  | { kind: 'seek'; positionSeconds: number }
  | { kind: 'rate'; rate: number }

export type PlayerOptions = {
  media: HTMLVideoElement
  playback: Playback
  startSeconds: number
  autoplay?: boolean
  /** Takes over the timeline: the person's wishes go here, and only `apply` moves the element. */
  onIntent?: (intent: Intent) => void
}

export type Player = ReturnType<typeof createPlayer>

export function createPlayer({ media, playback, startSeconds, autoplay = true, onIntent }: PlayerOptions) {
  const ending = new AbortController()
  const state = createObservable<PlayerState>({ ...INITIAL_STATE, positionSeconds: startSeconds })
  const patch = (part: Partial<PlayerState>) => state.set({ ...state.get(), ...part })
  const context: FeatureContext = { media, state, patch, signal: ending.signal }
  let source: Source | null = null
  let current = playback

  const playing = attachPlayback(context)
  const time = attachTime(context, playback.durationSeconds)
  const volume = attachVolume(context)
  const display = attachDisplay(context)
  const quality = attachQuality(context, () => source)
  const tracks = attachTracks(context, playback, () => source)

  /** Moves the element at once; a party calls this with what the room decided. */
  function apply(intent: Intent): void {
    if (intent.kind === 'play') void playing.play()
    else if (intent.kind === 'pause') playing.pause()
    else if (intent.kind === 'seek') time.seek(intent.positionSeconds)
    else playing.setRate(intent.rate)
  }
  const ask = onIntent ?? apply

  async function load(atSeconds: number) {
    source?.destroy()
    source = null
    patch({ error: null, waiting: true })
    try {
      const attached = await attachSource(
        media,
        current,
        atSeconds,
        {
          qualities: (qualities) => patch({ qualities }),
          level: (level, bandwidthBps) => patch({ level, bandwidthBps }),
          failed: (error) => patch({ error, waiting: false }),
        },
        ending.signal,
      )
      if (ending.signal.aborted) return attached.destroy()
      source = attached
      if (autoplay && !onIntent) void playing.play()
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error)
      patch({
        error: { title: 'The video could not be started.', advice: 'Try again.', detail },
        waiting: false,
      })
    }
  }

  const player = {
    media,
    playback,
    state,
    apply,
    play: () => ask({ kind: 'play' }),
    pause: () => ask({ kind: 'pause' }),
    toggle: () => ask({ kind: state.get().paused ? 'play' : 'pause' }),
    seek: (positionSeconds: number) => ask({ kind: 'seek', positionSeconds }),
    skip: (seconds: number) =>
      ask({ kind: 'seek', positionSeconds: Math.max(0, state.get().positionSeconds + seconds) }),
    setRate: (rate: number) => ask({ kind: 'rate', rate }),
    ...volume,
    ...display,
    ...quality,
    ...tracks,
    sourceKind: () => source?.kind ?? null,
    /** After a failure, or with fresh addresses: goes on where it was. */
    retry(fresh?: Partial<Pick<Playback, 'directUrl' | 'hlsUrl'>>) {
      current = { ...current, ...fresh }
      return load(state.get().positionSeconds)
    },
    [Symbol.dispose]() {
      ending.abort()
      source?.destroy()
      media.pause()
    },
  }
  attachMediaSession(player, ending.signal)
  void load(startSeconds)
  return player
}
