// What members ask of playback (pure): play, pause, seek, speed, another title; stale and repeated ones. SPEC.md, PC.
import type { PartyState } from './protocol.ts'
import { type EventOf, type Outcome, type Room, change, done, may, nowPosition, refuse } from './room.ts'
import { isMovingAt, positionAt } from './timeline.ts'
import { dueAtMs, start } from './waiting.ts'

/** How far back a repeated command is known as one. */
const RECENT_COMMANDS = 64

export function runCommand(room: Room, event: EventOf<'command'>, nowMs: number): Outcome {
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

function applyCommand(room: Room, { command, title }: EventOf<'command'>, nowMs: number): Room {
  const { state } = room
  const wantsPlaying = state.playing || state.waiting !== null
  switch (command.type) {
    case 'play': {
      if (wantsPlaying) return change(room, {})
      // Taken back before the pause has come: nobody has stopped, so nobody is waited for.
      if (isMovingAt(state, nowMs)) return change(room, { playing: true, ...rebased(state, nowMs) })
      const atEnd = state.durationSeconds !== null && state.positionSeconds >= state.durationSeconds - 0.1
      return start(atEnd ? change(room, { positionSeconds: 0 }, true) : room, nowMs)
    }
    case 'pause': {
      if (!wantsPlaying) return change(room, {})
      // What does not move yet stays where it is.
      const atServerMs = isMovingAt(state, nowMs) ? dueAtMs(room, nowMs) : nowMs
      const positionSeconds = positionAt(state, atServerMs, state.durationSeconds)
      return change(room, { playing: false, waiting: null, positionSeconds, atServerMs }, state.playing)
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
      // A start or a pause that is still to come keeps its time.
      return change(room, { rate: command.rate, ...(nowMs >= state.atServerMs && rebased(state, nowMs)) })
    case 'load':
      return change(
        room,
        { ...title, positionSeconds: 0, atServerMs: nowMs, playing: false, waiting: null },
        true,
      )
  }
}

const rebased = (state: PartyState, nowMs: number): Partial<PartyState> => ({
  positionSeconds: nowPosition(state, nowMs),
  atServerMs: nowMs,
})
