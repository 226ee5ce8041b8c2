// The party's decisions (pure): a room, what happened and when, to the next room or a refusal. See SPEC.md.
import { runCommand } from './commands.ts'
import {
  HOST_GRACE_MS,
  disconnect,
  giveRole,
  join,
  kick,
  leave,
  lose,
  replaceLostHost,
} from './membership.ts'
import {
  type EventOf,
  type Member,
  type Outcome,
  type Room,
  type RoomEvent,
  change,
  done,
  here,
  may,
  nowPosition,
  refuse,
} from './room.ts'
import { reports } from './reports.ts'
import { settleWaiting } from './waiting.ts'

/** Nobody is there: playback stops where the last one left it (SPEC PE1). */
export const EMPTY_GRACE_MS = 30_000

function settings(room: Room, event: EventOf<'settings'>, nowMs: number): Outcome {
  if (!may(room, event.memberId, 'door'))
    return refuse('not-allowed', 'Only the host and moderators may change this.')
  const next = change(room, event.settings)
  return done(settleWaiting(next, nowMs).room, { memberId: event.memberId, type: 'settings' })
}

/** Playback stands still where it is. */
const atRest = (room: Room, nowMs: number, atMs = nowMs) => ({
  playing: false,
  waiting: null,
  positionSeconds: nowPosition(room.state, atMs),
  atServerMs: nowMs,
})

function end(room: Room, { memberId }: EventOf<'end'>, nowMs: number): Outcome {
  if (memberId !== room.founderId && !may(room, memberId, 'end'))
    return refuse('not-allowed', 'Only the host ends a party.')
  return done(change(room, { ended: true, ...atRest(room, nowMs) }), { memberId, type: 'end' })
}

const lastSeenOf = (members: readonly Member[]): number =>
  members.reduce((latest, m) => Math.max(latest, m.lastSeenMs), 0)

function tick(room: Room, nowMs: number): Outcome {
  const { state } = room
  if (here(room).length === 0) {
    const lastSeenMs = lastSeenOf(Object.values(room.members))
    if (!(state.playing || state.waiting) || nowMs - lastSeenMs < EMPTY_GRACE_MS) return done(room)
    return done(change(room, atRest(room, nowMs, lastSeenMs), true), { memberId: null, type: 'wait' })
  }
  const next = replaceLostHost(room, nowMs)
  if (next !== room) return done(next, { memberId: next.state.hostId, type: 'host' })
  const settled = settleWaiting(room, nowMs, true)
  return done(settled.room, settled.cause)
}

/** When a tick has something to do in this room, as far as it is known now. */
export function dueMs(room: Room): number {
  const { state } = room
  if (state.waiting) return 0
  const host = room.members[state.hostId]
  const present = here(room)
  if (present.length === 0)
    return state.playing ? lastSeenOf(Object.values(room.members)) + EMPTY_GRACE_MS : Infinity
  return host && host.connections.length > 0 ? Infinity : (host?.lastSeenMs ?? 0) + HOST_GRACE_MS
}

export function reduce(room: Room, event: RoomEvent, nowMs: number): Outcome {
  if (room.state.ended) return refuse('party-ended', 'This party is over.')
  switch (event.type) {
    case 'join':
      return join(room, event, nowMs)
    case 'disconnect':
      return disconnect(room, event, nowMs)
    case 'leave':
      return leave(room, event, nowMs)
    case 'command':
      return runCommand(room, event, nowMs)
    case 'reports':
      return reports(room, event, nowMs)
    case 'lost':
      return lose(room, event, nowMs)
    case 'role':
      return giveRole(room, event)
    case 'kick':
      return kick(room, event, nowMs)
    case 'settings':
      return settings(room, event, nowMs)
    case 'end':
      return end(room, event, nowMs)
    case 'tick':
      return tick(room, nowMs)
  }
}
