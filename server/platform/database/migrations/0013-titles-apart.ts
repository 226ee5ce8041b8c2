// Titles that were put together and taken apart again are not put together another time.
import type { Migration } from '../migrate.ts'

export const titlesApart: Migration = {
  version: 13,
  name: 'titles apart',
  up: [
    `create table titles_apart (
      title_id text not null references titles (id) on delete cascade,
      other_id text not null references titles (id) on delete cascade, primary key (title_id, other_id))`,
  ],
}
