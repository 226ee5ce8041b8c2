// Catalogue endpoints: films, series, one title with everything known of it, the home page, search, artwork.
import * as Type from 'typebox'
import { endpoint } from '../endpoint.ts'
import { AudioTrack, Chapter, SubtitleTrack, VideoTrack } from '../media.ts'
import { IdParams, Nullable, PageQuery, pageOf } from './paging.ts'

export const TitleKind = Type.Union([
  Type.Literal('movie'),
  Type.Literal('show'),
  Type.Literal('season'),
  Type.Literal('episode'),
])
export type TitleKind = Type.Static<typeof TitleKind>

/** `url` is immutable; append `?w=<pixels>` (160, 320, 640, 1280, 1920) for a smaller one. */
export const Artwork = Type.Object({
  url: Type.String(),
  /** Base64 ThumbHash to show until the picture is there. */
  thumbhash: Nullable(Type.String()),
  aspect: Type.Number(),
})
export type Artwork = Type.Static<typeof Artwork>

/** Where this viewer is with a title. */
export const ViewerState = Type.Object({
  positionSeconds: Type.Number(),
  durationSeconds: Nullable(Type.Number()),
  watched: Type.Boolean(),
  favourite: Type.Boolean(),
  /** Shows and seasons: episodes not yet watched. */
  unwatchedCount: Nullable(Type.Integer()),
})
export type ViewerState = Type.Static<typeof ViewerState>

/** What a poster in a list needs. */
export const TitleCard = Type.Object({
  id: Type.String(),
  kind: TitleKind,
  name: Type.String(),
  year: Nullable(Type.Integer()),
  /** Episodes: the show's name and numbers. */
  showId: Nullable(Type.String()),
  showName: Nullable(Type.String()),
  seasonNumber: Nullable(Type.Integer()),
  episodeNumber: Nullable(Type.Integer()),
  runtimeSeconds: Nullable(Type.Number()),
  rating: Nullable(Type.Number()),
  addedAtMs: Type.Integer(),
  poster: Nullable(Artwork),
  backdrop: Nullable(Artwork),
  offline: Type.Boolean(),
  state: ViewerState,
})
export type TitleCard = Type.Static<typeof TitleCard>

/** How lists are narrowed and sorted: each filter here is one of the web's, too (`BrowseSearch`). */
const ListQuery = Type.Object({
  ...PageQuery,
  libraryId: Type.Optional(Type.String({ maxLength: 64 })),
  sort: Type.Optional(
    Type.Union([
      Type.Literal('name'),
      Type.Literal('added'),
      Type.Literal('year'),
      Type.Literal('rating'),
      Type.Literal('runtime'),
    ]),
  ),
  order: Type.Optional(Type.Union([Type.Literal('asc'), Type.Literal('desc')])),
  genre: Type.Optional(Type.String({ maxLength: 60 })),
  year: Type.Optional(Type.Integer({ minimum: 1800, maximum: 2200 })),
  resolution: Type.Optional(
    Type.Union([Type.Literal('sd'), Type.Literal('720p'), Type.Literal('1080p'), Type.Literal('4k')]),
  ),
  hdr: Type.Optional(Type.Boolean()),
  videoCodec: Type.Optional(Type.String({ maxLength: 20 })),
  audioLanguage: Type.Optional(Type.String({ maxLength: 8 })),
  subtitleLanguage: Type.Optional(Type.String({ maxLength: 8 })),
  watched: Type.Optional(Type.Boolean()),
  favourite: Type.Optional(Type.Boolean()),
})
export type ListQuery = Type.Static<typeof ListQuery>

export const listMovies = endpoint({
  method: 'GET',
  path: '/api/library/movies',
  access: 'viewer',
  summary: 'Films, page by page.',
  query: ListQuery,
  reply: pageOf(TitleCard),
})

export const listShows = endpoint({
  method: 'GET',
  path: '/api/library/shows',
  access: 'viewer',
  summary: 'Series, page by page.',
  query: ListQuery,
  reply: pageOf(TitleCard),
})

/** One file of a title: a version ("1080p", "Director’s Cut"), perhaps one of several parts. */
export const TitleFile = Type.Object({
  fileId: Type.String(),
  fileName: Type.String(),
  version: Nullable(Type.String()),
  part: Nullable(Type.Integer()),
  sizeBytes: Type.Integer(),
  container: Nullable(Type.String()),
  durationSeconds: Nullable(Type.Number()),
  bitrateBps: Nullable(Type.Number()),
  offline: Type.Boolean(),
  video: Type.Array(VideoTrack),
  audio: Type.Array(AudioTrack),
  subtitles: Type.Array(SubtitleTrack),
  chapters: Type.Array(Chapter),
})
export type TitleFile = Type.Static<typeof TitleFile>

export const MatchPart = Type.Object({ name: Type.String(), points: Type.Number(), detail: Type.String() })
export const MatchInfo = Type.Object({
  state: Type.Union([
    Type.Literal('name-only'),
    Type.Literal('matched'),
    Type.Literal('review'),
    Type.Literal('pinned'),
  ]),
  confidence: Nullable(Type.Number()),
  parts: Type.Array(MatchPart),
})
export type MatchInfo = Type.Static<typeof MatchInfo>

export const TitleDetails = Type.Object({
  ...TitleCard.properties,
  originalName: Nullable(Type.String()),
  tagline: Nullable(Type.String()),
  overview: Nullable(Type.String()),
  releasedOn: Nullable(Type.String()),
  certification: Nullable(Type.String()),
  genres: Type.Array(Type.String()),
  people: Type.Array(
    Type.Object({
      id: Type.String(),
      name: Type.String(),
      job: Type.String(),
      character: Nullable(Type.String()),
      portrait: Nullable(Artwork),
    }),
  ),
  collection: Nullable(Type.Object({ id: Type.String(), name: Type.String() })),
  ids: Type.Record(Type.String(), Type.String()),
  /** Movies and episodes. */
  files: Type.Array(TitleFile),
  /** Shows: seasons; seasons: episodes. */
  children: Type.Array(TitleCard),
  /** Episodes: the one before and after, to go on with. */
  previousId: Nullable(Type.String()),
  nextId: Nullable(Type.String()),
  /** Shows: the episode to watch next. */
  nextUp: Nullable(TitleCard),
  match: MatchInfo,
})
export type TitleDetails = Type.Static<typeof TitleDetails>

export const getTitle = endpoint({
  method: 'GET',
  path: '/api/titles/:id',
  access: 'member',
  summary: 'One film, series, season or episode with everything known of it.',
  params: IdParams,
  reply: TitleDetails,
})

export const HomeRow = Type.Object({
  /** `continue`, `next-up`, `added:<libraryId>` */
  id: Type.String(),
  name: Type.String(),
  items: Type.Array(TitleCard),
})
export type HomeRow = Type.Static<typeof HomeRow>

export const getHome = endpoint({
  method: 'GET',
  path: '/api/home',
  access: 'viewer',
  summary: 'The rows of the home page; empty rows are left out.',
  reply: Type.Object({ rows: Type.Array(HomeRow) }),
})

export const searchTitles = endpoint({
  method: 'GET',
  path: '/api/search',
  access: 'viewer',
  cost: 'search',
  summary: 'Search as you type in titles, original titles and people.',
  query: Type.Object({
    q: Type.String({ minLength: 1, maxLength: 100 }),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 50 })),
  }),
  reply: Type.Object({ items: Type.Array(TitleCard) }),
})

export const listGenres = endpoint({
  method: 'GET',
  path: '/api/genres',
  access: 'viewer',
  summary: 'Genres with the number of titles in each.',
  reply: Type.Object({ items: Type.Array(Type.Object({ name: Type.String(), count: Type.Integer() })) }),
})
