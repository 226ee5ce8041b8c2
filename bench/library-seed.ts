// A catalogue of any size, written by SQLite itself: what scans of real films and series leave, in seconds.
import { DatabaseSync } from 'node:sqlite'

const WORD_LIST =
  'amber anchor arrow autumn beacon bridge candle canyon cedar circle cloud copper crimson crystal dawn desert dragon echo ember falcon feather forest garden glass golden harbor hollow island ivory jade lantern legend marble meadow midnight mirror mountain ocean orchid paper phantom pilgrim planet raven river saffron scarlet secret shadow silent silver stone storm summer thunder tiger tower valley velvet violet water whisper willow winter wolf'
export const WORDS = WORD_LIST.split(' ')
const GENRES =
  'Drama Comedy Action Thriller Romance Crime Adventure Horror Family Animation Mystery Fantasy History Music War Western'.split(
    ' ',
  )

/** One file in ten is an episode, of series with fifty each. */
const EPISODES_A_SHOW = 50

/** A number from 0 up to `below`, another one for each `n` and `salt`, always the same (murmur3's last steps). */
function hashed(n: number, salt: number, below: number): number {
  let h = Math.imul(n + 1, 0x9e3779b1) ^ Math.imul(salt + 1, 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return Math.floor((((h ^ (h >>> 16)) >>> 0) / 2 ** 32) * below)
}
const pick = (below: number, salt: number, n = 'n') => `hashed(${n}, ${salt}, ${below})`

/**
 * `path` holds the newest schema, one person, no titles, and nobody else has it open. The person has watched some films, is in
 * the middle of others and has begun some series.
 */
export function seed(path: string, files: number): void {
  const db = new DatabaseSync(path)
  const viewerId = String(db.prepare('select id from auth_user').get()?.['id'])
  // No folders: nothing to be scanned while lists are measured.
  db.exec(
    'pragma journal_mode = off; pragma locking_mode = exclusive; pragma foreign_keys = off; pragma synchronous = off;' +
      'pragma cache_size = -400000; pragma temp_store = memory; begin',
  )
  db.function('hashed', { deterministic: true }, (n, salt, below) =>
    hashed(Number(n), Number(salt), Number(below)),
  )
  // Built once at the end: a million rows in random order into twenty indexes take many times as long.
  const indexes = db
    .prepare(`select name, sql from sqlite_master where type = 'index' and sql is not null and
      (tbl_name like 'title%' or tbl_name like 'facet%' or tbl_name like 'viewer%' or tbl_name like 'media%')`)
    .all()
  for (const { name } of indexes) db.exec(`drop index ${String(name)}`)
  const shows = Math.floor(files / 10 / EPISODES_A_SHOW)
  const episodes = shows * EPISODES_A_SHOW
  const films = files - episodes
  const count = (to: number) =>
    `with recursive c(n) as (select 0 union all select n + 1 from c where n + 1 < ${to})`
  db.exec(`
    create temp table words (n integer primary key, word text);
    create temp table genres (n integer primary key, genre text);
    insert into libraries (id, name, kind, created_at_ms) values ('films', 'Films', 'films', 0), ('series', 'Series', 'series', 0);
  `)
  const word = db.prepare('insert into words values (?, ?)')
  for (const [n, text] of WORDS.entries()) word.run(n, text)
  const genre = db.prepare('insert into genres values (?, ?)')
  for (const [n, text] of GENRES.entries()) genre.run(n, text)
  const wordOf = (salt: number) =>
    `(select word from words where words.n = ${pick(WORDS.length, salt, 'c.n')})`
  const columns = `id, library_id, kind, identity, name, sort_key, year, rating, runtime_seconds, added_at_ms, listed, file_count`
  // A third of the names begin with an article, as titles do.
  db.exec(`
    create temp table films as ${count(films)} select n, printf('f%08d', n) as id,
      ${wordOf(1)} || ' ' || ${wordOf(2)} || ' ' || printf('%06d', n) as sort_key, ${pick(3, 3)} = 0 as has_article from c;
    insert into titles (${columns})
      select id, 'films', 'movie', sort_key, iif(has_article, 'The ', '') || replace(sort_key, ' 00', ' '), sort_key,
        1950 + ${pick(75, 4)}, ${pick(100, 5)} / 10.0, 3600 + ${pick(7200, 6)}, n, 'movie', 1 from films;
    create temp table shows as ${count(shows)} select n, printf('s%08d', n) as id,
      ${wordOf(7)} || ' ' || ${wordOf(8)} || ' ' || n as sort_key from c;
    insert into titles (${columns}, episode_count)
      select id, 'series', 'show', sort_key, sort_key, sort_key, 1950 + ${pick(75, 9)}, ${pick(100, 10)} / 10.0, 0, n, 'show',
        ${EPISODES_A_SHOW}, ${EPISODES_A_SHOW} from shows;
    insert into titles (${columns}, episode_count, parent_id, show_id, season_number)
      select id || 'x', 'series', 'season', id || '|season', 'Season 1', 'season 1', 0, 0, 0, n, null,
        ${EPISODES_A_SHOW}, ${EPISODES_A_SHOW}, id, id, 1 from shows;
    insert into titles (${columns}, parent_id, show_id, season_number, episode_number)
      select s.id || 'e' || e.n, 'series', 'episode', s.id || '|' || e.n, 'Episode ' || e.n, 'episode ' || e.n, 0, 0, 2400,
        s.n, null, 1, s.id || 'x', s.id, 1, e.n + 1 from shows s, (${count(EPISODES_A_SHOW)} select n from c) e;
    insert into title_search (rowid, words) select seq, name from titles where listed is not null;
    insert into title_files (file_id, title_id, library_id, height, video_codec)
      select 'v' || id, id, library_id, 1080, 'h264' from titles where kind in ('movie', 'episode');
    insert into media_files (id, library_id, folder_id, relative_path, size_bytes, modified_at_ms, inode, fingerprint, state,
        is_offline, added_at_ms, container, duration_seconds, is_announced)
      select 'v' || id, library_id, library_id, name || ' ' || id || '.mkv', 1000000000, 0, '1:1', id, 'ready', 0, added_at_ms,
        'matroska', runtime_seconds, 1 from titles where kind in ('movie', 'episode');
    create temp table listed as select seq, id, year, iif(kind = 'movie', cast(substr(id, 2) as integer), -seq) as n
      from titles where listed is not null;
    create temp table faceted as select seq, id, json_array(
        'resolution:' || case ${pick(10, 11)} when 0 then '4k' when 1 then '720p' when 2 then 'sd' else '1080p' end,
        iif(${pick(3, 12)} = 0, 'audio:deu', 'audio:eng'),
        iif(${pick(2, 13)} = 0, 'subtitle:eng', 'subtitle:fra'),
        iif(${pick(50, 14)} = 0, 'hdr', 'sdr'),
        case when ${pick(1000, 15)} = 0 then 'video:av1' when ${pick(3, 15)} = 0 then 'video:hevc' else 'video:h264' end,
        'year:' || year,
        'genre:' || (select genre from genres where genres.n = listed.n_genre)) as facets
      from (select *, ${pick(16, 18)} * (${pick(3, 16)} > 0) as n_genre from listed) as listed;
    insert into title_details (title_id, facets) select id, facets from faceted;
    insert into title_details (title_id) select id from titles where listed is null;
    insert into title_facets (facet, seq) select value, seq from faceted, json_each(facets) order by 1, 2;
    insert into facet_counts (facet, titles) select facet, count(*) from title_facets group by facet;
    insert into viewer_titles (viewer_id, title_id, position_seconds, duration_seconds, watched, favourite, updated_at_ms)
      select '${viewerId}', id, iif(n % 200 = 1, 600, 0), 3600, n % 200 != 1, n % 400 = 0, n from films where n % 200 < 2 and n < 400000;
    insert into viewer_titles (viewer_id, title_id, show_id, watched, updated_at_ms)
      select '${viewerId}', id || 'e' || e, id, 1, n from shows, (select 0 as e union all select 1) where n % 10 = 0;
    insert into viewer_titles (viewer_id, title_id, watched_children, updated_at_ms)
      select '${viewerId}', id, 2, n from shows where n % 10 = 0;
  `)
  for (const index of indexes) db.exec(String(index['sql']))
  db.exec('commit; analyze; pragma locking_mode = normal; pragma journal_mode = wal')
  db.close()
}
