// Playback endpoints: how a title will be played, with reasons and addresses that carry a ticket.
import * as Type from 'typebox'
import { endpoint } from '../endpoint.ts'
import { AudioTrack, Chapter, ClientCapabilities, SubtitleTrack } from '../media.ts'
import { Empty, IdParams, Nullable } from './paging.ts'

/** So long the server waits for a segment's first bytes before it says that they are late; players wait a little longer. */
export const SEGMENT_WAIT_MS = 15_000

export const PlaybackMethod = Type.Union([
  Type.Literal('direct'),
  Type.Literal('remux'),
  Type.Literal('transcode'),
])
export type PlaybackMethod = Type.Static<typeof PlaybackMethod>

export const PlaybackReason = Type.Object({
  /** Stable word for programs, e.g. `video-codec-unsupported`. */
  code: Type.String(),
  /** A sentence for people, in English. */
  text: Type.String(),
  /** What the sentence names, for one in another language. */
  values: Type.Optional(Type.Record(Type.String(), Type.String())),
})
export type PlaybackReason = Type.Static<typeof PlaybackReason>

export const SubtitleChoice = Type.Object({
  ...SubtitleTrack.properties,
  /** WebVTT, ASS or PGS file; null when it can only be burned in. */
  url: Nullable(Type.String()),
  format: Nullable(Type.Union([Type.Literal('webvtt'), Type.Literal('ass'), Type.Literal('pgs')])),
})
export type SubtitleChoice = Type.Static<typeof SubtitleChoice>

export const Playback = Type.Object({
  id: Type.String(),
  titleId: Type.String(),
  fileId: Type.String(),
  name: Type.String(),
  method: PlaybackMethod,
  reasons: Type.Array(PlaybackReason),
  /** `/v/<ticket>/<asset>/file` for direct play; null otherwise. */
  directUrl: Nullable(Type.String()),
  /** The file's MIME type, as the browser was asked for it; null where nothing can be asked. */
  directType: Nullable(Type.String()),
  /** `/v/<ticket>/<asset>/master.m3u8`; always there for files with a playable track, also beside `directUrl`. */
  hlsUrl: Nullable(Type.String()),
  durationSeconds: Type.Number(),
  resumeSeconds: Type.Number(),
  /** Index of the rung in the master playlist that this machine encodes faster than real time. */
  startRung: Type.Integer(),
  rungs: Type.Array(
    Type.Object({
      name: Type.String(),
      width: Type.Integer(),
      height: Type.Integer(),
      bitrateBps: Type.Integer(),
      isOriginal: Type.Boolean(),
    }),
  ),
  audio: Type.Array(AudioTrack),
  subtitles: Type.Array(SubtitleChoice),
  fonts: Type.Array(Type.Object({ name: Type.String(), url: Type.String() })),
  chapters: Type.Array(Chapter),
  /** Seek-bar previews: a WebVTT file that points into picture sheets. */
  previewsUrl: Nullable(Type.String()),
  ticketExpiresAtMs: Type.Integer(),
  nextTitleId: Nullable(Type.String()),
})
export type Playback = Type.Static<typeof Playback>

export const startPlayback = endpoint({
  method: 'POST',
  path: '/api/playback',
  access: 'member',
  cost: 'playback',
  summary: 'Decide how a film or episode is played in this browser; the reply carries ticketed addresses.',
  body: Type.Object({
    titleId: Type.String({ maxLength: 64 }),
    /** A certain version; the best one for this browser without. */
    fileId: Type.Optional(Type.String({ maxLength: 64 })),
    capabilities: ClientCapabilities,
    /** Only `hls`: the caller wants the timeline of segments even where the file plays directly. */
    prefer: Type.Optional(Type.Union([Type.Literal('direct'), Type.Literal('hls')])),
    burnSubtitleIndex: Type.Optional(Type.Integer({ minimum: 0 })),
  }),
  reply: Playback,
})

/** The tracks a browser has to be asked about before `startPlayback`: MIME strings to try. */
export const getPlaybackQuestions = endpoint({
  method: 'GET',
  path: '/api/playback/questions/:id',
  access: 'member',
  summary: 'MIME strings of a title’s tracks, for the browser to say which it can play.',
  params: IdParams,
  reply: Type.Object({ mse: Type.Array(Type.String()), direct: Type.Array(Type.String()) }),
})

export const reportPlayback = endpoint({
  method: 'POST',
  path: '/api/playback/:id/report',
  access: 'member',
  summary:
    'What the player saw: position, stalls, errors, time to first frame. Keeps the playback alive; renews its ticket.',
  params: IdParams,
  body: Type.Object({
    positionSeconds: Type.Number({ minimum: 0 }),
    paused: Type.Boolean(),
    firstFrameMs: Type.Optional(Type.Number({ minimum: 0 })),
    /** From each seek since the last report to its picture. */
    seeksMs: Type.Optional(Type.Array(Type.Number({ minimum: 0 }), { maxItems: 100 })),
    stalls: Type.Optional(Type.Integer({ minimum: 0 })),
    droppedFrames: Type.Optional(Type.Integer({ minimum: 0 })),
    error: Type.Optional(Type.String({ maxLength: 500 })),
  }),
  reply: Type.Object({
    ticketExpiresAtMs: Type.Integer(),
    directUrl: Nullable(Type.String()),
    hlsUrl: Nullable(Type.String()),
  }),
})

export const stopPlayback = endpoint({
  method: 'DELETE',
  path: '/api/playback/:id',
  access: 'member',
  summary: 'The player was closed: its encodes may stop, its ticket ends.',
  params: IdParams,
  reply: Empty,
})

export const preparePlayback = endpoint({
  method: 'POST',
  path: '/api/playback/prepare',
  access: 'member',
  cost: 'playback',
  summary:
    'Somebody will probably play this: its first seconds are encoded while the machine has nothing to do.',
  body: Type.Object({
    titleId: Type.String({ maxLength: 64 }),
    fileId: Type.Optional(Type.String({ maxLength: 64 })),
    capabilities: ClientCapabilities,
    /** Where from; the viewer's resume point without. */
    positionSeconds: Type.Optional(Type.Number({ minimum: 0 })),
  }),
  reply: Empty,
})

const Bps = Type.Integer({ minimum: 100_000, maximum: 1_000_000_000 })

/** Bits a second; null or left out: no limit. */
export const PlaybackLimits = Type.Object({
  /** Everybody who watches from outside the house. */
  remoteBps: Nullable(Bps),
  /** Single people, by their id. */
  viewersBps: Type.Record(Type.String({ maxLength: 64 }), Bps, { maxProperties: 1000 }),
})
export type PlaybackLimits = Type.Static<typeof PlaybackLimits>

export const getPlaybackLimits = endpoint({
  method: 'GET',
  path: '/api/admin/playback-limits',
  access: 'admin',
  summary: 'Limits on the bit rate of playbacks.',
  reply: PlaybackLimits,
})

export const setPlaybackLimits = endpoint({
  method: 'PUT',
  path: '/api/admin/playback-limits',
  access: 'admin',
  summary: 'Limit the bit rate of playbacks; holds for playbacks started from now on.',
  body: PlaybackLimits,
  reply: PlaybackLimits,
})

/** A title encoded ahead of time: its segments stay until they are given up. */
export const PreparedTitle = Type.Object({
  titleId: Type.String(),
  titleName: Type.String(),
  fileId: Type.String(),
  renditions: Type.Array(Type.String()),
  isComplete: Type.Boolean(),
})
export type PreparedTitle = Type.Static<typeof PreparedTitle>

export const listPrepared = endpoint({
  method: 'GET',
  path: '/api/admin/prepared',
  access: 'admin',
  summary: 'Titles that were encoded ahead of time.',
  reply: Type.Object({ items: Type.Array(PreparedTitle) }),
})

export const prepareTitle = endpoint({
  method: 'POST',
  path: '/api/admin/prepared',
  access: 'admin',
  summary: 'Encode a title ahead of time, as a job with progress; its segments are never evicted.',
  body: Type.Object({
    titleId: Type.String({ maxLength: 64 }),
    fileId: Type.Optional(Type.String({ maxLength: 64 })),
    /** Names of rungs such as `720p`. */
    rungs: Type.Array(Type.String({ maxLength: 10 }), { minItems: 1, maxItems: 8 }),
  }),
  reply: PreparedTitle,
})

export const dropPrepared = endpoint({
  method: 'DELETE',
  path: '/api/admin/prepared/:id',
  access: 'admin',
  summary: 'Give up what was encoded ahead for a file: its segments may be evicted again.',
  params: IdParams,
  reply: Empty,
})
