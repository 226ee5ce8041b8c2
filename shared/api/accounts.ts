// Account endpoints: the first owner, signing in and out, the people of this server.
import * as Type from 'typebox'
import { endpoint } from '../endpoint.ts'
import { Role, Viewer } from '../viewer.ts'
import { Empty, IdParams, Nullable } from './paging.ts'

const Name = Type.String({ minLength: 1, maxLength: 64, pattern: '\\S' })
const Password = Type.String({ minLength: 1, maxLength: 200 })

export const SessionState = Type.Object({
  viewer: Nullable(Viewer),
  /** No owner exists yet: show the first-run page. */
  needsOwner: Type.Boolean(),
  /** This visitor is not on the server's own machine: the code from the terminal is needed to become the owner. */
  needsClaimCode: Type.Boolean(),
})
export type SessionState = Type.Static<typeof SessionState>

export const getSession = endpoint({
  method: 'GET',
  path: '/api/session',
  access: 'public',
  summary: 'Who am I, and does this server have an owner yet?',
  reply: SessionState,
})

export const claimOwner = endpoint({
  method: 'POST',
  path: '/api/owner',
  access: 'public',
  summary: 'Become the owner of a new server (once; from this machine or with the code from the terminal).',
  body: Type.Object({ name: Name, password: Password, code: Type.Optional(Type.String({ maxLength: 64 })) }),
  reply: SessionState,
})

export const signIn = endpoint({
  method: 'POST',
  path: '/api/sign-in',
  access: 'public',
  summary: 'Sign in with name and password; sets the session cookie.',
  body: Type.Object({ name: Name, password: Password }),
  reply: SessionState,
})

export const signOut = endpoint({
  method: 'POST',
  path: '/api/sign-out',
  access: 'public',
  summary: 'Sign out; ends this session, its sockets and its tickets.',
  body: Empty,
  reply: SessionState,
})

export const PersonRow = Type.Object({
  id: Type.String(),
  name: Type.String(),
  role: Role,
  createdAtMs: Type.Integer(),
})
export type PersonRow = Type.Static<typeof PersonRow>

export const listPeople = endpoint({
  method: 'GET',
  path: '/api/people',
  access: 'admin',
  summary: 'Everybody with an account.',
  reply: Type.Object({ items: Type.Array(PersonRow) }),
})

export const addPerson = endpoint({
  method: 'POST',
  path: '/api/people',
  access: 'admin',
  summary: 'Make an account for somebody.',
  body: Type.Object({
    name: Name,
    password: Password,
    role: Type.Union([Type.Literal('admin'), Type.Literal('viewer')]),
  }),
  reply: PersonRow,
})

export const removePerson = endpoint({
  method: 'DELETE',
  path: '/api/people/:id',
  access: 'admin',
  summary: 'Remove an account with its sign-ins and history.',
  params: IdParams,
  reply: Empty,
})
