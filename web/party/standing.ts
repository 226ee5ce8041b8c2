// How well a member is in step, in one word and one number (pure).
import type { MemberView, PartyState } from '#shared/party/protocol.ts'

/** Two members this far from the room each are not seen apart by anybody. */
export const IN_STEP_MS = 40

export type Standing =
  | { kind: 'away' | 'loading' | 'ready' | 'notReady' | 'watching' }
  | { kind: 'inStep' | 'behind' | 'ahead'; driftMs: number }

export function standingOf(member: MemberView, state: PartyState): Standing {
  if (!member.connected) return { kind: 'away' }
  if (member.buffering) return { kind: 'loading' }
  if (!state.playing) return { kind: member.ready ? 'ready' : 'notReady' }
  if (member.driftMs === null) return { kind: 'watching' }
  const driftMs = Math.round(member.driftMs)
  if (Math.abs(driftMs) <= IN_STEP_MS) return { kind: 'inStep', driftMs }
  return { kind: driftMs > 0 ? 'behind' : 'ahead', driftMs }
}

/** The room as a whole, said only when it is measured: the widest gap, or how many are out of step. */
export function roomStanding(
  members: readonly MemberView[],
  state: PartyState,
):
  | { kind: 'resting' | 'measuring' }
  | { kind: 'inStep'; withinMs: number }
  | { kind: 'notInStep'; count: number } {
  if (!state.playing) return { kind: 'resting' }
  const here = members.filter((m) => m.connected).map((m) => standingOf(m, state))
  const out = here.filter((s) => s.kind === 'behind' || s.kind === 'ahead' || s.kind === 'loading').length
  if (out > 0) return { kind: 'notInStep', count: out }
  const drifts = here.flatMap((s) => (s.kind === 'inStep' ? [s.driftMs] : []))
  if (drifts.length === 0 || drifts.length < here.length) return { kind: 'measuring' }
  return { kind: 'inStep', withinMs: Math.max(...drifts, 0) - Math.min(...drifts, 0) }
}
