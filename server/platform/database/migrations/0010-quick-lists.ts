// Facets by a title's number, with genres and years, their sizes kept; what comes next of a series from an index.
import type { Migration } from '../migrate.ts'

export const quickLists: Migration = {
  version: 10,
  name: 'quick-lists',
  up: (dialect) => {
    const keyed = dialect === 'sqlite' ? 'strict, without rowid' : ''
    const large = dialect === 'sqlite' ? 'integer' : 'bigint'
    return [
      `create table facets_by_number (facet text not null, seq ${large} not null, primary key (facet, seq)) ${keyed}`,
      `insert into facets_by_number (facet, seq)
        select f.facet, t.seq from title_facets f join titles t on t.id = f.title_id
        union select 'genre:' || g.genre, t.seq from title_genres g join titles t on t.id = g.title_id where t.listed is not null
        union select 'year:' || year, seq from titles where listed is not null and year > 0`,
      `drop table title_facets`,
      `drop table title_genres`,
      `alter table facets_by_number rename to title_facets`,
      // The same from the title's side; a second index would lead SQLite to the wrong one of the two.
      `alter table title_details add column facets text not null default '[]'`,
      `update title_details set facets = found.facets from (
        select t.id, ${dialect === 'sqlite' ? 'json_group_array(f.facet)' : 'json_agg(f.facet)::text'} as facets
        from title_facets f join titles t on t.seq = f.seq group by t.id) as found where found.id = title_details.title_id`,
      `create table facet_counts (facet text primary key, titles integer not null) ${keyed}`,
      `insert into facet_counts (facet, titles) select facet, count(*) from title_facets group by facet`,
      `create index titles_episodes on titles (show_id, season_number, episode_number, aired_on, id)
        where kind = 'episode' and file_count > 0`,
      `create index viewer_titles_begun on viewer_titles (viewer_id, updated_at_ms) where watched_children > 0`,
    ]
  },
}
