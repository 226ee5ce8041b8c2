// Rows to what the web shows: cards, viewer state, cursors (pure).
import type { Artwork, TitleCard, TitleDetails, ViewerState } from '#shared/api/catalog.ts'
import type { LibraryFile } from '../library/library.ts'
import { readablePath } from '../platform/path-text.ts'
import { Problem } from '../platform/problem.ts'
import type { CardRow, DetailsRow, NewTitleFile, SortColumn } from './store.ts'

export const artworkOf = (json: string | null): Artwork | null =>
  json === null ? null : (JSON.parse(json) as Artwork)

export function stateOf(row: CardRow): ViewerState {
  const isParent = row.kind === 'show' || row.kind === 'season'
  const unwatched = Math.max(0, row.episode_count - (row.watched_children ?? 0))
  return {
    positionSeconds: row.position_seconds ?? 0,
    durationSeconds: row.watched_seconds ?? (row.runtime_seconds || null),
    watched: isParent ? row.episode_count > 0 && unwatched === 0 : row.watched === 1,
    favourite: row.favourite === 1,
    unwatchedCount: isParent ? unwatched : null,
  }
}

export const cardOf = (row: CardRow): TitleCard => ({
  id: row.id,
  kind: row.kind,
  name: row.name,
  year: row.year || null,
  showId: row.show_id,
  showName: row.show_name,
  seasonNumber: row.season_number,
  episodeNumber: row.episode_number,
  runtimeSeconds: row.runtime_seconds || null,
  rating: row.rating || null,
  addedAtMs: row.added_at_ms,
  poster: artworkOf(row.poster),
  backdrop: artworkOf(row.backdrop),
  offline: row.is_offline === 1,
  state: stateOf(row),
})

/** What the metadata source says of a title, or a person in its place; nulls where nobody has said anything yet. */
export const toldBy = (details: DetailsRow | undefined, airedOn: string | null) => ({
  originalName: details?.original_name ?? null,
  tagline: details?.tagline ?? null,
  overview: details?.overview ?? null,
  releasedOn: details?.released_on ?? airedOn,
  certification: details?.certification ?? null,
  genres: JSON.parse(details?.genres ?? '[]') as string[],
  ids: Object.fromEntries(
    Object.entries(JSON.parse(details?.ids ?? '{}') as Record<string, unknown>).map(([site, id]) => [
      site,
      String(id),
    ]),
  ),
  match: {
    state: details?.match_state ?? 'name-only',
    confidence: details?.match_confidence ?? null,
    parts: JSON.parse(details?.match_parts ?? '[]') as TitleDetails['match']['parts'],
  },
})

/** One file of a title, with its tracks. */
export const versionOf = (link: NewTitleFile, file: LibraryFile): TitleDetails['files'][number] => ({
  fileId: file.id,
  fileName: readablePath(file.relativePath.slice(file.relativePath.lastIndexOf('/') + 1)),
  version: link.version,
  part: link.part,
  sizeBytes: file.sizeBytes,
  container: file.media?.container ?? null,
  durationSeconds: file.media?.durationSeconds ?? null,
  bitrateBps: file.media?.bitrateBps ?? null,
  offline: link.is_offline === 1,
  video: file.media?.video ?? [],
  audio: file.media?.audio ?? [],
  subtitles: file.media?.subtitles ?? [],
  chapters: file.media?.chapters ?? [],
})

type Cursor = { value: string | number; id: string }

/** The sort is part of a cursor: one made for another order is refused. */
export const cursorOf = (row: CardRow, sort: SortColumn): string =>
  Buffer.from(JSON.stringify([sort, row[sort], row.id])).toString('base64url')

export function parseCursor(cursor: string, sort: SortColumn): Cursor {
  try {
    const [by, value, id] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as unknown[]
    if (by === sort && (typeof value === 'string' || typeof value === 'number') && typeof id === 'string')
      return { value, id }
  } catch {
    // Falls through: whatever it was, it is not a cursor of ours.
  }
  throw new Problem('invalid-request', 'The cursor does not belong to this list; start again without it.')
}
