// Who holds a party up and for how long (pure): starts that wait, members that run dry. SPEC.md, PW.
import type { Cause } from './protocol.ts'
import {
  type EventOf,
  type Member,
  type Outcome,
  type Room,
  change,
  done,
  here,
  nowPosition,
  withMember,
} from './room.ts'
import { leadMs } from './timeline.ts'

/** Even "wait for all" ends: one dead member must not stop a group for good (PW2). */
export const WAIT_ALL_SECONDS = 60

const slowestMs = (room: Room): number => here(room).reduce((most, m) => Math.max(most, m.roundTripMs), 0)

const unready = (room: Room): Member[] =>
  here(room).filter((m) => !m.lagging && (m.readySeq < room.positionSeq || m.buffering))

/** Starts now, a little ahead, or waits first for those who are not ready (SPEC PW). */
export function start(room: Room, nowMs: number): Room {
  const { wait, waitSeconds } = room.state
  const late = wait === 'never' ? [] : unready(room)
  if (late.length === 0)
    return change(room, { playing: true, atServerMs: nowMs + leadMs(slowestMs(room)), waiting: null })
  const limitSeconds = wait === 'all' ? WAIT_ALL_SECONDS : waitSeconds
  const waiting = { memberIds: late.map((m) => m.id), sinceMs: nowMs, untilMs: nowMs + limitSeconds * 1000 }
  return change(room, { playing: false, atServerMs: nowMs, waiting })
}

/** Somebody of those waited for came, left or ran out of time. */
export function settleWaiting(room: Room, nowMs: number): { room: Room; cause: Cause | null } {
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

export const settled = (room: Room, nowMs: number): Outcome => {
  const next = settleWaiting(room, nowMs)
  return done(next.room, next.cause)
}

export function ready(room: Room, { memberId, seq }: EventOf<'ready'>, nowMs: number): Outcome {
  const member = room.members[memberId]
  if (!member || seq > room.state.seq || seq <= member.readySeq) return done(room)
  const isThere = seq >= room.positionSeq
  const next = { ...member, readySeq: seq, ...(isThere && { lagging: false, buffering: false }) }
  return settled(withMember(room, next), nowMs)
}

export function buffering(room: Room, event: EventOf<'buffering'>, nowMs: number): Outcome {
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
