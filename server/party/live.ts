// The parties with connections to this process: it ticks them, tells members of each other, and heals what a crash left.
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { MemberView, ServerEvents } from '#shared/party/protocol.ts'
import { dueMs } from '#shared/party/reduce.ts'
import { type Report, type Room, memberView } from '#shared/party/room.ts'
import { Problem } from '../platform/problem.ts'
import type { Peers } from './peers.ts'
import { BIG_PARTY, type RoomChange, type Rooms } from './rooms.ts'

/** One connection's place in a party, as `socket.ts` holds it. */
export type Seat = {
  partyId: string
  memberId: string
  name: string
  isGuest: boolean
  /** By this name the room knows the connection. */
  connection: string
}

export type Measured = Pick<MemberView, 'driftMs' | 'bufferedSeconds' | 'roundTripMs' | 'uncertaintyMs'>

/** Other processes and lost connections are looked after this often; own changes are known at once. */
const LOOK_MS = 2000
/** Members told of in one message: a thousand must not hear of a thousand all the time. */
const MAX_PRESENCE = 40
/** Hundreds of parties at once would keep commands waiting: after so many messages these have their turn. */
const TOLD_PER_TURN = 100
/** Drift and buffers are told this often, and of a big party everything: each message goes to all. */
const ROUND_MS = 2000

const UNMEASURED: Measured = {
  driftMs: null,
  bufferedSeconds: null,
  roundTripMs: null,
  uncertaintyMs: null,
}

type Here = {
  seats: Map<string, Seat>
  measured: Map<string, Measured>
  /** Round trips that the room does not know yet. */
  roundTrips: Map<string, number>
  /** Came, went, got ready: told at once. What they measured is told in rounds. */
  dirty: Set<string>
  reported: Set<string>
  gone: Set<string>
  lookAtMs: number
  /** When the next round is due. */
  presenceAtMs: number
}

export type LiveDeps = {
  rooms: Rooms
  peers: Peers
  nowMs: () => number
  tell: (partyId: string, presence: ServerEvents['presence']) => void
}

export function createLive({ rooms, peers, nowMs, tell }: LiveDeps) {
  const live = new Map<string, Here>()

  const hereOf = (partyId: string): Here => {
    const known = live.get(partyId)
    if (known) return known
    const made: Here = {
      seats: new Map(),
      measured: new Map(),
      roundTrips: new Map(),
      dirty: new Set(),
      reported: new Set(),
      gone: new Set(),
      // Not all parties at the same moment.
      lookAtMs: nowMs() + Math.random() * LOOK_MS,
      presenceAtMs: nowMs() + Math.random() * ROUND_MS,
    }
    live.set(partyId, made)
    return made
  }

  /** What this process cannot know of a member of another one is left out. */
  const viewOf = (room: Room, memberId: string) => {
    const member = room.members[memberId]
    return member && { ...memberView(room, member), ...live.get(room.state.partyId)?.measured.get(memberId) }
  }

  /** Connections of processes that are gone leave; own ones that the room has forgotten come back. */
  async function look(partyId: string, here: Here): Promise<void> {
    const room = await rooms.read(partyId)
    if (!room) throw new Problem('party-not-found')
    const connections = Object.values(room.members).flatMap((m) => m.connections)
    const lost = connections.filter((c) => peers.isLost(c) || (peers.isOwn(c) && !here.seats.has(c)))
    if (lost.length > 0) await rooms.change(partyId, { type: 'lost', connections: lost })
    const known = new Set(connections)
    for (const { connection, memberId: id, name, isGuest } of here.seats.values())
      if (!known.has(connection) && room.members[id])
        await rooms.change(partyId, { type: 'join', member: { id, name, isGuest }, connection })
  }

  async function tick(partyId: string, here: Here): Promise<void> {
    const now = nowMs()
    if (now >= here.lookAtMs) {
      here.lookAtMs = now + LOOK_MS
      await look(partyId, here)
    }
    const trips = [...here.roundTrips]
    here.roundTrips.clear()
    await Promise.all(
      trips.map(([memberId, roundTripMs]) =>
        rooms.report(partyId, { type: 'measured', memberId, roundTripMs } satisfies Report),
      ),
    )
    const room = rooms.seen(partyId)
    if (!room || dueMs(room) <= now) await rooms.change(partyId, { type: 'tick' })
  }

  return {
    /** Before the join is decided, so that what it changes is told to this process's members too. */
    sit: (seat: Seat): void => void hereOf(seat.partyId).seats.set(seat.connection, seat),
    stand: (seat: Seat): void => void live.get(seat.partyId)?.seats.delete(seat.connection),
    isHeld: (partyId: string): boolean => (live.get(partyId)?.seats.size ?? 0) > 0,
    ids: (): string[] => [...live.keys()],
    counts: () => ({
      parties: live.size,
      members: [...live.values()].reduce((sum, here) => sum + here.seats.size, 0),
    }),
    forget: (partyId: string): void => void live.delete(partyId),

    note({ partyId, before, room }: RoomChange): void {
      const here = live.get(partyId)
      if (!here) return
      const hasMoved = room.positionSeq !== before.positionSeq
      for (const member of Object.values(room.members))
        if (hasMoved || before.members[member.id] !== member) here.dirty.add(member.id)
      for (const id of Object.keys(before.members)) {
        if (room.members[id]) continue
        here.gone.add(id)
        here.measured.delete(id)
      }
    },

    measured({ partyId, memberId }: Seat, measured: Measured): void {
      const here = live.get(partyId)
      if (!here) return
      here.measured.set(memberId, measured)
      here.reported.add(memberId)
      if (measured.roundTripMs !== null) here.roundTrips.set(memberId, measured.roundTripMs)
    },

    /** Of a big party the first ones; the others come by with what they report. */
    viewsFor(room: Room, memberId: string): MemberView[] {
      const rank = (id: string): number => {
        const member = room.members[id]
        if (id === memberId || member?.role === 'host') return 0
        return (member?.connections.length ?? 0) === 0 ? 3 : member?.role === 'moderator' ? 1 : 2
      }
      let ids = Object.keys(room.members)
      if (ids.length > 2 * MAX_PRESENCE)
        ids = ids.toSorted((a, b) => rank(a) - rank(b)).slice(0, 2 * MAX_PRESENCE)
      return ids
        .map((id) => viewOf(room, id))
        .filter((m) => m !== undefined)
        .map((m) => ({ ...UNMEASURED, ...m }))
    },

    async tickAll(): Promise<void> {
      for (const [partyId, here] of live)
        await tick(partyId, here).catch((error: unknown) => {
          if (!(error instanceof Problem)) throw error
          if (error.code === 'party-ended' || error.code === 'party-not-found') live.delete(partyId)
        })
    },

    async sendPresence(): Promise<void> {
      let told = 0
      for (const [partyId, here] of live) {
        if (told >= TOLD_PER_TURN) {
          told = 0
          await nextTurn()
        }
        if (here.dirty.size + here.reported.size + here.gone.size === 0) continue
        const room = await rooms.read(partyId)
        if (!room) continue
        const now = nowMs()
        const isRound = now >= here.presenceAtMs
        if (!isRound && Object.keys(room.members).length > BIG_PARTY) continue
        if (isRound) {
          here.presenceAtMs = now + ROUND_MS
          for (const id of here.reported) here.dirty.add(id)
          here.reported.clear()
        }
        const ids = [...here.dirty].slice(0, MAX_PRESENCE)
        const gone = [...here.gone]
        if (ids.length + gone.length === 0) continue
        for (const id of ids) here.dirty.delete(id)
        here.gone.clear()
        told += here.seats.size
        tell(partyId, { changed: ids.map((id) => viewOf(room, id)).filter((m) => m !== undefined), gone })
      }
    },

    /** Parties with nobody connected here are not ticked any more, once playback rests. */
    async letGo(): Promise<void> {
      for (const [partyId, here] of live) {
        if (here.seats.size > 0) continue
        const room = await rooms.read(partyId)
        if (!room || (!room.state.playing && !room.state.waiting)) live.delete(partyId)
      }
    },
  }
}
export type Live = ReturnType<typeof createLive>
