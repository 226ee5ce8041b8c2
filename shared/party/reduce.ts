// The party's decisions (pure): a room, what happened and when, to the next room or a refusal. See SPEC.md.
import { runCommand } from './commands.ts'
import { disconnect, giveRole, join, kick, leave, replaceLostHost } from './membership.ts'
import {
  type EventOf,
  type Outcome,
  type Room,
  type RoomEvent,
  change,
  done,
  here,
  may,
  nowPosition,
  refuse,
  withMember,
} from './room.ts'
import { buffering, ready, settleWaiting, settled } from './waiting.ts'

/** Nobody is there: playback stops where the last one left it (SPEC PE1). */
export const EMPTY_GRACE_MS = 30_000

function measured(room: Room, { memberId, roundTripMs }: EventOf<'measured'>): Outcome {
  const member = room.members[memberId]
  // A tenth of a change is noise: not worth a new document.
  if (!member || Math.abs(member.roundTripMs - roundTripMs) <= Math.max(5, member.roundTripMs / 10))
    return done(room)
  return done(withMember(room, { ...member, roundTripMs }))
}

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

function tick(room: Room, nowMs: number): Outcome {
  const { state } = room
  if (here(room).length === 0) {
    const lastSeenMs = Math.max(0, ...Object.values(room.members).map((m) => m.lastSeenMs))
    if (!(state.playing || state.waiting) || nowMs - lastSeenMs < EMPTY_GRACE_MS) return done(room)
    return done(change(room, atRest(room, nowMs, lastSeenMs), true), { memberId: null, type: 'wait' })
  }
  const next = replaceLostHost(room, nowMs)
  if (next !== room) return done(next, { memberId: next.state.hostId, type: 'host' })
  return settled(room, nowMs)
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
    case 'ready':
      return ready(room, event, nowMs)
    case 'buffering':
      return buffering(room, event, nowMs)
    case 'measured':
      return measured(room, event)
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
