// Tables of watch parties.
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

export type PartyTables = {
  watch_sessions: WatchSessionTable
  watch_session_members: WatchSessionMemberTable
  watch_session_messages: WatchSessionMessageTable
}
