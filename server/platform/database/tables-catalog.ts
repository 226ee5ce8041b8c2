// Tables of the catalogue and of what everybody watched.
import type { Generated } from 'kysely'

/** What people watch, narrow for lists; 0 stands for an unknown year, rating or running time. */
export type TitleTable = {
  seq: Generated<number>
  id: string
  library_id: string
  kind: 'movie' | 'show' | 'season' | 'episode'
  parent_id: string | null
  show_id: string | null
  identity: string
  name: string
  sort_key: string
  year: Generated<number>
  rating: Generated<number>
  runtime_seconds: Generated<number>
  season_number: number | null
  episode_number: number | null
  last_episode_number: number | null
  aired_on: string | null
  added_at_ms: number
  /** The kind while the title belongs into lists; null once all its files are gone, and for seasons and episodes. */
  listed: 'movie' | 'show' | null
  is_offline: Generated<number>
  file_count: Generated<number>
  episode_count: Generated<number>
  /** JSON of `Artwork`. */
  poster: string | null
  backdrop: string | null
  /** The title that this one turned out to be: its files are there, new files of its name go there. */
  merged_into: Generated<string | null>
}

export type TitleDetailTable = {
  title_id: string
  original_name: string | null
  tagline: string | null
  overview: string | null
  released_on: string | null
  certification: string | null
  genres: Generated<string>
  people: Generated<string>
  ids: Generated<string>
  match_state: Generated<'name-only' | 'matched' | 'review' | 'pinned'>
  match_confidence: number | null
  match_parts: Generated<string>
  /** JSON: the facets that `title_facets` has of it. */
  facets: Generated<string>
}

/** What a listed title is narrowed by, as `facets.ts` spells it; `seq` is the title's. */
export type TitleFacetTable = { facet: string; seq: number }

/** How many listed titles have a facet: kept, not counted. */
export type FacetCountTable = { facet: string; titles: number }

/** The titles of a facet whose numbers fall into a chunk, as bits in base64 (`facet-sets.ts`): the same as `title_facets`. */
export type FacetSetTable = { facet: string; chunk: number; bits: string }

/** A file may play several titles (an episode range) and a title may have several files (versions, parts). */
export type TitleFileTable = {
  file_id: string
  title_id: string
  library_id: string
  version: string | null
  part: number | null
  is_offline: Generated<number>
  height: number | null
  is_hdr: Generated<number>
  video_codec: string | null
  /** `,eng,deu,` */
  audio_languages: Generated<string>
  subtitle_languages: Generated<string>
  duration_seconds: number | null
}

/** One viewer's progress, watched mark and favourite; `watched_children` is kept for shows and seasons. */
export type ViewerTitleTable = {
  viewer_id: string
  title_id: string
  show_id: string | null
  position_seconds: Generated<number>
  duration_seconds: number | null
  watched: Generated<number>
  favourite: Generated<number>
  watched_children: Generated<number>
  updated_at_ms: number
}

export type CatalogTables = {
  titles: TitleTable
  title_details: TitleDetailTable
  title_facets: TitleFacetTable
  facet_counts: FacetCountTable
  facet_sets: FacetSetTable
  title_files: TitleFileTable
  viewer_titles: ViewerTitleTable
  title_search: { rowid: number; words: string }
}
