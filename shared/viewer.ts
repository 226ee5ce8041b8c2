// Who makes a request: a signed-in person, or a guest whose ticket opens one party and nothing else.
import * as Type from 'typebox'

export const Role = Type.Union([Type.Literal('owner'), Type.Literal('admin'), Type.Literal('viewer')])
export type Role = Type.Static<typeof Role>

export const Person = Type.Object({
  kind: Type.Literal('person'),
  id: Type.String(),
  name: Type.String(),
  role: Role,
})
export type Person = Type.Static<typeof Person>

export const Guest = Type.Object({
  kind: Type.Literal('guest'),
  id: Type.String(),
  name: Type.String(),
  partyId: Type.String(),
})
export type Guest = Type.Static<typeof Guest>

export const Viewer = Type.Union([Person, Guest])
export type Viewer = Type.Static<typeof Viewer>
