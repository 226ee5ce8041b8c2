// The party feature's SQL: sessions, their members and messages.
import type { ChatMessage, PartyRole } from '#shared/party/protocol.ts'
import { type Member, type Room, newMember } from '#shared/party/room.ts'
import type { Database } from '../platform/database/database.ts'
import type { WatchSessionMemberTable, WatchSessionTable } from '../platform/database/schema.ts'

/** What a late comer sees, and what is kept. */
const CHAT_SHOWN = 100
/** Far below what either database takes of parameters. */
const ROWS_AT_ONCE = 100

type SessionRow = Omit<WatchSessionTable, 'created_at_ms'>

const sessionRow = ({ state, ...room }: Room, nowMs: number): SessionRow => ({
  id: state.partyId,
  code: state.code,
  founder_id: room.founderId,
  host_id: state.hostId,
  host_name: room.members[state.hostId]?.name ?? '',
  title_id: state.titleId,
  title_name: state.titleName,
  file_id: state.fileId,
  duration_seconds: state.durationSeconds,
  status: state.ended ? 'ended' : 'open',
  seq: state.seq,
  command_seq: room.commandSeq,
  position_seq: room.positionSeq,
  position_seconds: state.positionSeconds,
  at_server_ms: state.atServerMs,
  rate: state.rate,
  playing: state.playing ? 1 : 0,
  waiting: state.waiting ? 1 : 0,
  control: state.control,
  wait_policy: state.wait,
  wait_seconds: state.waitSeconds,
  locked: state.locked ? 1 : 0,
  handed_over_at_ms: room.handedOverAtMs === null ? null : Math.round(room.handedOverAtMs),
  updated_at_ms: Math.round(nowMs),
})

const memberOf = (row: WatchSessionMemberTable, awaited: boolean): Member => ({
  ...newMember(
    { id: row.member_id, name: row.name, isGuest: row.is_guest === 1, role: row.role },
    row.joined_at_ms,
  ),
  lastSeenMs: row.last_seen_at_ms,
  awaited,
})

/** A room as it was stored: nobody is connected yet. A start that was waited for is waited for again. */
function roomOf(row: WatchSessionTable, members: readonly WatchSessionMemberTable[]): Room {
  const waiting =
    row.waiting === 1
      ? {
          memberIds: [],
          count: 0,
          sinceMs: row.updated_at_ms,
          untilMs: row.updated_at_ms + row.wait_seconds * 1000,
        }
      : null
  return {
    state: {
      partyId: row.id,
      code: row.code,
      seq: row.seq,
      titleId: row.title_id,
      titleName: row.title_name,
      fileId: row.file_id,
      durationSeconds: row.duration_seconds,
      positionSeconds: row.position_seconds,
      atServerMs: row.at_server_ms,
      rate: row.rate,
      playing: row.playing === 1,
      waiting,
      hostId: row.host_id,
      control: row.control,
      wait: row.wait_policy,
      waitSeconds: row.wait_seconds,
      locked: row.locked === 1,
      ended: row.status === 'ended',
    },
    members: Object.fromEntries(members.map((m) => [m.member_id, memberOf(m, row.waiting === 1)])),
    founderId: row.founder_id,
    handedOverAtMs: row.handed_over_at_ms,
    commandSeq: row.command_seq,
    positionSeq: row.position_seq,
    recentCommandIds: [],
  }
}

export function createPartyStore(db: Database) {
  const load = async (row: WatchSessionTable | undefined) => {
    if (!row) return null
    const members = await db
      .selectFrom('watch_session_members')
      .selectAll()
      .where('session_id', '=', row.id)
      .where('kicked_at_ms', 'is', null)
      .execute()
    return { room: roomOf(row, members), updatedAtMs: row.updated_at_ms }
  }

  return {
    insert: (room: Room, nowMs: number) =>
      db
        .insertInto('watch_sessions')
        .values({ ...sessionRow(room, nowMs), created_at_ms: nowMs })
        .execute(),
    save: ({ ...room }: Room, nowMs: number) =>
      db
        .updateTable('watch_sessions')
        .set(sessionRow(room, nowMs))
        .where('id', '=', room.state.partyId)
        .execute(),
    saveMembers: async (sessionId: string, members: readonly Member[], nowMs: number): Promise<void> => {
      for (let i = 0; i < members.length; i += ROWS_AT_ONCE)
        await db
          .insertInto('watch_session_members')
          .values(
            members.slice(i, i + ROWS_AT_ONCE).map((member) => ({
              session_id: sessionId,
              member_id: member.id,
              name: member.name,
              role: member.role satisfies PartyRole,
              is_guest: member.isGuest ? 1 : 0,
              joined_at_ms: Math.round(member.joinedAtMs),
              last_seen_at_ms: Math.round(nowMs),
              kicked_at_ms: null,
            })),
          )
          .onConflict((c) =>
            c.columns(['session_id', 'member_id']).doUpdateSet((row) => ({
              name: row.ref('excluded.name'),
              role: row.ref('excluded.role'),
              is_guest: row.ref('excluded.is_guest'),
              last_seen_at_ms: row.ref('excluded.last_seen_at_ms'),
            })),
          )
          .execute()
    },
    markKicked: (sessionId: string, memberId: string, nowMs: number) =>
      db
        .updateTable('watch_session_members')
        .set({ kicked_at_ms: Math.round(nowMs) })
        .where('session_id', '=', sessionId)
        .where('member_id', '=', memberId)
        .execute(),
    isKicked: async (sessionId: string, memberId: string): Promise<boolean> =>
      (await db
        .selectFrom('watch_session_members')
        .select('member_id')
        .where('session_id', '=', sessionId)
        .where('member_id', '=', memberId)
        .where('kicked_at_ms', 'is not', null)
        .executeTakeFirst()) !== undefined,
    touch: (ids: readonly string[], nowMs: number) =>
      db
        .updateTable('watch_sessions')
        .set({ updated_at_ms: Math.round(nowMs) })
        .where('id', 'in', [...ids])
        .where('status', '=', 'open')
        .execute(),
    countTouched: async (sinceMs: number): Promise<number> => {
      const { count } = await db
        .selectFrom('watch_sessions')
        .select((q) => q.fn.countAll().as('count'))
        .where('status', '=', 'open')
        .where('updated_at_ms', '>=', Math.round(sinceMs))
        .executeTakeFirstOrThrow()
      return Number(count)
    },
    byId: async (id: string) =>
      load(await db.selectFrom('watch_sessions').selectAll().where('id', '=', id).executeTakeFirst()),
    idByCode: async (code: string) =>
      (await db.selectFrom('watch_sessions').select('id').where('code', '=', code).executeTakeFirst())?.id,
    createdAtMs: async (id: string) =>
      (await db.selectFrom('watch_sessions').select('created_at_ms').where('id', '=', id).executeTakeFirst())
        ?.created_at_ms ?? 0,
    updatedAtMs: async (id: string): Promise<number> =>
      (await db.selectFrom('watch_sessions').select('updated_at_ms').where('id', '=', id).executeTakeFirst())
        ?.updated_at_ms ?? 0,
    /** The newest open ones that this person belongs to. */
    openOf: (memberId: string, limit: number) =>
      db
        .selectFrom('watch_sessions')
        .innerJoin('watch_session_members', 'session_id', 'id')
        .select('id')
        .where('member_id', '=', memberId)
        .where('kicked_at_ms', 'is', null)
        .where('status', '=', 'open')
        .orderBy('updated_at_ms', 'desc')
        .limit(limit)
        .execute(),
    /** Parties that nobody has touched for long are over. */
    endIdle: (beforeMs: number) =>
      db
        .updateTable('watch_sessions')
        .set({ status: 'ended', playing: 0, waiting: 0 })
        .where('status', '=', 'open')
        .where('updated_at_ms', '<', beforeMs)
        .execute(),
    addMessage: (sessionId: string, message: ChatMessage) =>
      db
        .insertInto('watch_session_messages')
        .values({
          id: message.id,
          session_id: sessionId,
          member_id: message.memberId,
          name: message.name,
          text: message.text,
          position_seconds: message.positionSeconds,
          sent_at_ms: message.sentAtMs,
        })
        .execute(),
    messages: async (sessionId: string): Promise<ChatMessage[]> => {
      const rows = await db
        .selectFrom('watch_session_messages')
        .selectAll()
        .where('session_id', '=', sessionId)
        .orderBy('id', 'desc')
        .limit(CHAT_SHOWN)
        .execute()
      return rows.toReversed().map((row) => ({
        id: row.id,
        memberId: row.member_id,
        name: row.name,
        text: row.text,
        positionSeconds: row.position_seconds,
        sentAtMs: row.sent_at_ms,
      }))
    },
  }
}
export type PartyStore = ReturnType<typeof createPartyStore>
