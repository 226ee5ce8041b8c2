// What a source of pictures is to the player, whichever way they come.
import type { Playback } from '#shared/api/playback.ts'
import type { PlayerError, Quality, SourceKind } from './player-state.ts'

export type Source = {
  kind: SourceKind
  /** False: only a new source gives it. Null: whatever is best. */
  setLevel(level: number | null): boolean
  /** False: only a new source gives it. Place of the track among the playback's audio tracks. */
  setAudio(place: number): boolean
  /** Where segments begin, in seconds, as far as that is known; none where the browser reads the file itself. */
  segmentStarts(): readonly number[]
  destroy(): void
}

export type SourceRequest = {
  media: HTMLVideoElement
  playback: Playback
  /** Renewed from time to time while the source plays. */
  addresses: () => Pick<Playback, 'directUrl' | 'hlsUrl'>
  /** Where it is to begin: the viewer may seek while it is being made. */
  startSeconds: () => number
  needsHls: boolean
  level: number | null
  audioPlace: number | null
}

export type SourceEvents = {
  qualities(list: Quality[]): void
  level(level: number, bandwidthBps: number | null): void
  failed(error: PlayerError): void
  /** Something has to be asked for again, or has come at last. */
  unanswered(is: boolean): void
  /** This browser cannot decode the file itself. `isKind`: nor others of its kind, whatever it had said of them. */
  undecodable(isKind: boolean): void
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
