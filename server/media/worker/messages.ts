// What the server and a media worker say to each other; both ends import these types.
import type { MediaInfo } from '#shared/media.ts'
import type { HardwareEncoder } from '../hardware-plan.ts'
import type { Description, Rendition, SubtitleFormat } from '../media-engine.ts'
import type { Previews } from '../previews.ts'

/** Every request that has exactly one answer: what it carries and what comes back. */
export type Requests = {
  probe: { input: { path: string }; output: MediaInfo }
  describe: { input: { paths: readonly string[] }; output: Description[] }
  keyframes: {
    input: { path: string; info: MediaInfo; trackIndex: number; scan: boolean }
    output: number[] | null
  }
  init: { input: { rendition: Rendition }; output: Uint8Array }
  poster: {
    input: { path: string; trackIndex: number; atSeconds: number; width: number; height: number }
    output: Uint8Array
  }
  previews: {
    input: { path: string; trackIndex: number; durationSeconds: number; startSeconds: number }
    output: Previews
  }
  subtitles: {
    input: { path: string; trackIndex: number; format: SubtitleFormat; startSeconds: number }
    output: Uint8Array
  }
  attachment: { input: { path: string; index: number }; output: Uint8Array }
}
export type RequestKind = keyof Requests

/** Where a head begins, and what encodes video. */
export type HeadStart = {
  segment: number
  /** How many of the segment's fragments are there already, of video that any encoder may make: it goes on behind them. */
  fragments: number
  /** Software until this segment; null: for all. */
  hardware: { encoder: HardwareEncoder; fromSegment: number } | null
}

export type ToWorker =
  | { [K in RequestKind]: { id: number; kind: K; input: Requests[K]['input'] } }[RequestKind]
  | { id: number; kind: 'head'; rendition: Rendition; from: HeadStart }
  | { id: number; kind: 'pause' | 'resume' | 'stop' }

/** Whose fault: the file's (told to people), the hardware encoder's, or ours. */
export type WorkerFault = { message: string; of: 'file' | 'hardware' | 'us' }

export type FromWorker =
  | { kind: 'ready' }
  | { id: number; kind: 'answer'; value: unknown; rssBytes: number }
  | { id: number; kind: 'fault'; fault: WorkerFault; rssBytes: number }
  | { id: number; kind: 'fragment'; segment: number; bytes: Uint8Array }
  | { id: number; kind: 'segmentEnd'; segment: number }
  /** The head is over: at the end of the file or because it was told to stop. The worker is free again. */
  | { id: number; kind: 'headEnd'; rssBytes: number }
