// A party's room (pure): its members, what may happen to it, who may do what, and the steps all decisions are made of.
import type { ProblemCode } from '../problems.ts'
import type { Cause, Command, MemberChange, PartyRole, PartyState, WaitPolicy } from './protocol.ts'
import { positionAt } from './timeline.ts'

const DEFAULT_WAIT_SECONDS = 8

export type Member = {
  id: string
  name: string
  isGuest: boolean
  role: PartyRole
  /** Open connections of this member, by socket: one person with two tabs is one member. */
  connections: string[]
  joinedAtMs: number
  lastSeenMs: number
  /** The newest state whose frame this member could show at once. */
  readySeq: number
  /** Connections that ran dry; documents of an earlier version do not say. */
  dry?: string[]
  /** Was waited for to the limit: not waited for again before it is ready. */
  lagging: boolean
  /** Is waited for now: whoever comes while others are waited for is not. */
  awaited: boolean
  roundTripMs: number
}

export type Room = {
  state: PartyState
  members: Record<string, Member>
  /** Who made the party; gets the host's role back when coming back in time. */
  founderId: string
  /** When the founder's role passed on; null while the founder has it. */
  handedOverAtMs: number | null
  /** The newest state that a member's command made: older commands are stale, the server's own changes are not. */
  commandSeq: number
  /** The newest state that moved the position: readiness counts from it. */
  positionSeq: number
  recentCommandIds: string[]
}

/** What a member says of itself. Many come at once, so they are decided at once. */
export type Report = { memberId: string } & (
  | { type: 'ready'; connection: string; seq: number }
  | { type: 'buffering'; connection: string; seq: number; buffering: boolean }
  | { type: 'measured'; roundTripMs: number }
)

/** What happens to a room; one of them by its name: `EventOf<'join'>`. */
export type RoomEvent =
  | { type: 'join'; member: { id: string; name: string; isGuest: boolean }; connection: string }
  | { type: 'disconnect'; memberId: string; connection: string }
  | { type: 'leave'; memberId: string }
  | { type: 'command'; memberId: string; command: Command; title?: LoadedTitle }
  | { type: 'reports'; reports: Report[] }
  | { type: 'lost'; connections: string[] }
  | { type: 'role'; memberId: string; targetId: string; role: PartyRole }
  | { type: 'kick'; memberId: string; targetId: string }
  | { type: 'settings'; memberId: string; settings: Settings }
  | { type: 'end'; memberId: string }
  | { type: 'tick' }

export type EventOf<T extends RoomEvent['type']> = Extract<RoomEvent, { type: T }>

export type LoadedTitle = {
  titleId: string
  titleName: string
  fileId: string | null
  durationSeconds: number | null
}

export type Settings = {
  control?: 'host' | 'everyone'
  wait?: WaitPolicy
  waitSeconds?: number
  locked?: boolean
  /** The new code, already drawn. */
  code?: string
}

export type Outcome =
  | { ok: true; room: Room; cause: Cause | null; repeated?: boolean }
  | { ok: false; code: ProblemCode; detail: string }

export type Permission = 'control' | 'title' | 'door' | 'kick' | 'role' | 'end'

/** Roles × permissions, one table (SPEC PR). */
export function may(room: Room, memberId: string, permission: Permission): boolean {
  const member = room.members[memberId]
  if (!member) return false
  if (member.role === 'host') return true
  if (member.role === 'moderator') return permission !== 'role' && permission !== 'end'
  return permission === 'control' && room.state.control === 'everyone'
}

export const dryOf = ({ dry }: Member): string[] => dry ?? []
/** In one tab or on one device at least. */
export const isDry = (member: Member): boolean => dryOf(member).length > 0

export const memberView = (room: Room, member: Member): MemberChange => ({
  id: member.id,
  name: member.name,
  isGuest: member.isGuest,
  role: member.role,
  connected: member.connections.length > 0,
  ready: member.readySeq >= room.positionSeq,
  buffering: isDry(member),
  joinedAtMs: member.joinedAtMs,
})

export const refuse = (code: ProblemCode, detail: string): Outcome => ({ ok: false, code, detail })
export const done = (room: Room, cause: Cause | null = null): Outcome => ({ ok: true, room, cause })

/** Somebody who has just come; not connected yet. */
export const newMember = (
  person: Pick<Member, 'id' | 'name' | 'isGuest' | 'role'>,
  nowMs: number,
): Member => ({
  ...person,
  connections: [],
  joinedAtMs: nowMs,
  lastSeenMs: nowMs,
  readySeq: 0,
  dry: [],
  lagging: false,
  awaited: false,
  roundTripMs: 0,
})

/** A party that has just been made: nobody is connected, and nothing of the title has been watched. */
export const newRoom = (
  host: Pick<Member, 'id' | 'name'>,
  party: Pick<PartyState, 'partyId' | 'code' | 'control' | 'positionSeconds'> & LoadedTitle,
  nowMs: number,
): Room => ({
  state: {
    ...party,
    seq: 1,
    atServerMs: nowMs,
    rate: 1,
    playing: false,
    waiting: null,
    hostId: host.id,
    wait: 'bounded',
    waitSeconds: DEFAULT_WAIT_SECONDS,
    locked: false,
    ended: false,
  },
  members: { [host.id]: newMember({ id: host.id, name: host.name, isGuest: false, role: 'host' }, nowMs) },
  founderId: host.id,
  handedOverAtMs: null,
  commandSeq: 1,
  positionSeq: 1,
  recentCommandIds: [],
})

export const here = (room: Room): Member[] =>
  Object.values(room.members).filter((m) => m.connections.length > 0)
export const withMember = (room: Room, member: Member): Room => ({
  ...room,
  members: { ...room.members, [member.id]: member },
})

/** A new state; `moved` when every member has to find its frame anew. */
export function change(room: Room, patch: Partial<PartyState>, moved = false): Room {
  const seq = room.state.seq + 1
  return { ...room, state: { ...room.state, ...patch, seq }, ...(moved && { positionSeq: seq }) }
}

export const nowPosition = (state: PartyState, nowMs: number): number =>
  positionAt(state, nowMs, state.durationSeconds)
