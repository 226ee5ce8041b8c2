// Rows to what the web shows: cards, viewer state, cursors (pure).
import type { Artwork, TitleCard, ViewerState } from '#shared/api/catalog.ts'
import { Problem } from '../platform/problem.ts'
import type { CardRow, SortColumn } from './store.ts'

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
