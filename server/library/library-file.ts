// A file's row as other features and as the API see it (pure).
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { LibraryKind, MediaFile } from '#shared/api/library.ts'
import type { MediaInfo } from '#shared/media.ts'
import { readablePath } from '../platform/path-text.ts'
import type { FileRow } from './store.ts'

/** A file as the other features see it. */
export type LibraryFile = {
  id: string
  libraryId: string
  libraryKind: LibraryKind
  /** Absolute. */
  path: string
  relativePath: string
  sizeBytes: number
  modifiedAtMs: number
  addedAtMs: number
  /** Names the contents: stays when the file moves, changes when they do. For cache keys. */
  identity: string
  media: MediaInfo | null
  state: 'new' | 'ready' | 'broken'
  reason: string | null
  offline: boolean
}

/** Before the file was opened its place and time stand in for its contents. */
export const identityOf = (row: Pick<FileRow, 'id' | 'fingerprint' | 'size_bytes' | 'modified_at_ms'>) =>
  createHash('sha256')
    .update(`${row.fingerprint || row.id} ${row.size_bytes} ${row.modified_at_ms}`)
    .digest('base64url')
    .slice(0, 22)

export const fileOf = (row: FileRow): LibraryFile => ({
  id: row.id,
  libraryId: row.library_id,
  libraryKind: row.library_kind,
  path: join(row.folder_path, row.relative_path),
  relativePath: row.relative_path,
  sizeBytes: row.size_bytes,
  modifiedAtMs: row.modified_at_ms,
  addedAtMs: row.added_at_ms,
  identity: identityOf(row),
  media: row.state === 'ready' ? row.info : null,
  state: row.state as LibraryFile['state'],
  reason: row.reason,
  offline: row.is_offline === 1,
})

export const mediaFileOf = (row: FileRow, titleId: string | null): MediaFile => ({
  id: row.id,
  libraryId: row.library_id,
  relativePath: readablePath(row.relative_path),
  sizeBytes: row.size_bytes,
  modifiedAtMs: row.modified_at_ms,
  addedAtMs: row.added_at_ms,
  state: row.is_offline === 1 ? 'offline' : (row.state as 'new' | 'ready' | 'broken'),
  reason: row.reason,
  titleId,
  container: row.container,
  durationSeconds: row.duration_seconds,
  bitrateBps: row.bitrate_bps,
  video: row.info?.video ?? [],
  audio: row.info?.audio ?? [],
  subtitles: row.info?.subtitles ?? [],
  chapters: row.info?.chapters ?? [],
})
