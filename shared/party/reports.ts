// What members say of themselves (pure): ready, run dry, how long the way is. A thousand at once are one step.
import {
  type EventOf,
  type Member,
  type Outcome,
  type Report,
  type Room,
  done,
  dryOf,
  isDry,
} from './room.ts'
import { holdFor, settled } from './waiting.ts'

const without = (member: Member, connection: string): string[] =>
  dryOf(member).filter((c) => c !== connection)

/** The member after its report; the same object when that changes nothing. */
function told(room: Room, member: Member, report: Report): Member {
  switch (report.type) {
    case 'ready': {
      if (report.seq > room.state.seq || report.seq <= member.readySeq) return member
      const isThere = report.seq >= room.positionSeq
      return {
        ...member,
        readySeq: report.seq,
        ...(isThere && { lagging: false, awaited: false, dry: without(member, report.connection) }),
      }
    }
    case 'buffering':
      if (!report.buffering) {
        const dry = without(member, report.connection)
        return { ...member, dry, lagging: false, awaited: dry.length > 0, readySeq: room.positionSeq }
      }
      // Of a connection that has ended meanwhile nobody would ever say that it is over.
      if (report.seq < room.positionSeq || !member.connections.includes(report.connection)) return member
      return dryOf(member).includes(report.connection)
        ? member
        : { ...member, dry: [...dryOf(member), report.connection] }
    case 'measured': {
      // A tenth of a change is noise: not worth a new document.
      const most = Math.max(5, member.roundTripMs / 10)
      return Math.abs(member.roundTripMs - report.roundTripMs) <= most
        ? member
        : { ...member, roundTripMs: report.roundTripMs }
    }
  }
}

export function reports(room: Room, event: EventOf<'reports'>, nowMs: number): Outcome {
  const members = { ...room.members }
  let ranDry: Member | null = null
  let isChanged = false
  for (const report of event.reports) {
    const member = members[report.memberId]
    if (!member) continue
    const next = told(room, member, report)
    if (next === member) continue
    isChanged = true
    members[member.id] = next
    if (isDry(next) && !isDry(member)) ranDry = next
  }
  if (!isChanged) return done(room)
  const next = { ...room, members }
  return ranDry ? holdFor(next, ranDry, nowMs) : settled(next, nowMs)
}
