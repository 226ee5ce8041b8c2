// Library endpoints: libraries and their folders, scans with progress, the media files on disk.
import * as Type from 'typebox'
import { endpoint } from '../endpoint.ts'
import { AudioTrack, Chapter, SubtitleTrack, VideoTrack } from '../media.ts'
import { Empty, IdParams, Nullable, PageQuery, pageOf } from './paging.ts'

export const LibraryKind = Type.Union([Type.Literal('films'), Type.Literal('series'), Type.Literal('mixed')])
export type LibraryKind = Type.Static<typeof LibraryKind>

export const ScanProgress = Type.Object({
  libraryId: Type.String(),
  phase: Type.Union([
    Type.Literal('queued'),
    Type.Literal('walk'),
    Type.Literal('rows'),
    Type.Literal('probe'),
    Type.Literal('identify'),
    Type.Literal('done'),
    Type.Literal('failed'),
  ]),
  filesSeen: Type.Integer(),
  filesAdded: Type.Integer(),
  filesChanged: Type.Integer(),
  filesMoved: Type.Integer(),
  filesGone: Type.Integer(),
  filesBroken: Type.Integer(),
  probesDone: Type.Integer(),
  probesTotal: Type.Integer(),
  filesPerSecond: Type.Number(),
  startedAtMs: Nullable(Type.Integer()),
  finishedAtMs: Nullable(Type.Integer()),
  /** Folders that could not be listed, the first few: what is in them is kept as it was known. */
  unreadable: Type.Optional(Type.Array(Type.String())),
  /** Why it failed, or what waits for an answer (a folder that looks unmounted). */
  message: Nullable(Type.String()),
})
export type ScanProgress = Type.Static<typeof ScanProgress>

export const Library = Type.Object({
  id: Type.String(),
  name: Type.String(),
  kind: LibraryKind,
  folders: Type.Array(
    Type.Object({
      path: Type.String(),
      state: Type.Union([Type.Literal('available'), Type.Literal('unavailable')]),
    }),
  ),
  fileCount: Type.Integer(),
  scan: Nullable(ScanProgress),
})
export type Library = Type.Static<typeof Library>

export const listLibraries = endpoint({
  method: 'GET',
  path: '/api/libraries',
  access: 'viewer',
  summary: 'All libraries with their newest scan.',
  reply: Type.Object({ items: Type.Array(Library) }),
})

const Folders = Type.Array(Type.String({ minLength: 1, maxLength: 4096 }), { minItems: 1, maxItems: 50 })

export const addLibrary = endpoint({
  method: 'POST',
  path: '/api/libraries',
  access: 'admin',
  summary: 'Add a library and scan it.',
  body: Type.Object({
    name: Type.String({ minLength: 1, maxLength: 100 }),
    kind: LibraryKind,
    folders: Folders,
  }),
  reply: Library,
})

export const changeLibrary = endpoint({
  method: 'PATCH',
  path: '/api/libraries/:id',
  access: 'admin',
  summary: 'Rename a library, change its kind or folders.',
  params: IdParams,
  body: Type.Object({
    name: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
    kind: Type.Optional(LibraryKind),
    folders: Type.Optional(Folders),
  }),
  reply: Library,
})

export const removeLibrary = endpoint({
  method: 'DELETE',
  path: '/api/libraries/:id',
  access: 'admin',
  summary: 'Remove a library from the catalogue; files on disk are not touched.',
  params: IdParams,
  reply: Empty,
})

export const scanLibrary = endpoint({
  method: 'POST',
  path: '/api/libraries/:id/scan',
  access: 'admin',
  summary: 'Scan a library, or one folder of it. Two scans of one library are one.',
  params: IdParams,
  body: Type.Object({
    subPath: Type.Optional(Type.String({ maxLength: 4096 })),
    /** The answer to "much has vanished": take it as gone. */
    acceptVanished: Type.Optional(Type.Boolean()),
  }),
  reply: ScanProgress,
})

export const browseFolders = endpoint({
  method: 'GET',
  path: '/api/folders',
  access: 'admin',
  summary: 'Folders inside a folder of this machine, to choose a library from.',
  query: Type.Object({ path: Type.Optional(Type.String({ maxLength: 4096 })) }),
  reply: Type.Object({
    path: Type.String(),
    parent: Nullable(Type.String()),
    folders: Type.Array(Type.Object({ name: Type.String(), path: Type.String() })),
  }),
})

export const FileState = Type.Union([
  Type.Literal('new'),
  Type.Literal('ready'),
  Type.Literal('broken'),
  Type.Literal('offline'),
])
export type FileState = Type.Static<typeof FileState>

export const MediaFile = Type.Object({
  id: Type.String(),
  libraryId: Type.String(),
  relativePath: Type.String(),
  sizeBytes: Type.Integer(),
  modifiedAtMs: Type.Integer(),
  addedAtMs: Type.Integer(),
  state: FileState,
  /** Why a broken file cannot be used. */
  reason: Nullable(Type.String()),
  titleId: Nullable(Type.String()),
  container: Nullable(Type.String()),
  durationSeconds: Nullable(Type.Number()),
  bitrateBps: Nullable(Type.Number()),
  video: Type.Array(VideoTrack),
  audio: Type.Array(AudioTrack),
  subtitles: Type.Array(SubtitleTrack),
  chapters: Type.Array(Chapter),
})
export type MediaFile = Type.Static<typeof MediaFile>

export const listMediaFiles = endpoint({
  method: 'GET',
  path: '/api/library/media-files',
  access: 'viewer',
  summary: 'Files on disk with every stream, page by page.',
  query: Type.Object({
    ...PageQuery,
    libraryId: Type.Optional(Type.String({ maxLength: 64 })),
    state: Type.Optional(FileState),
  }),
  reply: pageOf(MediaFile),
})
