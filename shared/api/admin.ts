// Administration endpoints: what runs, what waits, what failed.
import * as Type from 'typebox'
import { endpoint } from '../endpoint.ts'
import { PlaybackReason } from './playback.ts'
import { Empty, IdParams, Nullable, PageQuery, pageOf } from './paging.ts'

/** Under this the cache is of little use and the database soon in trouble. */
export const LITTLE_SPACE_BYTES = 5e9

export const Status = Type.Object({
  version: Type.String(),
  node: Type.String(),
  startedAtMs: Type.Integer(),
  /** Every process of this server that answers. */
  processes: Type.Array(
    Type.Object({
      name: Type.String(),
      role: Type.String(),
      version: Type.String(),
      startedAtMs: Type.Integer(),
      /** Of the process itself, without its media workers. */
      memoryBytes: Type.Integer(),
      /** Of one core, lately; without its media workers. */
      cpuShare: Type.Number(),
      machine: Type.Object({
        name: Type.String(),
        /** Processes that run or wait for a core, over the last minute. */
        load: Type.Number(),
        cores: Type.Integer(),
        memoryBytes: Type.Integer(),
        freeMemoryBytes: Type.Integer(),
      }),
      /** What it does now: the kinds of its jobs, how much it encodes, for whom. */
      jobs: Type.Array(Type.String()),
      encodes: Type.Integer(),
      playbacks: Type.Integer(),
      sockets: Type.Integer(),
    }),
  ),
  dataPath: Type.String(),
  /** Room left where segments and pictures are kept; null where there is no such figure. */
  freeBytes: Nullable(Type.Integer()),
  databaseKind: Type.String(),
  jobs: Type.Record(Type.String(), Type.Integer()),
  playbacks: Type.Array(
    Type.Object({
      id: Type.String(),
      viewerName: Type.String(),
      titleName: Type.String(),
      method: Type.String(),
      reasons: Type.Array(PlaybackReason),
      positionSeconds: Type.Number(),
      durationSeconds: Type.Number(),
      startedAtMs: Type.Integer(),
    }),
  ),
  encodes: Type.Array(
    Type.Object({
      titleName: Nullable(Type.String()),
      rendition: Type.String(),
      viewers: Type.Integer(),
      /** The one that is made now, from 0; null while none is. */
      segment: Nullable(Type.Integer()),
      /** How many the whole film is. */
      segments: Type.Integer(),
      /** Seconds of film a second; null until a segment was made. */
      speed: Nullable(Type.Number()),
      state: Type.String(),
    }),
  ),
  /** Hardware encoders that worked at the start; empty where the processor encodes. */
  hardware: Type.Array(
    Type.Object({
      encoder: Type.String(),
      /** The one that films are encoded with; none is when all were left aside. */
      isUsed: Type.Boolean(),
      /** What it said when it failed last. */
      fault: Nullable(Type.String()),
    }),
  ),
  parties: Type.Integer(),
})
export type Status = Type.Static<typeof Status>

export const getStatus = endpoint({
  method: 'GET',
  path: '/api/admin/status',
  access: 'admin',
  summary: 'What is running now.',
  reply: Status,
})

export const JobView = Type.Object({
  id: Type.String(),
  kind: Type.String(),
  key: Nullable(Type.String()),
  /** The title, file, library or person that it is about. */
  subject: Nullable(Type.String()),
  state: Type.String(),
  priority: Type.Integer(),
  attempt: Type.Integer(),
  progress: Nullable(Type.Number()),
  reason: Nullable(Type.String()),
  createdAtMs: Type.Integer(),
  /** Not before this moment, while it waits. */
  runAtMs: Type.Integer(),
  startedAtMs: Nullable(Type.Integer()),
  finishedAtMs: Nullable(Type.Integer()),
})
export type JobView = Type.Static<typeof JobView>

export const listJobs = endpoint({
  method: 'GET',
  path: '/api/admin/jobs',
  access: 'admin',
  summary: 'Background jobs: waiting, running, failed.',
  query: Type.Object({ ...PageQuery, state: Type.Optional(Type.String({ maxLength: 20 })) }),
  reply: pageOf(JobView),
})

export const retryJob = endpoint({
  method: 'POST',
  path: '/api/admin/jobs/:id/retry',
  access: 'admin',
  summary: 'Put a failed job back into the queue.',
  params: IdParams,
  body: Empty,
  reply: Empty,
})

export const retryFailedJobs = endpoint({
  method: 'POST',
  path: '/api/admin/jobs/retry-failed',
  access: 'admin',
  summary: 'Put every failed job back into the queue.',
  body: Empty,
  reply: Type.Object({ count: Type.Integer() }),
})

export const cancelJob = endpoint({
  method: 'POST',
  path: '/api/admin/jobs/:id/cancel',
  access: 'admin',
  summary: 'Cancel a waiting or running job.',
  params: IdParams,
  body: Empty,
  reply: Empty,
})

export const changeJob = endpoint({
  method: 'PATCH',
  path: '/api/admin/jobs/:id',
  access: 'admin',
  summary: 'Change when a waiting job comes to its turn.',
  params: IdParams,
  body: Type.Object({
    /** Higher runs first. */
    priority: Type.Integer({ minimum: -100, maximum: 100 }),
  }),
  reply: Empty,
})

export const stopPlayback = endpoint({
  method: 'POST',
  path: '/api/admin/playbacks/:id/stop',
  access: 'admin',
  summary: 'Stop somebody’s playback: its addresses end at once.',
  params: IdParams,
  body: Empty,
  reply: Empty,
})

/** One thing that an administrator did, or was refused. */
export const AuditEntry = Type.Object({
  id: Type.String(),
  atMs: Type.Integer(),
  personId: Type.String(),
  personName: Type.String(),
  address: Type.String(),
  /** Method and route, such as `DELETE /api/people/:id`. */
  action: Type.String(),
  /** What was sent, as JSON, without secrets. */
  detail: Type.String(),
  status: Type.Integer(),
  requestId: Type.String(),
})
export type AuditEntry = Type.Static<typeof AuditEntry>

export const listAudit = endpoint({
  method: 'GET',
  path: '/api/admin/audit',
  access: 'admin',
  summary: 'What administrators did, newest first.',
  query: Type.Object(PageQuery),
  reply: pageOf(AuditEntry),
})
