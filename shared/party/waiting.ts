// Who holds a party up and for how long (pure): starts that wait, members that run dry. SPEC.md, PW.
import type { Cause } from './protocol.ts'
import { type Member, type Outcome, type Room, change, done, here, isDry, nowPosition } from './room.ts'
import { leadMs } from './timeline.ts'

/** Even "wait for all" ends: one dead member must not stop a group for good (PW2). */
export const WAIT_ALL_SECONDS = 60

/** Of those waited for, as many are named to everybody; the others are counted. */
const MAX_SHOWN = 12

/** When what is decided now takes effect for all (PA3). */
export const dueAtMs = (room: Room, nowMs: number): number =>
  nowMs + leadMs(here(room).reduce((most, m) => Math.max(most, m.roundTripMs), 0))

const isLate = (room: Room, m: Member): boolean =>
  m.connections.length > 0 && !m.lagging && (m.readySeq < room.positionSeq || isDry(m))

const shown = (late: readonly Member[]) => ({
  memberIds: late.slice(0, MAX_SHOWN).map((m) => m.id),
  count: late.length,
})

/** Starts now, a little ahead, or waits first for those who are not ready (SPEC PW). */
export function start(room: Room, nowMs: number): Room {
  const { wait, waitSeconds } = room.state
  const late = wait === 'never' ? [] : here(room).filter((m) => isLate(room, m))
  if (late.length === 0)
    return change(room, { playing: true, atServerMs: dueAtMs(room, nowMs), waiting: null })
  const members = { ...room.members }
  for (const m of Object.values(members))
    if (m.awaited !== late.includes(m)) members[m.id] = { ...m, awaited: !m.awaited }
  const limitSeconds = wait === 'all' ? WAIT_ALL_SECONDS : waitSeconds
  const waiting = { ...shown(late), sinceMs: nowMs, untilMs: nowMs + limitSeconds * 1000 }
  return change({ ...room, members }, { playing: false, atServerMs: nowMs, waiting })
}

/**
 * Somebody of those waited for came, left or ran out of time. Who is still waited for is told at the next tick:
 * of a thousand who get ready one by one, not each is worth a new state for all.
 */
export function settleWaiting(
  room: Room,
  nowMs: number,
  isTick = false,
): { room: Room; cause: Cause | null } {
  const { waiting } = room.state
  if (!waiting) return { room, cause: null }
  const late = Object.values(room.members).filter((m) => m.awaited && isLate(room, m))
  if (late.length > 0 && nowMs < waiting.untilMs) {
    if (!isTick || late.length === waiting.count) return { room, cause: null }
    const fewer = { ...waiting, ...shown(late) }
    return { room: change(room, { waiting: fewer }), cause: { memberId: null, type: 'wait' } }
  }
  const members = { ...room.members }
  for (const m of late) members[m.id] = { ...m, lagging: true }
  const at = { playing: true, atServerMs: dueAtMs(room, nowMs), waiting: null }
  return { room: change({ ...room, members }, at), cause: { memberId: null, type: 'resume' } }
}

export const settled = (room: Room, nowMs: number): Outcome => {
  const next = settleWaiting(room, nowMs)
  return done(next.room, next.cause)
}

/** Playback rests, for whoever ran dry, until that one is ready or the time is up. */
export function holdFor(room: Room, member: Member, nowMs: number): Outcome {
  const { state } = room
  const holds = state.playing && state.wait !== 'never' && !member.lagging && nowMs >= state.atServerMs
  if (!holds) return settled(room, nowMs)
  const rest = { playing: false, positionSeconds: nowPosition(state, nowMs), atServerMs: nowMs }
  return done(start(change(room, rest), nowMs), { memberId: member.id, type: 'wait' })
}
