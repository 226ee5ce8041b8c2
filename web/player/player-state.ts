// What the player is doing, as one value that controls and the party read.
import type { Observable } from '../lib/observable.ts'
import { PLAIN_LOOK, type SubtitleLook } from './subtitle-look.ts'

export type Quality = { level: number; name: string; height: number; bitrateBps: number; isOriginal: boolean }
/** `code` is the key of a title and an advice among the texts. */
export type PlayerError = {
  code:
    | 'start'
    | 'unplayable'
    | 'lost'
    | 'permission'
    | 'diskFull'
    | 'fileAway'
    | 'busy'
    | 'notReady'
    | 'convert'
    | 'unreachable'
    | 'decode'
    | 'stuck'
  /** The server's own sentence. */
  says?: string
  /** For whoever looks into it. */
  detail: string
}
/** Another attempt ends the same way. */
export const isFinal = ({ code }: PlayerError): boolean => code === 'unplayable'
export type SourceKind = 'direct' | 'hls.js' | 'native'

export type PlayerState = {
  paused: boolean
  ended: boolean
  /** Playing is wanted but the picture stands still for want of data. */
  waiting: boolean
  /** Nobody answers, or the server has too much to do: it is asked again and again. */
  unanswered: boolean
  seeking: boolean
  positionSeconds: number
  durationSeconds: number
  buffered: readonly (readonly [startSeconds: number, endSeconds: number])[]
  rate: number
  volume: number
  muted: boolean
  /** FFmpeg stream indexes, as in `Playback`. */
  audioIndex: number | null
  subtitleIndex: number | null
  subtitleOffsetSeconds: number
  subtitleLook: SubtitleLook
  /** The chosen subtitles could neither be loaded nor drawn into the picture. */
  subtitlesFailed: boolean
  /** Text cues to be drawn now; ASS and PGS draw themselves. */
  cues: readonly VTTCue[]
  source: SourceKind | null
  qualities: readonly Quality[]
  /** Level chosen by hand; null while the player chooses. */
  fixedLevel: number | null
  level: number | null
  bandwidthBps: number | null
  fullScreen: boolean
  pictureInPicture: boolean
  firstFrameMs: number | null
  seekMs: number | null
  stalls: number
  error: PlayerError | null
}

export const INITIAL_STATE: PlayerState = {
  paused: true,
  ended: false,
  waiting: true,
  unanswered: false,
  seeking: false,
  positionSeconds: 0,
  durationSeconds: 0,
  buffered: [],
  rate: 1,
  volume: 1,
  muted: false,
  audioIndex: null,
  subtitleIndex: null,
  subtitleOffsetSeconds: 0,
  subtitleLook: PLAIN_LOOK,
  subtitlesFailed: false,
  cues: [],
  source: null,
  qualities: [],
  fixedLevel: null,
  level: null,
  bandwidthBps: null,
  fullScreen: false,
  pictureInPicture: false,
  firstFrameMs: null,
  seekMs: null,
  stalls: 0,
  error: null,
}

/** What a feature gets: the element, the state to write into, and a signal that ends with the player. */
export type FeatureContext = {
  media: HTMLVideoElement
  state: Observable<PlayerState>
  patch: (part: Partial<PlayerState>) => void
  signal: AbortSignal
}
