// History endpoints: where each viewer stopped, what they watched, what they love.
import * as Type from 'typebox'
import { endpoint } from '../endpoint.ts'
import { ViewerState } from './catalog.ts'
import { IdParams } from './paging.ts'

export const saveProgress = endpoint({
  method: 'PUT',
  path: '/api/history/:id/progress',
  access: 'viewer',
  summary: 'Remember where this viewer is in a film or episode.',
  params: IdParams,
  body: Type.Object({
    positionSeconds: Type.Number({ minimum: 0 }),
    durationSeconds: Type.Number({ exclusiveMinimum: 0 }),
  }),
  reply: ViewerState,
})

export const setWatched = endpoint({
  method: 'PUT',
  path: '/api/history/:id/watched',
  access: 'viewer',
  summary: 'Mark a film, episode, season or series as watched or not.',
  params: IdParams,
  body: Type.Object({ watched: Type.Boolean() }),
  reply: ViewerState,
})

export const setFavourite = endpoint({
  method: 'PUT',
  path: '/api/history/:id/favourite',
  access: 'viewer',
  summary: 'Make a title a favourite, or no longer.',
  params: IdParams,
  body: Type.Object({ favourite: Type.Boolean() }),
  reply: ViewerState,
})
