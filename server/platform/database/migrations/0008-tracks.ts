// Files track by track, and what lists of titles filter by, each answered by an index.
import type { Migration } from '../migrate.ts'

export const tracks: Migration = {
  version: 8,
  name: 'tracks',
  up: (dialect) => {
    const strict = dialect === 'sqlite' ? 'strict' : ''
    const keyed = dialect === 'sqlite' ? 'strict, without rowid' : ''
    const number = dialect === 'sqlite' ? 'real' : 'double precision'
    const large = dialect === 'sqlite' ? 'integer' : 'bigint'
    const file = 'text not null references media_files (id) on delete cascade'
    return [
      `create table file_tracks (
        file_id ${file}, track_index integer not null, kind text not null, codec text not null, profile text,
        language text, title text, width integer, height integer, frame_rate ${number}, bit_depth integer, hdr text,
        channels integer, sample_rate_hz integer, bitrate_bps ${number}, is_default integer not null,
        is_forced integer not null, is_hearing_impaired integer not null, is_commentary integer not null,
        primary key (file_id, track_index)) ${strict}`,
      `create index file_tracks_by_codec on file_tracks (kind, codec)`,
      `create index file_tracks_by_language on file_tracks (kind, language) where language is not null`,
      `create table file_chapters (
        file_id ${file}, position integer not null, start_seconds ${number} not null, end_seconds ${number} not null,
        title text, primary key (file_id, position)) ${strict}`,
      `create table file_attachments (
        file_id ${file}, track_index integer not null, kind text not null, file_name text, mime_type text,
        size_bytes ${large}, primary key (file_id, track_index)) ${strict}`,
      // `video:hevc`, `hdr`, `resolution:4k`, `audio:deu`, `subtitle:eng`: of a film or of all episodes of a series.
      `create table title_facets (
        facet text not null, title_id text not null references titles (id) on delete cascade,
        primary key (facet, title_id)) ${keyed}`,
      `create index title_facets_of_title on title_facets (title_id)`,
      `create index title_genres_of_title on title_genres (title_id)`,
      `create index viewer_titles_favourite on viewer_titles (viewer_id, title_id) where favourite = 1`,
      `create index viewer_titles_watched on viewer_titles (viewer_id, title_id) where watched = 1`,
      // What was probed before has no rows here: the next scan asks those files again.
      `update media_files set state = 'new' where state = 'ready'`,
    ]
  },
}
