// The last lines of the log of every process, without secrets.
import * as Type from 'typebox'
import { endpoint } from '../endpoint.ts'
import { Nullable } from './paging.ts'

export const LogLine = Type.Object({
  /** Never given twice. */
  id: Type.String(),
  atMs: Type.Number(),
  /** Which process wrote it. */
  process: Type.String(),
  level: Type.String(),
  feature: Nullable(Type.String()),
  message: Type.String(),
  requestId: Nullable(Type.String()),
  jobId: Nullable(Type.String()),
  /** Everything else that the line says, as JSON. */
  detail: Type.String(),
})
export type LogLine = Type.Static<typeof LogLine>

const Word = Type.String({ minLength: 1, maxLength: 100 })

export const listLogs = endpoint({
  method: 'GET',
  path: '/api/admin/logs',
  access: 'admin',
  summary: 'The last lines of the log of all processes, the newest first.',
  query: Type.Object({
    /** This and everything graver. */
    level: Type.Optional(Type.Enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal'])),
    feature: Type.Optional(Word),
    /** Of a request or a job. */
    id: Type.Optional(Word),
    /** Anywhere in the line. */
    text: Type.Optional(Word),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })),
  }),
  reply: Type.Object({ items: Type.Array(LogLine) }),
})
