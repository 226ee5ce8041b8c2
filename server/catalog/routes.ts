// The catalogue feature's HTTP.
import * as Type from 'typebox'
import { getTitle, listGenres, listMovies, listShows, searchTitles } from '#shared/api/catalog.ts'
import { getCollection, getPerson, listCollections } from '#shared/api/people.ts'
import {
  applyChoices,
  getMetadataStatus,
  listMatchChanges,
  listReview,
  previewChoices,
  rematchTitle,
  searchCandidates,
  undoMatchChange,
} from '#shared/api/review.ts'
import { type Http, serve } from '../http/endpoint.ts'
import { Problem } from '../platform/problem.ts'
import type { ArtworkStore } from './artwork.ts'
import type { Catalog } from './catalog.ts'
import type { Metadata } from './metadata/metadata.ts'

export type CatalogRoutesDeps = {
  catalog: Catalog
  artwork: ArtworkStore
  /** Whether a guest's party shows this title; guests see nothing else. */
  isPartyTitle?: (partyId: string, titleId: string) => Promise<boolean>
}

export function catalogRoutes(http: Http, { catalog, artwork, isPartyTitle }: CatalogRoutesDeps): void {
  serve(http, listMovies, ({ query }, { viewer }) => catalog.list(viewer.id, 'movie', query))
  serve(http, listShows, ({ query }, { viewer }) => catalog.list(viewer.id, 'show', query))
  serve(http, getTitle, async ({ params }, { viewer }) => {
    if (viewer.kind === 'guest' && !(await isPartyTitle?.(viewer.partyId, params.id)))
      throw new Problem('not-allowed', 'Guests of a party see what it plays and nothing else.')
    return catalog.title(viewer.id, params.id)
  })
  serve(http, searchTitles, async ({ query }, { viewer }) => ({
    items: await catalog.search(viewer.id, query.q, query.limit),
  }))
  serve(http, listGenres, async () => ({ items: await catalog.genres() }))

  // The address names the bytes: it can be kept forever, and whoever knows it was shown it.
  http.get<{ Params: { hash: string }; Querystring: { w?: number } }>(
    '/api/artwork/:hash',
    {
      schema: {
        params: Type.Object({ hash: Type.String({ maxLength: 64 }) }),
        querystring: Type.Object({ w: Type.Optional(Type.Integer({ minimum: 1, maximum: 4000 })) }),
      },
    },
    async (request, reply) => {
      const { bytes, type } = await artwork.read(request.params.hash, request.query.w)
      return reply
        .type(type)
        .header('cache-control', 'public, max-age=31536000, immutable')
        .send(Buffer.from(bytes))
    },
  )
}

/** Matches, people and collections. */
export function metadataRoutes(http: Http, metadata: Metadata): void {
  const { review, people, searchByHand, candidatePicture } = metadata
  serve(http, listReview, ({ query }) => review.list(query.cursor, query.limit))
  serve(http, previewChoices, ({ body }) => review.preview(body.choices))
  serve(http, applyChoices, ({ body }, { viewer }) => review.apply(viewer.id, body.choices))
  serve(http, listMatchChanges, () => review.changes())
  serve(http, undoMatchChange, ({ params }) => review.undo(params.id))
  serve(http, getMetadataStatus, () => review.status())
  serve(http, searchCandidates, async ({ params, query }) => ({
    items: await searchByHand(params.id, query.q, query.year ?? null),
  }))
  // Through us: a browser of this household asks no one else, and its policy would not let it.
  http.get<{ Querystring: { path: string } }>(
    '/api/admin/review/picture',
    {
      config: { access: 'admin' },
      schema: { querystring: Type.Object({ path: Type.String({ maxLength: 120 }) }) },
    },
    async (request, reply) => {
      const bytes = await candidatePicture(request.query.path)
      if (!bytes) throw new Problem('not-found', 'The metadata source has no such picture.')
      return reply
        .type('image/webp')
        .header('cache-control', 'private, max-age=86400')
        .send(Buffer.from(bytes))
    },
  )
  serve(http, rematchTitle, async ({ params }) => {
    await review.letGo(params.id)
    return {}
  })
  serve(http, getPerson, ({ params }, { viewer }) => people.person(viewer.id, params.id))
  serve(http, listCollections, ({ query }) => people.collections(query.cursor, query.limit))
  serve(http, getCollection, ({ params }, { viewer }) => people.collection(viewer.id, params.id))
}
