// People and collections: who plays in what, films that belong together.
import * as Type from 'typebox'
import { endpoint } from '../endpoint.ts'
import { Artwork, TitleCard } from './catalog.ts'
import { IdParams, Nullable, PageQuery, pageOf } from './paging.ts'

export const PersonDetails = Type.Object({
  id: Type.String(),
  name: Type.String(),
  portrait: Nullable(Artwork),
  /** Newest first, one entry for each job. */
  titles: Type.Array(
    Type.Object({ job: Type.String(), character: Nullable(Type.String()), title: TitleCard }),
  ),
})
export type PersonDetails = Type.Static<typeof PersonDetails>

export const getPerson = endpoint({
  method: 'GET',
  path: '/api/people/:id',
  access: 'viewer',
  summary: 'A person and their titles in this library.',
  params: IdParams,
  reply: PersonDetails,
})

export const CollectionCard = Type.Object({
  id: Type.String(),
  name: Type.String(),
  titleCount: Type.Integer(),
  poster: Nullable(Artwork),
  backdrop: Nullable(Artwork),
})
export type CollectionCard = Type.Static<typeof CollectionCard>

export const listCollections = endpoint({
  method: 'GET',
  path: '/api/library/collections',
  access: 'viewer',
  summary: 'Films that belong together, by name.',
  query: Type.Object(PageQuery),
  reply: pageOf(CollectionCard),
})

export const getCollection = endpoint({
  method: 'GET',
  path: '/api/collections/:id',
  access: 'viewer',
  summary: 'A collection and its films in the order they came out.',
  params: IdParams,
  reply: Type.Object({
    ...CollectionCard.properties,
    overview: Nullable(Type.String()),
    items: Type.Array(TitleCard),
  }),
})
