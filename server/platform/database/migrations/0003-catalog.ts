// Titles, what is known of them, the files that play them, and where each viewer is with them.
import type { Migration } from '../migrate.ts'

const SORTS = ['sort_key', 'added_at_ms', 'year', 'rating', 'runtime_seconds']

export const catalog: Migration = {
  version: 3,
  name: 'catalog',
  up: (dialect) => [
    // `seq` ties a title to its row in the text index; `listed` is its kind while it belongs into lists, else null.
    `create table titles (
      seq ${dialect === 'sqlite' ? 'integer' : 'bigserial'} primary key, id text not null unique, library_id text not null,
      kind text not null, parent_id text references titles (id), show_id text references titles (id),
      identity text not null, name text not null, sort_key text not null,
      year integer not null default 0, rating double precision not null default 0, runtime_seconds double precision not null default 0,
      season_number integer, episode_number integer, last_episode_number integer, aired_on text,
      added_at_ms bigint not null, listed text, is_offline integer not null default 0,
      file_count integer not null default 0, episode_count integer not null default 0, poster text, backdrop text)`,
    `create unique index titles_identity on titles (library_id, identity)`,
    `create index titles_children on titles (parent_id, season_number, episode_number, aired_on, id)`,
    `create index titles_of_show on titles (show_id, kind)`,
    ...SORTS.flatMap((column) => [
      `create index titles_by_${column} on titles (listed, ${column}, id) where listed is not null`,
      `create index titles_of_library_by_${column} on titles (library_id, listed, ${column}, id) where listed is not null`,
    ]),
    `create table title_details (
      title_id text primary key references titles (id) on delete cascade,
      original_name text, tagline text, overview text, released_on text, certification text,
      genres text not null default '[]', people text not null default '[]', ids text not null default '{}',
      match_state text not null default 'name-only', match_confidence double precision, match_parts text not null default '[]')`,
    `create table title_genres (genre text not null, title_id text not null references titles (id) on delete cascade, primary key (genre, title_id))`,
    `create table title_files (
      file_id text not null, title_id text not null references titles (id) on delete cascade, library_id text not null,
      version text, part integer, is_offline integer not null default 0,
      height integer, is_hdr integer not null default 0, video_codec text,
      audio_languages text not null default ',', subtitle_languages text not null default ',', duration_seconds double precision,
      primary key (file_id, title_id))`,
    `create index title_files_of_title on title_files (title_id)`,
    `create index title_files_of_library on title_files (library_id)`,
    `create index title_files_offline on title_files (file_id) where is_offline = 1`,
    `create index titles_wanting_poster on titles (id) where poster is null and listed is not null`,
    `create table viewer_titles (
      viewer_id text not null, title_id text not null references titles (id) on delete cascade, show_id text,
      position_seconds double precision not null default 0, duration_seconds double precision,
      watched integer not null default 0, favourite integer not null default 0,
      watched_children integer not null default 0, updated_at_ms bigint not null,
      primary key (viewer_id, title_id))`,
    `create index viewer_titles_unfinished on viewer_titles (viewer_id, updated_at_ms) where watched = 0 and position_seconds > 0`,
    `create index viewer_titles_of_show on viewer_titles (viewer_id, show_id, updated_at_ms) where show_id is not null`,
    ...(dialect === 'sqlite'
      ? [`create virtual table title_search using fts5 (words, tokenize = 'trigram remove_diacritics 1')`]
      : [
          `create extension if not exists pg_trgm`,
          `create table title_search (rowid bigint primary key, words text not null)`,
          `create index title_search_words on title_search using gin (words gin_trgm_ops)`,
        ]),
  ],
}
