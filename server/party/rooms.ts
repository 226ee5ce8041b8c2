// Live room documents over coordination: read, change by compare-and-set, bring back from rows after a restart.
import { reduce } from '#shared/party/reduce.ts'
import type { Outcome, Room, RoomEvent } from '#shared/party/room.ts'
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

export function createRooms({ coordination, store, serverMs }: RoomsDeps) {
  const parsed = new Map<string, { version: number; room: Room }>()
  const queues = new Map<string, Promise<unknown>>()

  const remember = (id: string, version: number, room: Room): void => {
    parsed.delete(id)
    parsed.set(id, { version, room })
    const oldest = parsed.size > MAX_CACHED ? parsed.keys().next().value : undefined
    if (oldest !== undefined) parsed.delete(oldest)
  }

  const readRoom = async (id: string): Promise<{ version: number; room: Room } | null> => {
    const found = await coordination.read(keyOf(id))
    if (found) {
      const known = parsed.get(id)
      if (known?.version === found.version) return known
      const room = JSON.parse(found.value) as Room
      remember(id, found.version, room)
      return { version: found.version, room }
    }
    const stored = await store.byId(id)
    if (!stored) return null
    const room = stored.room.state.ended ? stored.room : revived(stored.room, stored.updatedAtMs, serverMs())
    // An ended one is answered from its rows and not kept alive.
    if (room.state.ended) return { version: 0, room }
    if (!(await coordination.write(keyOf(id), JSON.stringify(room), 0, ROOM_TTL_MS))) return readRoom(id)
    remember(id, 1, room)
    return { version: 1, room }
  }

  /** One change at a time per room in this process: collisions are then only between processes. */
  const inTurn = <T>(id: string, task: () => Promise<T>): Promise<T> => {
    const turn = (queues.get(id) ?? Promise.resolve()).then(task, task)
    const settled = turn.then(
      () => undefined,
      () => undefined,
    )
    queues.set(id, settled)
    void settled.then(() => queues.get(id) === settled && queues.delete(id))
    return turn
  }

  return {
    read: async (id: string): Promise<Room | null> => (await readRoom(id))?.room ?? null,

    /** Decides an event and stores what came of it; throws the refusal as a `Problem`. `save` runs before others see it. */
    change: (id: string, event: RoomEvent, save: (changed: Changed) => Promise<void>): Promise<Changed> =>
      inTurn(id, async () => {
        for (let tries = 0; tries < MAX_TRIES; tries++) {
          const found = await readRoom(id)
          if (!found) throw new Problem('party-not-found', 'This party does not exist or was removed.')
          const outcome = reduce(found.room, event, serverMs())
          if (!outcome.ok) throw new Problem(outcome.code, outcome.detail)
          const changed = { ...outcome, before: found.room }
          if (outcome.room === found.room) return changed
          const text = JSON.stringify(outcome.room)
          if (!(await coordination.write(keyOf(id), text, found.version, ROOM_TTL_MS))) continue
          remember(id, found.version + 1, outcome.room)
          await save(changed)
          return changed
        }
        throw new Problem('conflict', 'This party is changing too fast. Try again.')
      }),

    forget: async (id: string): Promise<void> => {
      parsed.delete(id)
      await coordination.remove(keyOf(id))
    },
  }
}
export type Rooms = ReturnType<typeof createRooms>
