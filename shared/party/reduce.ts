// The party's decisions (pure): a room, what happened and when, to the next room or a refusal. See SPEC.md.
import type { ProblemCode } from '../problems.ts'
import type { Cause, Command, MemberView, PartyRole, PartyState, WaitPolicy } from './protocol.ts'
import { leadMs, positionAt } from './timeline.ts'

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
  buffering: boolean
  /** Was waited for to the limit: not waited for again before it is ready. */
  lagging: boolean
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

export type RoomEvent =
  | { type: 'join'; member: { id: string; name: string; isGuest: boolean }; connection: string }
  | { type: 'disconnect'; memberId: string; connection: string }
  | { type: 'leave'; memberId: string }
  | { type: 'command'; memberId: string; command: Command; title?: LoadedTitle }
  | { type: 'ready'; memberId: string; seq: number }
  | { type: 'buffering'; memberId: string; seq: number; buffering: boolean }
  | { type: 'measured'; memberId: string; roundTripMs: number }
  | { type: 'role'; memberId: string; targetId: string; role: PartyRole }
  | { type: 'kick'; memberId: string; targetId: string }
  | { type: 'settings'; memberId: string; settings: Settings }
  | { type: 'end'; memberId: string }
  | { type: 'tick' }

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

/** How long a lost host keeps the role (SPEC PH1), and how long the founder may come back to it (PH3). */
export const HOST_GRACE_MS = 30_000
export const HOST_RETURN_MS = 600_000
/** Nobody is there: playback stops where the last one left it. */
export const EMPTY_GRACE_MS = 30_000
/** Even "wait for all" ends: one dead member must not stop a group for good (PW3). */
export const WAIT_ALL_SECONDS = 60
export const MAX_MEMBERS = 2000
const MAX_CONNECTIONS = 8
const RECENT_COMMANDS = 64

export type Permission = 'control' | 'title' | 'door' | 'kick' | 'role' | 'end'

/** Roles × permissions, one table (SPEC PR). */
export function may(room: Room, memberId: string, permission: Permission): boolean {
  const member = room.members[memberId]
  if (!member) return false
  if (member.role === 'host') return true
  if (member.role === 'moderator') return permission !== 'role' && permission !== 'end'
  return permission === 'control' && room.state.control === 'everyone'
}

export const memberView = (room: Room, member: Member): MemberView => ({
  id: member.id,
  name: member.name,
  isGuest: member.isGuest,
  role: member.role,
  connected: member.connections.length > 0,
  ready: member.readySeq >= room.positionSeq,
  buffering: member.buffering,
  driftMs: null,
  bufferedSeconds: null,
  roundTripMs: null,
  uncertaintyMs: null,
  joinedAtMs: member.joinedAtMs,
})

const refuse = (code: ProblemCode, detail: string): Outcome => ({ ok: false, code, detail })
const done = (room: Room, cause: Cause | null = null): Outcome => ({ ok: true, room, cause })

const here = (room: Room): Member[] => Object.values(room.members).filter((m) => m.connections.length > 0)
const withMember = (room: Room, member: Member): Room => ({
  ...room,
  members: { ...room.members, [member.id]: member },
})

const slowestMs = (room: Room): number => here(room).reduce((most, m) => Math.max(most, m.roundTripMs), 0)

/** A new state; `moved` when every member has to find its frame anew. */
function change(room: Room, patch: Partial<PartyState>, moved = false): Room {
  const seq = room.state.seq + 1
  return { ...room, state: { ...room.state, ...patch, seq }, ...(moved && { positionSeq: seq }) }
}

const nowPosition = (state: PartyState, nowMs: number): number =>
  positionAt(state, nowMs, state.durationSeconds)

const unready = (room: Room): Member[] =>
  here(room).filter((m) => !m.lagging && (m.readySeq < room.positionSeq || m.buffering))

/** Starts now, a little ahead, or waits first for those who are not ready (SPEC PW). */
function start(room: Room, nowMs: number): Room {
  const { wait, waitSeconds } = room.state
  const late = wait === 'never' ? [] : unready(room)
  if (late.length === 0)
    return change(room, { playing: true, atServerMs: nowMs + leadMs(slowestMs(room)), waiting: null })
  const limitSeconds = wait === 'all' ? WAIT_ALL_SECONDS : waitSeconds
  const waiting = { memberIds: late.map((m) => m.id), sinceMs: nowMs, untilMs: nowMs + limitSeconds * 1000 }
  return change(room, { playing: false, atServerMs: nowMs, waiting })
}

/** Somebody of those waited for came, left or ran out of time. */
function settleWaiting(room: Room, nowMs: number): { room: Room; cause: Cause | null } {
  const { waiting } = room.state
  if (!waiting) return { room, cause: null }
  const late = unready(room).filter((m) => waiting.memberIds.includes(m.id))
  if (late.length > 0 && nowMs < waiting.untilMs) {
    if (late.length === waiting.memberIds.length) return { room, cause: null }
    const shorter = { ...waiting, memberIds: late.map((m) => m.id) }
    return { room: change(room, { waiting: shorter }), cause: { memberId: null, type: 'wait' } }
  }
  const members = { ...room.members }
  for (const m of late) members[m.id] = { ...m, lagging: true }
  const at = { playing: true, atServerMs: nowMs + leadMs(slowestMs(room)), waiting: null }
  return { room: change({ ...room, members }, at), cause: { memberId: null, type: 'resume' } }
}

const settled = (room: Room, nowMs: number): Outcome => {
  const next = settleWaiting(room, nowMs)
  return done(next.room, next.cause)
}

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

function join(room: Room, event: Extract<RoomEvent, { type: 'join' }>, nowMs: number): Outcome {
  const { id, name, isGuest } = event.member
  const known = room.members[id]
  if (!known && room.state.locked && id !== room.founderId)
    return refuse('party-locked', 'The host has locked this party. Ask the host to open it.')
  if (!known && Object.keys(room.members).length >= MAX_MEMBERS)
    return refuse('party-full', `A party holds at most ${MAX_MEMBERS} members.`)
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
        id,
        name,
        isGuest,
        role: id === room.state.hostId ? 'host' : 'member',
        connections,
        joinedAtMs: nowMs,
        lastSeenMs: nowMs,
        readySeq: 0,
        buffering: false,
        lagging: false,
        roundTripMs: 0,
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

function gone(room: Room, memberId: string, nowMs: number, connections: string[]): Room {
  const member = room.members[memberId]
  if (!member) return room
  return withMember(room, { ...member, connections, lastSeenMs: nowMs, buffering: false })
}

function runCommand(room: Room, event: Extract<RoomEvent, { type: 'command' }>, nowMs: number): Outcome {
  const { command, memberId } = event
  const { state } = room
  if (room.recentCommandIds.includes(command.commandId))
    return { ok: true, room, cause: null, repeated: true }
  if (!may(room, memberId, command.type === 'load' ? 'title' : 'control'))
    return refuse('not-allowed', 'Only the host and moderators control playback in this party.')
  if (command.baseSeq > state.seq)
    return refuse('invalid-request', 'The command is based on a state that does not exist yet.')
  if (command.baseSeq < room.commandSeq)
    return refuse(
      'stale-command',
      'Somebody else changed playback first. Look again and repeat if you still want it.',
    )
  const next = applyCommand(room, event, nowMs)
  return done(
    {
      ...next,
      commandSeq: next.state.seq,
      recentCommandIds: [...room.recentCommandIds, command.commandId].slice(-RECENT_COMMANDS),
    },
    { memberId, type: command.type },
  )
}

function applyCommand(
  room: Room,
  { command, title }: Extract<RoomEvent, { type: 'command' }>,
  nowMs: number,
): Room {
  const { state } = room
  const wantsPlaying = state.playing || state.waiting !== null
  switch (command.type) {
    case 'play': {
      if (wantsPlaying) return change(room, {})
      const atEnd = state.durationSeconds !== null && state.positionSeconds >= state.durationSeconds - 0.1
      return start(atEnd ? change(room, { positionSeconds: 0 }, true) : room, nowMs)
    }
    case 'pause': {
      const still = {
        playing: false,
        waiting: null,
        positionSeconds: nowPosition(state, nowMs),
        atServerMs: nowMs,
      }
      return change(room, still, state.playing)
    }
    case 'seek': {
      const positionSeconds =
        state.durationSeconds === null
          ? command.positionSeconds
          : Math.min(command.positionSeconds, state.durationSeconds)
      const at = { positionSeconds, atServerMs: nowMs, playing: false, waiting: null }
      const sought = change(room, at, true)
      return wantsPlaying ? start(sought, nowMs) : sought
    }
    case 'rate':
      return change(room, { rate: command.rate, ...rebased(state, nowMs) })
    case 'load':
      return change(
        room,
        { ...title, positionSeconds: 0, atServerMs: nowMs, playing: false, waiting: null },
        true,
      )
  }
}

/** A start that is still to come keeps its time. */
const rebased = (state: PartyState, nowMs: number): Partial<PartyState> =>
  nowMs < state.atServerMs ? {} : { positionSeconds: nowPosition(state, nowMs), atServerMs: nowMs }

function buffering(room: Room, event: Extract<RoomEvent, { type: 'buffering' }>, nowMs: number): Outcome {
  const member = room.members[event.memberId]
  if (!member) return done(room)
  if (!event.buffering) {
    const well = withMember(room, { ...member, buffering: false, lagging: false, readySeq: room.positionSeq })
    return settled(well, nowMs)
  }
  if (event.seq < room.positionSeq) return done(room)
  const stuck = withMember(room, { ...member, buffering: true })
  const { state } = room
  const holds = state.playing && state.wait !== 'never' && !member.lagging && nowMs >= state.atServerMs
  if (!holds) return done(stuck)
  const still = change(stuck, {
    playing: false,
    positionSeconds: nowPosition(state, nowMs),
    atServerMs: nowMs,
  })
  return done(start(still, nowMs), { memberId: member.id, type: 'wait' })
}

function tick(room: Room, nowMs: number): Outcome {
  const { state } = room
  const host = room.members[state.hostId]
  const present = here(room)
  if (present.length === 0) {
    const lastSeenMs = Math.max(0, ...Object.values(room.members).map((m) => m.lastSeenMs))
    if (!(state.playing || state.waiting) || nowMs - lastSeenMs < EMPTY_GRACE_MS) return done(room)
    const still = {
      playing: false,
      waiting: null,
      positionSeconds: nowPosition(state, lastSeenMs),
      atServerMs: nowMs,
    }
    return done(change(room, still, true), { memberId: null, type: 'wait' })
  }
  if ((!host || host.connections.length === 0) && nowMs - (host?.lastSeenMs ?? 0) >= HOST_GRACE_MS) {
    const next = handOver(room, nowMs)
    if (next !== room) return done(next, { memberId: next.state.hostId, type: 'host' })
  }
  return settled(room, nowMs)
}

export function reduce(room: Room, event: RoomEvent, nowMs: number): Outcome {
  if (room.state.ended) return refuse('party-ended', 'This party is over.')
  switch (event.type) {
    case 'join':
      return join(room, event, nowMs)
    case 'disconnect': {
      const left = room.members[event.memberId]?.connections.filter((c) => c !== event.connection) ?? []
      return settled(gone(room, event.memberId, nowMs, left), nowMs)
    }
    case 'leave': {
      const left = gone(room, event.memberId, nowMs, [])
      if (event.memberId !== room.state.hostId) return settled(left, nowMs)
      const next = handOver(left, nowMs)
      if (next === left) return done(left)
      return done(settleWaiting(next, nowMs).room, { memberId: next.state.hostId, type: 'host' })
    }
    case 'command':
      return runCommand(room, event, nowMs)
    case 'ready': {
      const member = room.members[event.memberId]
      if (!member || event.seq > room.state.seq || event.seq <= member.readySeq) return done(room)
      const ready = {
        ...member,
        readySeq: event.seq,
        ...(event.seq >= room.positionSeq && { lagging: false, buffering: false }),
      }
      return settled(withMember(room, ready), nowMs)
    }
    case 'buffering':
      return buffering(room, event, nowMs)
    case 'measured': {
      const member = room.members[event.memberId]
      // A tenth of a change is noise: not worth a new document.
      if (!member || Math.abs(member.roundTripMs - event.roundTripMs) <= Math.max(5, member.roundTripMs / 10))
        return done(room)
      return done(withMember(room, { ...member, roundTripMs: event.roundTripMs }))
    }
    case 'role': {
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
    case 'kick': {
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
    case 'settings': {
      if (!may(room, event.memberId, 'door'))
        return refuse('not-allowed', 'Only the host and moderators may change this.')
      const next = change(room, event.settings)
      return done(settleWaiting(next, nowMs).room, { memberId: event.memberId, type: 'settings' })
    }
    case 'end':
      if (event.memberId !== room.founderId && !may(room, event.memberId, 'end'))
        return refuse('not-allowed', 'Only the host ends a party.')
      return done(
        change(room, {
          ended: true,
          playing: false,
          waiting: null,
          positionSeconds: nowPosition(room.state, nowMs),
          atServerMs: nowMs,
        }),
        { memberId: event.memberId, type: 'end' },
      )
    case 'tick':
      return tick(room, nowMs)
  }
}
