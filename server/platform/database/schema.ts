// Every table as a type: the data model on one page. Ids UUIDv7 text, times integer milliseconds, booleans 0/1.
import type { Generated } from 'kysely'

/** Applied migrations. */
export type MigrationTable = { version: number; name: string; applied_at_ms: number }

/** Small values that must outlive a restart: secrets, the claim code's hash, run-time settings. */
export type SettingTable = { key: string; value: string; updated_at_ms: number }

/** Background jobs; `payload` and `progress` are JSON. */
export type JobTable = {
  id: string
  kind: string
  unique_key: string | null
  state: 'waiting' | 'active' | 'done' | 'buried' | 'cancelled'
  payload: string
  priority: number
  attempt: number
  progress: string | null
  reason: string | null
  request_id: string | null
  trace_parent: string | null
  cancel_asked: number
  created_at_ms: number
  run_at_ms: number
  started_at_ms: number | null
  finished_at_ms: number | null
}

// --- accounts: better-auth's own tables (camelCase columns are its choice) -----------------------------

export type AuthUserTable = {
  id: string
  name: string
  email: string
  emailVerified: number
  image: string | null
  createdAt: string
  updatedAt: string
  username: string | null
  displayUsername: string | null
  role: string
}

export type AuthSessionTable = {
  id: string
  expiresAt: string
  token: string
  createdAt: string
  updatedAt: string
  ipAddress: string | null
  userAgent: string | null
  userId: string
}

export type AuthAccountTable = {
  id: string
  accountId: string
  providerId: string
  userId: string
  accessToken: string | null
  refreshToken: string | null
  idToken: string | null
  accessTokenExpiresAt: string | null
  refreshTokenExpiresAt: string | null
  scope: string | null
  password: string | null
  createdAt: string
  updatedAt: string
}

export type AuthVerificationTable = {
  id: string
  identifier: string
  value: string
  expiresAt: string
  createdAt: string
  updatedAt: string
}

// --- catalog and history -------------------------------------------------------------------------------

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

// --- library: folders and the files in them ------------------------------------------------------------

export type LibraryTable = { id: string; name: string; kind: string; created_at_ms: number }

/** `state`: available, unavailable (cannot be read, or looks unmounted). */
export type LibraryFolderTable = { id: string; library_id: string; path: string; state: string }

export type MediaFileTable = {
  id: string
  library_id: string
  folder_id: string
  /** Below the folder, with `/`. */
  relative_path: string
  size_bytes: number
  modified_at_ms: number
  inode: string
  /** Hash of size, head and tail: finds a moved file again. Empty until the file was opened. */
  fingerprint: string
  /** new, ready, broken. */
  state: string
  is_offline: number
  /** Since when it counts as gone; null while it is there, or while a whole folder is away. */
  gone_at_ms: number | null
  reason: string | null
  added_at_ms: number
  container: string | null
  duration_seconds: number | null
  bitrate_bps: number | null
  /** 0 until the catalogue has been told of what the file is now. */
  is_announced: number
  /** missed: the last walk did not meet it. arrived: new, and not opened yet. Else empty. */
  sighting: string
}

/** `info`: a `MediaInfo` as JSON. */
export type FileMediaTable = { file_id: string; info: string }

/** One video, audio or subtitle track; `language` ISO 639-2/T, `hdr` an `HdrKind`. */
export type FileTrackTable = {
  file_id: string
  track_index: number
  kind: 'video' | 'audio' | 'subtitle'
  codec: string
  profile: string | null
  language: string | null
  title: string | null
  width: number | null
  height: number | null
  frame_rate: number | null
  bit_depth: number | null
  hdr: string | null
  channels: number | null
  sample_rate_hz: number | null
  bitrate_bps: number | null
  is_default: number
  is_forced: number
  is_hearing_impaired: number
  is_commentary: number
}

export type FileChapterTable = {
  file_id: string
  position: number
  start_seconds: number
  end_seconds: number
  title: string | null
}

export type FileAttachmentTable = {
  file_id: string
  track_index: number
  kind: string
  file_name: string | null
  mime_type: string | null
  size_bytes: number | null
}

/** `times`: JSON array of seconds after the file's start, or `null` when the file has no index. */
export type FileKeyframesTable = { file_id: string; track_index: number; times: string }

export type FileSidecarTable = {
  id: string
  folder_id: string
  file_id: string
  relative_path: string
  format: string
  language: string | null
  is_forced: number
  is_hearing_impaired: number
}

/** The newest scan of each library; `progress` as JSON. */
export type LibraryScanTable = { library_id: string; progress: string }

// --- watch parties --------------------------------------------------------------------------------------

/** One watch party. `at_server_ms` may hold fractions of a millisecond; `waiting` says a start is pending. */
export type WatchSessionTable = {
  id: string
  code: string
  founder_id: string
  host_id: string
  host_name: string
  title_id: string
  title_name: string
  file_id: string | null
  duration_seconds: number | null
  status: 'open' | 'ended'
  seq: number
  command_seq: number
  position_seq: number
  position_seconds: number
  at_server_ms: number
  rate: number
  playing: number
  waiting: number
  control: 'host' | 'everyone'
  wait_policy: 'all' | 'bounded' | 'never'
  wait_seconds: number
  locked: number
  handed_over_at_ms: number | null
  created_at_ms: number
  /** Renewed while somebody is there: tells after a restart how long the server was away. */
  updated_at_ms: number
}

export type WatchSessionMemberTable = {
  session_id: string
  member_id: string
  name: string
  is_guest: number
  role: 'host' | 'moderator' | 'member'
  joined_at_ms: number
  last_seen_at_ms: number
  kicked_at_ms: number | null
}

export type WatchSessionMessageTable = {
  id: string
  session_id: string
  member_id: string
  name: string
  text: string
  position_seconds: number
  sent_at_ms: number
}

// --- administration -------------------------------------------------------------------------------------

/** What administrators did; `detail` is JSON without secrets. */
export type AuditTable = {
  id: string
  at_ms: number
  person_id: string
  person_name: string
  address: string
  action: string
  detail: string
  status: number
  request_id: string
}

// --- metadata ------------------------------------------------------------------------------------------

/** What a film or series was found to be; `remote_id` null and `pinned` says that it is nothing the source knows. */
export type TitleMatchTable = {
  title_id: string
  library_id: string
  state: 'name-only' | 'matched' | 'review' | 'pinned'
  remote_id: number | null
  confidence: number
  /** JSON of `Candidate[]`, best first. */
  candidates: string
  /** Of what names and files said: unchanged evidence is not judged twice. */
  evidence: string
  matched_at_ms: number
  enriched_at_ms: number | null
}

/** A person's change of matches; `entries`: JSON of each title's match before. */
export type MatchChangeTable = {
  id: string
  made_by: string
  made_at_ms: number
  undone_at_ms: number | null
  entries: string
}

/** Two titles, either way round, that were put together and taken apart again. */
export type TitleApartTable = { title_id: string; other_id: string }

/** The metadata source's answers, by address without the key. */
export type MetadataAnswerTable = {
  url: string
  status: number
  etag: string | null
  body: string
  fresh_until_ms: number
  stored_at_ms: number
}

export type PersonTable = {
  id: string
  remote_id: number
  name: string
  sort_key: string
  portrait_path: string | null
  /** JSON of `Artwork`. */
  portrait: string | null
}

export type TitlePersonTable = {
  title_id: string
  person_id: string
  job: string
  role: string | null
  position: number
}

export type CollectionTable = {
  id: string
  remote_id: number
  name: string
  sort_key: string
  overview: string | null
  poster: string | null
  backdrop: string | null
}

export type CollectionTitleTable = { collection_id: string; title_id: string }

export type Tables = {
  libraries: LibraryTable
  library_folders: LibraryFolderTable
  media_files: MediaFileTable
  file_media: FileMediaTable
  file_tracks: FileTrackTable
  file_chapters: FileChapterTable
  file_attachments: FileAttachmentTable
  file_keyframes: FileKeyframesTable
  file_sidecars: FileSidecarTable
  library_scans: LibraryScanTable
  audit: AuditTable
  migrations: MigrationTable
  settings: SettingTable
  jobs: JobTable
  auth_user: AuthUserTable
  auth_session: AuthSessionTable
  auth_account: AuthAccountTable
  auth_verification: AuthVerificationTable
  titles: TitleTable
  title_details: TitleDetailTable
  title_facets: TitleFacetTable
  facet_counts: FacetCountTable
  facet_sets: FacetSetTable
  title_files: TitleFileTable
  viewer_titles: ViewerTitleTable
  title_search: { rowid: number; words: string }
  title_matches: TitleMatchTable
  match_changes: MatchChangeTable
  titles_apart: TitleApartTable
  metadata_answers: MetadataAnswerTable
  people: PersonTable
  title_people: TitlePersonTable
  collections: CollectionTable
  collection_titles: CollectionTitleTable
  watch_sessions: WatchSessionTable
  watch_session_members: WatchSessionMemberTable
  watch_session_messages: WatchSessionMessageTable
}
