// Administration endpoints: what runs, what waits, what failed.
import * as Type from 'typebox'
import { endpoint } from '../endpoint.ts'
import { Empty, IdParams, Nullable, PageQuery, pageOf } from './paging.ts'

export const Status = Type.Object({
  version: Type.String(),
  node: Type.String(),
  startedAtMs: Type.Integer(),
  memoryBytes: Type.Integer(),
  dataPath: Type.String(),
  databaseKind: Type.String(),
  jobs: Type.Record(Type.String(), Type.Integer()),
  playbacks: Type.Array(
    Type.Object({
      id: Type.String(),
      viewerName: Type.String(),
      titleName: Type.String(),
      method: Type.String(),
      reasons: Type.Array(Type.String()),
      positionSeconds: Type.Number(),
      startedAtMs: Type.Integer(),
    }),
  ),
  encodes: Type.Array(
    Type.Object({
      rendition: Type.String(),
      viewers: Type.Integer(),
      segment: Type.Integer(),
      state: Type.String(),
    }),
  ),
  parties: Type.Integer(),
  cache: Type.Object({ bytes: Type.Integer(), budgetBytes: Type.Integer(), segments: Type.Integer() }),
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
  state: Type.String(),
  priority: Type.Integer(),
  attempt: Type.Integer(),
  progress: Nullable(Type.Number()),
  reason: Nullable(Type.String()),
  createdAtMs: Type.Integer(),
  runAtMs: Type.Integer(),
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

export const cancelJob = endpoint({
  method: 'POST',
  path: '/api/admin/jobs/:id/cancel',
  access: 'admin',
  summary: 'Cancel a waiting or running job.',
  params: IdParams,
  body: Empty,
  reply: Empty,
})
