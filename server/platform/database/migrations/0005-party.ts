// Watch parties: the session, who belongs to it and what was said, so that a party survives a restart.
import type { Migration } from '../migrate.ts'

export const party: Migration = {
  version: 5,
  name: 'party',
  up: [
    `create table watch_sessions (
      id text primary key, code text not null unique, founder_id text not null, host_id text not null,
      host_name text not null, title_id text not null, title_name text not null, file_id text,
      duration_seconds double precision, status text not null, seq integer not null, command_seq integer not null,
      position_seq integer not null, position_seconds double precision not null, at_server_ms double precision not null,
      rate double precision not null, playing integer not null, waiting integer not null, control text not null,
      wait_policy text not null, wait_seconds integer not null, locked integer not null,
      handed_over_at_ms bigint, created_at_ms bigint not null, updated_at_ms bigint not null)`,
    `create index watch_sessions_open on watch_sessions (status, updated_at_ms)`,
    `create table watch_session_members (
      session_id text not null references watch_sessions (id) on delete cascade, member_id text not null,
      name text not null, is_guest integer not null, role text not null, joined_at_ms bigint not null,
      last_seen_at_ms bigint not null, kicked_at_ms bigint, primary key (session_id, member_id))`,
    `create index watch_session_members_member on watch_session_members (member_id)`,
    `create table watch_session_messages (
      id text primary key, session_id text not null references watch_sessions (id) on delete cascade,
      member_id text not null, name text not null, text text not null, position_seconds double precision not null,
      sent_at_ms bigint not null)`,
    `create index watch_session_messages_session on watch_session_messages (session_id, id)`,
  ],
}
