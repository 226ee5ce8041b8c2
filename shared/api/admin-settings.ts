// The settings of the server: what each does, what it is and where that comes from; some are changed while it runs.
import * as Type from 'typebox'
import { endpoint } from '../endpoint.ts'
import { Nullable } from './paging.ts'

export const Setting = Type.Object({
  /** Of its environment variable. */
  name: Type.String(),
  group: Type.Enum(['serving', 'films', 'conversions', 'storage', 'watching']),
  kind: Type.Enum(['text', 'number', 'bytes', 'choice']),
  means: Type.String(),
  choices: Type.Array(Type.String()),
  isSecret: Type.Boolean(),
  isSet: Type.Boolean(),
  /** As its variable is written; null when it is not set, or secret. */
  value: Nullable(Type.String()),
  source: Type.Enum(['default', 'environment', 'flag', 'changed']),
  /** When a change made here counts; null: it can only be changed where the server is started. */
  counts: Nullable(Type.Enum(['now', 'restart'])),
  /** It was changed, and this process still runs with what it began with. */
  waitsForRestart: Type.Boolean(),
})
export type Setting = Type.Static<typeof Setting>

const Settings = Type.Object({ items: Type.Array(Setting) })

export const listSettings = endpoint({
  method: 'GET',
  path: '/api/admin/settings',
  access: 'admin',
  summary: 'Every setting: what it does, what it is and where that comes from.',
  reply: Settings,
})

export const changeSettings = endpoint({
  method: 'PATCH',
  path: '/api/admin/settings',
  access: 'admin',
  summary: 'Change settings for all processes of the server; null takes a change back.',
  body: Type.Object({
    changes: Type.Record(Type.String({ maxLength: 100 }), Nullable(Type.String({ maxLength: 1000 })), {
      maxProperties: 50,
    }),
  }),
  reply: Settings,
})
