// Tables of metadata: matches, answers of the source, people, collections.
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

export type MetadataTables = {
  title_matches: TitleMatchTable
  match_changes: MatchChangeTable
  titles_apart: TitleApartTable
  metadata_answers: MetadataAnswerTable
  people: PersonTable
  title_people: TitlePersonTable
  collections: CollectionTable
  collection_titles: CollectionTitleTable
}
