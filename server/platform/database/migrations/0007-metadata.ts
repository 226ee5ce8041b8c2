// Matches of titles with the metadata source, the source's answers, people, collections, changes that can be undone.
import type { Migration } from '../migrate.ts'

export const metadata: Migration = {
  version: 7,
  name: 'metadata',
  up: [
    // One row a film or series; `state` decides, `candidates` shows why, `evidence` tells whether to ask again.
    `create table title_matches (
      title_id text primary key references titles (id) on delete cascade, library_id text not null,
      state text not null, remote_id bigint, confidence double precision not null, candidates text not null,
      evidence text not null, matched_at_ms bigint not null, enriched_at_ms bigint)`,
    `create index title_matches_to_review on title_matches (title_id) where state = 'review'`,
    `create index title_matches_by_remote on title_matches (library_id, remote_id) where remote_id is not null`,
    `create index title_matches_by_age on title_matches (enriched_at_ms) where remote_id is not null`,
    `create table match_changes (
      id text primary key, made_by text not null, made_at_ms bigint not null, undone_at_ms bigint, entries text not null)`,
    `create table metadata_answers (
      url text primary key, status integer not null, etag text, body text not null,
      fresh_until_ms bigint not null, stored_at_ms bigint not null)`,
    `create index metadata_answers_by_age on metadata_answers (fresh_until_ms)`,
    `create table people (
      id text primary key, remote_id bigint not null unique, name text not null, sort_key text not null,
      portrait_path text, portrait text)`,
    `create table title_people (
      title_id text not null references titles (id) on delete cascade, person_id text not null references people (id),
      job text not null, role text, position integer not null, primary key (title_id, position))`,
    `create index title_people_of_person on title_people (person_id, title_id)`,
    `create table collections (
      id text primary key, remote_id bigint not null unique, name text not null, sort_key text not null,
      overview text, poster text, backdrop text)`,
    `create index collections_by_name on collections (sort_key, id)`,
    `create table collection_titles (
      collection_id text not null references collections (id), title_id text not null references titles (id) on delete cascade,
      primary key (collection_id, title_id))`,
    `create unique index collection_titles_of_title on collection_titles (title_id)`,
  ],
}
