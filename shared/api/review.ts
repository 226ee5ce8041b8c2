// Matching endpoints: what wants a person's eye, candidates and why, changes of many, undo.
import * as Type from 'typebox'
import { endpoint } from '../endpoint.ts'
import { Artwork, MatchPart, TitleKind } from './catalog.ts'
import { IdParams, Nullable, PageQuery } from './paging.ts'

/** What a title may be; `parts` say why, best first. */
export const Candidate = Type.Object({
  remoteId: Type.Integer(),
  name: Type.String(),
  originalName: Nullable(Type.String()),
  year: Nullable(Type.Integer()),
  runtimeSeconds: Nullable(Type.Number()),
  confidence: Type.Number(),
  parts: Type.Array(MatchPart),
  /** The source's own path, which `/api/admin/review/picture?path=` shows. */
  posterPath: Nullable(Type.String()),
})
export type Candidate = Type.Static<typeof Candidate>

export const ReviewItem = Type.Object({
  titleId: Type.String(),
  kind: TitleKind,
  name: Type.String(),
  year: Nullable(Type.Integer()),
  poster: Nullable(Artwork),
  /** Where its files lie, a few of them, and how long they play: what a person decides by. */
  paths: Type.Array(Type.String()),
  durationSeconds: Nullable(Type.Number()),
  candidates: Type.Array(Candidate),
})
export type ReviewItem = Type.Static<typeof ReviewItem>

export const listReview = endpoint({
  method: 'GET',
  path: '/api/admin/review',
  access: 'admin',
  summary: 'Titles whose match is uncertain, with their candidates and why.',
  query: Type.Object(PageQuery),
  reply: Type.Object({
    items: Type.Array(ReviewItem),
    nextCursor: Nullable(Type.String()),
    total: Type.Integer(),
  }),
})

/** `remoteId` null: it is nothing the source knows. */
export const Choice = Type.Object({
  titleId: Type.String({ minLength: 1, maxLength: 64 }),
  remoteId: Nullable(Type.Integer({ minimum: 1, maximum: 1e9 })),
})
export type Choice = Type.Static<typeof Choice>

const Choices = Type.Object({ choices: Type.Array(Choice, { minItems: 1, maxItems: 500 }) })
const Side = Type.Object({
  remoteId: Nullable(Type.Integer()),
  name: Type.String(),
  year: Nullable(Type.Integer()),
})

export const previewChoices = endpoint({
  method: 'POST',
  path: '/api/admin/review/preview',
  access: 'admin',
  summary: 'What a change of many matches would make of each title; nothing is changed.',
  body: Choices,
  reply: Type.Object({
    items: Type.Array(Type.Object({ titleId: Type.String(), before: Side, after: Side })),
  }),
})

export const MatchChange = Type.Object({
  id: Type.String(),
  madeAtMs: Type.Integer(),
  undoneAtMs: Nullable(Type.Integer()),
  /** The matcher puts titles together by itself when it finds that they are one. */
  madeBy: Type.Union([Type.Literal('person'), Type.Literal('matcher')]),
  titleCount: Type.Integer(),
  mergeCount: Type.Integer(),
  /** Of some of the titles. */
  names: Type.Array(Type.String()),
})
export type MatchChange = Type.Static<typeof MatchChange>

export const applyChoices = endpoint({
  method: 'POST',
  path: '/api/admin/review/apply',
  access: 'admin',
  summary: 'Set the matches of these titles for good; rescans and refreshes keep them.',
  body: Choices,
  reply: MatchChange,
})

export const listMatchChanges = endpoint({
  method: 'GET',
  path: '/api/admin/review/changes',
  access: 'admin',
  summary: 'The newest changes of matches.',
  reply: Type.Object({ items: Type.Array(MatchChange) }),
})

export const undoMatchChange = endpoint({
  method: 'POST',
  path: '/api/admin/review/changes/:id/undo',
  access: 'admin',
  summary: 'Take a change of matches back.',
  params: IdParams,
  reply: MatchChange,
})

export const searchCandidates = endpoint({
  method: 'GET',
  path: '/api/titles/:id/candidates',
  access: 'admin',
  summary: 'Search the metadata source by hand for what a title is; a number is taken as its id there.',
  params: IdParams,
  query: Type.Object({
    q: Type.String({ minLength: 1, maxLength: 200 }),
    year: Type.Optional(Type.Integer({ minimum: 1800, maximum: 2200 })),
  }),
  reply: Type.Object({ items: Type.Array(Candidate) }),
})

export const rematchTitle = endpoint({
  method: 'POST',
  path: '/api/titles/:id/rematch',
  access: 'admin',
  summary: 'Let go of a person’s choice and judge the title anew.',
  params: IdParams,
  reply: Type.Object({}),
})

export const getMetadataStatus = endpoint({
  method: 'GET',
  path: '/api/admin/metadata',
  access: 'admin',
  summary: 'Whether a metadata source is asked, and whether it answers.',
  reply: Type.Object({
    /** `off`: no key is set, nothing is asked. `refused`: the key is not accepted. `waiting`: it does not answer. */
    state: Type.Union([
      Type.Literal('off'),
      Type.Literal('ready'),
      Type.Literal('refused'),
      Type.Literal('waiting'),
    ]),
    language: Type.String(),
    toReview: Type.Integer(),
  }),
})
