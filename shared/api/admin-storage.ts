// Storage endpoints: what fills it, and making room.
import * as Type from 'typebox'
import { endpoint } from '../endpoint.ts'
import { Nullable } from './paging.ts'

export const Storage = Type.Object({
  /** Counting takes a while: it is done once a minute at most. */
  countedAtMs: Type.Integer(),
  /** Most bytes that segments may take. */
  budgetBytes: Type.Integer(),
  /** Room left where the segments are; null where there is no such figure. */
  freeBytes: Nullable(Type.Integer()),
  /** `segments`, `artwork`, `previews`, `subtitles`, `fonts`, `database` and what else is there; the largest first. */
  kinds: Type.Array(Type.Object({ kind: Type.String(), bytes: Type.Integer(), count: Type.Integer() })),
  /** What was made of the files of each title, the largest first; the first fifty. */
  titles: Type.Array(
    Type.Object({
      /** Of the title, or of a file that belongs to none. */
      id: Type.String(),
      name: Nullable(Type.String()),
      bytes: Type.Integer(),
      /** The part of it that can be given up. */
      segmentBytes: Type.Integer(),
    }),
  ),
})
export type Storage = Type.Static<typeof Storage>

export const getStorage = endpoint({
  method: 'GET',
  path: '/api/admin/storage',
  access: 'admin',
  summary: 'What fills the storage, by kind and by title.',
  reply: Storage,
})

export const evictCache = endpoint({
  method: 'POST',
  path: '/api/admin/storage/evict',
  access: 'admin',
  summary: 'Remove converted segments that nobody is watching: all, or those of one title.',
  body: Type.Object({ id: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })) }),
  reply: Type.Object({ freedBytes: Type.Integer() }),
})
