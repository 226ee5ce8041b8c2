// Libraries, their folders, the files in them and what is known of each.
import type { Migration } from '../migrate.ts'

export const library: Migration = {
  version: 2,
  name: 'library',
  up: [
    `create table libraries (id text primary key, name text not null, kind text not null, created_at_ms bigint not null)`,
    `create table library_folders (
      id text primary key, library_id text not null references libraries (id) on delete cascade,
      path text not null unique, state text not null)`,
    `create index library_folders_library on library_folders (library_id)`,
    `create table media_files (
      id text primary key, library_id text not null references libraries (id) on delete cascade,
      folder_id text not null references library_folders (id) on delete cascade,
      relative_path text not null, size_bytes bigint not null, modified_at_ms bigint not null, inode text not null,
      fingerprint text not null, state text not null, is_offline integer not null, gone_at_ms bigint,
      reason text, added_at_ms bigint not null, container text, duration_seconds double precision,
      bitrate_bps double precision, is_announced integer not null)`,
    `create unique index media_files_place on media_files (folder_id, relative_path)`,
    `create index media_files_library on media_files (library_id, id)`,
    `create index media_files_pending on media_files (library_id, id) where state = 'new' and is_offline = 0`,
    `create index media_files_unannounced on media_files (library_id, id) where is_announced = 0`,
    `create table file_media (
      file_id text primary key references media_files (id) on delete cascade, info text not null)`,
    `create table file_keyframes (
      file_id text not null references media_files (id) on delete cascade, track_index integer not null,
      times text not null, primary key (file_id, track_index))`,
    `create table file_sidecars (
      id text primary key, folder_id text not null references library_folders (id) on delete cascade,
      file_id text not null references media_files (id) on delete cascade,
      relative_path text not null, format text not null, language text, is_forced integer not null,
      is_hearing_impaired integer not null)`,
    `create index file_sidecars_file on file_sidecars (file_id)`,
    `create unique index file_sidecars_place on file_sidecars (folder_id, relative_path)`,
    `create table library_scans (
      library_id text primary key references libraries (id) on delete cascade, progress text not null)`,
  ],
}
