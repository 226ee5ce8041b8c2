// Live room documents over coordination: read, change by compare-and-set, bring back from rows after a restart.
import { setImmediate as nextTurn, setTimeout as after } from 'node:timers/promises'
import type { Cause } from '#shared/party/protocol.ts'
import { reduce } from '#shared/party/reduce.ts'
import type { Outcome, Report, Room, RoomEvent } from '#shared/party/room.ts'
import { positionAt } from '#shared/party/timeline.ts'
import type { Coordination } from '../platform/coordination/coordination.ts'
import { Problem } from '../platform/problem.ts'
import type { PartyStore } from './store.ts'

const ROOM_TTL_MS = 24 * 3600_000
const MAX_TRIES = 50
/** While the server was away, time counts up to this long; after it playback rests where the server last was (SPEC PS2). */
export const OUTAGE_COUNTS_MS = 120_000
/** Parsed documents kept; the documents themselves live in coordination. */
const MAX_CACHED = 2000
/** Past this many changes that wait for their turn a party is too busy to take another one. */
const MAX_WAITING = 5000
export const BIG_PARTY = 100
const GATHER_MS = 40

const keyOf = (id: string): string => `party/${id}`

/** Applies the rule of PS2 to a room that comes back from its rows. */
export function revived(room: Room, updatedAtMs: number, nowMs: number): Room {
  const { state } = room
  // Every member finds its frame anew, but nobody is waited for: they have been watching all along.
  const next = { ...room, state: { ...state, seq: state.seq + 1 } }
  if (state.waiting)
    next.state.waiting = { ...state.waiting, sinceMs: nowMs, untilMs: nowMs + state.waitSeconds * 1000 }
  if (!state.playing || nowMs - updatedAtMs <= OUTAGE_COUNTS_MS) return next
  const positionSeconds = positionAt(state, updatedAtMs, state.durationSeconds)
  return {
    ...next,
    state: { ...next.state, playing: false, waiting: null, positionSeconds, atServerMs: nowMs },
  }
}

export type RoomsDeps = { coordination: Coordination; store: PartyStore; serverMs: () => number }
export type Changed = Extract<Outcome, { ok: true }> & { before: Room }
/** What several changes at once came to; the cause is the last one that a member made, if any did. */
export type RoomChange = { partyId: string; before: Room; room: Room; cause: Cause | null }

type Decide = (room: Room) => Outcome
type Asked = {
  decide: Decide
  resolve: (changed: Changed) => void
  reject: (error: unknown) => void
}

export function createRooms({ coordination, store, serverMs }: RoomsDeps) {
  const parsed = new Map<string, { version: number; value: string; room: Room }>()
  const queues = new Map<string, Asked[]>()
  const gathering = new Map<string, { reports: Report[]; answer: Promise<void> }>()
  let onChanged: (change: RoomChange) => Promise<void> = async () => {}

  const remember = (id: string, version: number, value: string, room: Room): void => {
    parsed.delete(id)
    parsed.set(id, { version, value, room })
    const oldest = parsed.size > MAX_CACHED ? parsed.keys().next().value : undefined
    if (oldest !== undefined) parsed.delete(oldest)
  }

  const readRoom = async (id: string): Promise<{ version: number; room: Room } | null> => {
    const found = await coordination.read(keyOf(id))
    if (found) {
      const known = parsed.get(id)
      // The text too: versions count from one again when coordination has lost its memory.
      if (known?.version === found.version && known.value === found.value) return known
      const room = JSON.parse(found.value) as Room
      remember(id, found.version, found.value, room)
      return { version: found.version, room }
    }
    const stored = await store.byId(id)
    if (!stored) return null
    const room = stored.room.state.ended ? stored.room : revived(stored.room, stored.updatedAtMs, serverMs())
    // An ended one is answered from its rows and not kept alive.
    if (room.state.ended) return { version: 0, room }
    const value = JSON.stringify(room)
    if (!(await coordination.write(keyOf(id), value, 0, ROOM_TTL_MS))) return readRoom(id)
    remember(id, 1, value, room)
    return { version: 1, room }
  }

  /** Decides all that were asked, in their order, and writes once: rows first, then everybody hears of it. */
  async function settle(id: string, asked: readonly Asked[]): Promise<void> {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const found = await readRoom(id)
      if (!found) throw new Problem('party-not-found', 'This party does not exist or was removed.')
      let { room } = found
      let cause: Cause | null = null
      const answers = asked.map(({ decide }) => {
        const before = room
        const outcome = decide(room)
        if (!outcome.ok) return new Problem(outcome.code, outcome.detail)
        room = outcome.room
        if (outcome.cause && (outcome.cause.memberId !== null || cause === null)) cause = outcome.cause
        return { ...outcome, before }
      })
      if (room !== found.room) {
        const value = JSON.stringify(room)
        if (!(await coordination.write(keyOf(id), value, found.version, ROOM_TTL_MS))) continue
        remember(id, found.version + 1, value, room)
        await onChanged({ partyId: id, before: found.room, room, cause }).catch(async (error: unknown) => {
          // Rows that could not be written, and nobody has heard of it: it did not happen.
          const former = JSON.stringify(found.room)
          if (await coordination.write(keyOf(id), former, found.version + 1, ROOM_TTL_MS))
            remember(id, found.version + 2, former, found.room)
          throw error
        })
      }
      for (const [i, { resolve, reject }] of asked.entries()) {
        const answer = answers[i]
        if (answer instanceof Problem) reject(answer)
        else if (answer) resolve(answer)
      }
      return
    }
    throw new Problem('conflict', 'This party is changing too fast. Try again.')
  }

  async function run(id: string, queue: Asked[]): Promise<void> {
    while (queue.length > 0) {
      // What has arrived in the meantime is decided with it.
      await nextTurn()
      const asked = queue.splice(0)
      await settle(id, asked).catch((error: unknown) => {
        for (const { reject } of asked) reject(error)
      })
    }
    queues.delete(id)
  }

  /** In turn per room in this process: collisions are then only between processes. */
  function ask(id: string, decide: Decide): Promise<Changed> {
    const queue = queues.get(id)
    if (queue && queue.length >= MAX_WAITING)
      return Promise.reject(new Problem('too-many-requests', undefined, { retryAfterSeconds: 1 }))
    const { promise, resolve, reject } = Promise.withResolvers<Changed>()
    const asked = { decide, resolve, reject }
    if (queue) queue.push(asked)
    else {
      const own = [asked]
      queues.set(id, own)
      void run(id, own)
    }
    return promise
  }

  return {
    /** Awaited before a change is answered: rows are written, then others see it. */
    onChange(listener: typeof onChanged): void {
      onChanged = listener
    },

    read: async (id: string): Promise<Room | null> => (await readRoom(id))?.room ?? null,

    /** As this process last saw it; nothing is asked. */
    seen: (id: string): Room | null => parsed.get(id)?.room ?? null,

    /** Decides an event and stores what came of it; throws the refusal as a `Problem`. */
    change: (id: string, event: RoomEvent): Promise<Changed> =>
      ask(id, (room) => reduce(room, event, serverMs())),

    /** Of a big party the reports of a moment are gathered: each would cost a document as long as its list of members. */
    report(id: string, report: Report): Promise<void> {
      const open = gathering.get(id)
      if (open && open.reports.length < MAX_WAITING) {
        open.reports.push(report)
        return open.answer
      }
      const reports = [report]
      const count = Object.keys(parsed.get(id)?.room.members ?? {}).length
      const decide = async (): Promise<void> => {
        await (count > BIG_PARTY ? after(GATHER_MS) : nextTurn())
        if (gathering.get(id)?.reports === reports) gathering.delete(id)
        await ask(id, (room) => reduce(room, { type: 'reports', reports }, serverMs()))
      }
      const answer = decide()
      gathering.set(id, { reports, answer })
      return answer
    },

    /** PS2 for a party that no process has held for long, though its document was kept. */
    revive: (id: string, updatedAtMs: number): Promise<Changed> =>
      ask(id, (room) => ({ ok: true, room: revived(room, updatedAtMs, serverMs()), cause: null })),

    forget: async (id: string): Promise<void> => {
      parsed.delete(id)
      await coordination.remove(keyOf(id))
    },
  }
}
export type Rooms = ReturnType<typeof createRooms>
