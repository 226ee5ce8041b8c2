// Who belongs to a party (pure): joining, leaving, roles, removal, and the host's role passing on. SPEC.md, PH and PD.
import type { Cause } from './protocol.ts'
import {
  type EventOf,
  type Member,
  type Outcome,
  type Room,
  change,
  done,
  dryOf,
  here,
  may,
  newMember,
  refuse,
  withMember,
} from './room.ts'
import { settleWaiting, settled } from './waiting.ts'

/** How long a lost host keeps the role (SPEC PH1), and how long the founder may come back to it (PH3). */
export const HOST_GRACE_MS = 30_000
const HOST_RETURN_MS = 600_000
export const MAX_MEMBERS = 2000
const MAX_CONNECTIONS = 8

function setHost(room: Room, hostId: string): Room {
  const members: Record<string, Member> = {}
  for (const m of Object.values(room.members))
    members[m.id] =
      m.id === hostId ? { ...m, role: 'host' } : m.role === 'host' ? { ...m, role: 'moderator' } : m
  return change({ ...room, members }, { hostId })
}

/** Moderators first, people with an account before guests, then whoever came first (SPEC PH2). */
function nextHost(room: Room): Member | undefined {
  const rank = (m: Member) => (m.role === 'moderator' ? 0 : m.isGuest ? 2 : 1)
  return here(room)
    .filter((m) => m.id !== room.state.hostId)
    .toSorted((a, b) => rank(a) - rank(b) || a.joinedAtMs - b.joinedAtMs || (a.id < b.id ? -1 : 1))[0]
}

function handOver(room: Room, nowMs: number): Room {
  const next = nextHost(room)
  if (!next) return room
  const handedOverAtMs = room.state.hostId === room.founderId ? nowMs : room.handedOverAtMs
  return { ...setHost(room, next.id), handedOverAtMs }
}

/** Of a full party those are forgotten who left longest ago and have no role: guests who came once must not fill it for good. */
function withFreeSeat(room: Room): Room {
  const excess = Object.keys(room.members).length - (MAX_MEMBERS - 1)
  if (excess <= 0) return room
  const away = Object.values(room.members)
    .filter((m) => m.connections.length === 0 && m.role === 'member' && m.id !== room.founderId)
    .toSorted((a, b) => a.lastSeenMs - b.lastSeenMs)
  const members = { ...room.members }
  for (const m of away.slice(0, excess)) delete members[m.id]
  return { ...room, members }
}

export function join(before: Room, event: EventOf<'join'>, nowMs: number): Outcome {
  const { id, name, isGuest } = event.member
  const known = before.members[id]
  if (!known && before.state.locked && id !== before.founderId)
    return refuse('party-locked', 'The host has locked this party. Ask the host to open it.')
  const room = known ? before : withFreeSeat(before)
  if (!known && Object.keys(room.members).length >= MAX_MEMBERS)
    return refuse(
      'party-full',
      `${MAX_MEMBERS} people are in this party, more than fit. Try again when some have left.`,
    )
  const connections = [...(known?.connections ?? []), event.connection].slice(-MAX_CONNECTIONS)
  const member: Member = known
    ? {
        ...known,
        name,
        connections,
        lastSeenMs: nowMs,
        readySeq: known.connections.length > 0 ? known.readySeq : 0,
      }
    : {
        ...newMember({ id, name, isGuest, role: id === room.state.hostId ? 'host' : 'member' }, nowMs),
        connections,
      }
  const next = withMember(room, member)
  const returns =
    id === room.founderId &&
    room.state.hostId !== id &&
    room.handedOverAtMs !== null &&
    nowMs - room.handedOverAtMs <= HOST_RETURN_MS
  if (!returns) return done(next)
  return done({ ...setHost(next, id), handedOverAtMs: null }, { memberId: id, type: 'host' })
}

/** What is left of a member whose connections ended; what another tab has said of itself stays. */
const leftWith = (member: Member, connections: string[], nowMs: number): Member => ({
  ...member,
  connections,
  lastSeenMs: nowMs,
  dry: dryOf(member).filter((c) => connections.includes(c)),
})

function gone(room: Room, memberId: string, nowMs: number, connections: string[]): Room {
  const member = room.members[memberId]
  return member ? withMember(room, leftWith(member, connections, nowMs)) : room
}

export function disconnect(
  room: Room,
  { memberId, connection }: EventOf<'disconnect'>,
  nowMs: number,
): Outcome {
  const left = room.members[memberId]?.connections.filter((c) => c !== connection) ?? []
  return settled(gone(room, memberId, nowMs, left), nowMs)
}

export function leave(room: Room, { memberId }: EventOf<'leave'>, nowMs: number): Outcome {
  // Its own connection ended before: what is left is another tab or device, which watches on.
  if ((room.members[memberId]?.connections.length ?? 0) > 0) return done(room)
  const left = gone(room, memberId, nowMs, [])
  if (memberId !== room.state.hostId) return settled(left, nowMs)
  const next = handOver(left, nowMs)
  if (next === left) return done(left)
  return done(settleWaiting(next, nowMs).room, { memberId: next.state.hostId, type: 'host' })
}

/** Connections that ended without a word: their process was killed. */
export function lose(room: Room, { connections }: EventOf<'lost'>, nowMs: number): Outcome {
  const lost = new Set(connections)
  const members = { ...room.members }
  for (const m of here(room)) {
    const left = m.connections.filter((c) => !lost.has(c))
    if (left.length < m.connections.length) members[m.id] = leftWith(m, left, nowMs)
  }
  return settled({ ...room, members }, nowMs)
}

/** A host who is away for longer than the grace time. */
export function replaceLostHost(room: Room, nowMs: number): Room {
  const host = room.members[room.state.hostId]
  const isThere = host !== undefined && host.connections.length > 0
  return isThere || nowMs - (host?.lastSeenMs ?? 0) < HOST_GRACE_MS ? room : handOver(room, nowMs)
}

export function giveRole(room: Room, event: EventOf<'role'>): Outcome {
  const target = room.members[event.targetId]
  if (!may(room, event.memberId, 'role')) return refuse('not-allowed', 'Only the host gives out roles.')
  if (!target) return refuse('not-found', 'There is no such member.')
  if (target.role === event.role) return done(room)
  const cause: Cause = { memberId: event.memberId, type: 'host' }
  // The host who hands over on purpose does not get the role back by reconnecting.
  if (event.role === 'host') return done({ ...setHost(room, target.id), handedOverAtMs: null }, cause)
  if (target.role === 'host') return refuse('not-allowed', 'Make somebody else host first.')
  return done(withMember(room, { ...target, role: event.role }))
}

export function kick(room: Room, event: EventOf<'kick'>, nowMs: number): Outcome {
  const target = room.members[event.targetId]
  if (!may(room, event.memberId, 'kick'))
    return refuse('not-allowed', 'Only the host and moderators may remove people.')
  if (!target) return refuse('not-found', 'There is no such member.')
  if (target.role === 'host' || target.id === room.founderId)
    return refuse('not-allowed', 'The host cannot be removed.')
  const members = { ...room.members }
  delete members[target.id]
  return settled({ ...room, members }, nowMs)
}
