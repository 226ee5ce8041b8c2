// What administrators did, kept after they are gone: no reference to the person.
import type { Migration } from '../migrate.ts'

export const admin: Migration = {
  version: 6,
  name: 'admin',
  up: [
    `create table audit (
      id text primary key, at_ms bigint not null, person_id text not null, person_name text not null,
      address text not null, action text not null, detail text not null, status integer not null,
      request_id text not null)`,
  ],
}
