// Party endpoints: make one, look one up by its code, join as a guest. Everything live goes over the socket.
import * as Type from 'typebox'
import { endpoint } from '../endpoint.ts'
import { Viewer } from '../viewer.ts'
import { Empty } from './paging.ts'

export const CodeParams = Type.Object({ code: Type.String({ minLength: 4, maxLength: 32 }) })

export const PartyView = Type.Object({
  id: Type.String(),
  /** What the invite link ends with: `/w/<code>`. */
  code: Type.String(),
  titleId: Type.String(),
  titleName: Type.String(),
  hostName: Type.String(),
  memberCount: Type.Integer(),
  locked: Type.Boolean(),
  ended: Type.Boolean(),
  createdAtMs: Type.Integer(),
})
export type PartyView = Type.Static<typeof PartyView>

export const createParty = endpoint({
  method: 'POST',
  path: '/api/parties',
  access: 'viewer',
  summary: 'Start a watch party for a film or episode; the caller is its host.',
  body: Type.Object({
    titleId: Type.String({ maxLength: 64 }),
    fileId: Type.Optional(Type.String({ maxLength: 64 })),
    positionSeconds: Type.Optional(Type.Number({ minimum: 0 })),
    control: Type.Optional(Type.Union([Type.Literal('host'), Type.Literal('everyone')])),
  }),
  reply: PartyView,
})

export const listParties = endpoint({
  method: 'GET',
  path: '/api/parties',
  access: 'viewer',
  summary: 'Parties that this viewer hosts or is a member of.',
  reply: Type.Object({ items: Type.Array(PartyView) }),
})

export const getParty = endpoint({
  method: 'GET',
  path: '/api/parties/:code',
  access: 'public',
  summary: 'What a link or code leads to: the title’s name and the host’s, nothing more.',
  params: CodeParams,
  reply: PartyView,
})

export const joinAsGuest = endpoint({
  method: 'POST',
  path: '/api/parties/:code/guests',
  access: 'public',
  summary: 'Join with a name and no account; sets a cookie that opens this party alone.',
  params: CodeParams,
  body: Type.Object({ name: Type.String({ minLength: 1, maxLength: 40, pattern: '\\S' }) }),
  reply: Type.Object({ viewer: Viewer, party: PartyView }),
})

export const endParty = endpoint({
  method: 'DELETE',
  path: '/api/parties/:code',
  access: 'viewer',
  summary: 'End a party that the caller hosts; all guests’ tickets end with it.',
  params: CodeParams,
  reply: Empty,
})
