// Create, join, command, leave, end: the authority over what a party's members see.
import type { PartyView } from '#shared/api/party.ts'
import type {
  ClientPayload,
  JoinReply,
  PartyRole,
  ServerEvent,
  ServerEvents,
} from '#shared/party/protocol.ts'
import { type Room, type Settings, newRoom } from '#shared/party/room.ts'
import type { Guest, Person, Viewer } from '#shared/viewer.ts'
import { newId } from '../platform/ids.ts'
import type { Metrics } from '../platform/metrics.ts'
import { type CommandDeps, createCommands } from './commands.ts'
import { createDoor, newCode } from './door.ts'
import { type Seat, createLive } from './live.ts'
import { createPartyMetrics } from './party-metrics.ts'
import type { Peers } from './peers.ts'
import { OUTAGE_COUNTS_MS, type RoomChange } from './rooms.ts'
import type { ServerTime } from './server-time.ts'
import type { PartyStore } from './store.ts'
import { createTalk } from './talk.ts'

export type { Seat } from './live.ts'

export type PartyDeps = Omit<CommandDeps, 'measures'> & {
  store: PartyStore
  peers: Peers
  time: ServerTime
  metrics: Metrics
  /** Signs guests' tickets. */
  secret: string
  /** What guests were given for this party ends with it, or with their removal. */
  onEnded?: (partyId: string) => void
  onGuestRemoved?: (guestId: string) => void
}

/** What goes to the browsers; `socket.ts` listens. `closed` members lose their connections. */
export type PartyListener = {
  send: <E extends ServerEvent>(partyId: string, event: E, payload: ServerEvents[E]) => void
  closed: (partyId: string, memberId: string | null, detail: string) => void
}

const TICK_MS = 250
const PRESENCE_MS = 500
const HEARTBEAT_MS = 10_000
const LET_GO_MS = 60_000
/** "Continue tonight's party" works for a month. */
const IDLE_ENDS_MS = 30 * 24 * 3600_000
/** Far above what a bad connection makes of itself. */
const JOINS = { limit: 60, windowMs: 60_000 }
const PARTIES = { limit: 30, windowMs: 3600_000 }

export function createParty(deps: PartyDeps) {
  const { store, rooms, peers, time, limits } = deps
  const nowMs = time.nowMs
  let listener: PartyListener = { send: () => {}, closed: () => {} }
  const send: PartyListener['send'] = (partyId, event, payload) => listener.send(partyId, event, payload)
  const live = createLive({ rooms, peers, nowMs, tell: (id, presence) => send(id, 'presence', presence) })
  const measures = createPartyMetrics(deps.metrics, live.counts)
  const door = createDoor({ store, rooms, limits, secret: deps.secret, nowMs })
  const talk = createTalk({ store, rooms, limits, nowMs, send })
  const commands = createCommands({ ...deps, measures })
  const [joins, parties] = [limits('party-join', JOINS), limits('party-create', PARTIES)]

  /** Rows first, then the members: nobody has seen what a crash could take back. */
  rooms.onChange(async (change: RoomChange) => {
    const { partyId, before, room, cause } = change
    if (room.state !== before.state) await store.save(room, nowMs())
    const stored = Object.values(room.members).filter((member) => {
      const old = before.members[member.id]
      return !old || old.role !== member.role || old.connections.length !== member.connections.length
    })
    if (stored.length > 0) await store.saveMembers(partyId, stored, nowMs())
    live.note(change)
    if (room.state !== before.state)
      send(partyId, 'state_sync', {
        state: room.state,
        cause: cause ?? { memberId: null, type: 'settings' },
      })
  })

  const partyView = async (room: Room): Promise<PartyView> => {
    const { state } = room
    return {
      id: state.partyId,
      code: state.code,
      titleId: state.titleId,
      titleName: state.titleName,
      hostName: room.members[state.hostId]?.name ?? '',
      memberCount: Object.values(room.members).filter((m) => m.connections.length > 0).length,
      locked: state.locked,
      ended: state.ended,
      createdAtMs: await store.createdAtMs(state.partyId),
    }
  }

  /** Nobody here holds it: when nobody else has for long either, playback rests where it was then (PS2). */
  async function reviveIdle({ state }: Room): Promise<void> {
    if (!state.playing || live.isHeld(state.partyId)) return
    const updatedAtMs = await store.updatedAtMs(state.partyId)
    if (nowMs() - updatedAtMs > OUTAGE_COUNTS_MS) await rooms.revive(state.partyId, updatedAtMs)
  }

  const timers: NodeJS.Timeout[] = []
  const every = (ms: number, task: () => Promise<unknown>, onError: (error: unknown) => void): void => {
    let running = false
    const timer = setInterval(() => {
      if (running) return
      running = true
      task()
        .catch(onError)
        .finally(() => (running = false))
    }, ms)
    timers.push(timer.unref())
  }
  let ears: AsyncDisposable | null = null

  return {
    time,
    tickAll: live.tickAll,
    sendPresence: live.sendPresence,

    async listen(to: PartyListener, onError: (error: unknown) => void): Promise<void> {
      listener = to
      ears = await peers.start()
      await peers.beat()
      every(peers.beatMs, peers.beat, onError)
      every(TICK_MS, live.tickAll, onError)
      every(PRESENCE_MS, live.sendPresence, onError)
      every(LET_GO_MS, live.letGo, onError)
      every(HEARTBEAT_MS, async () => live.ids().length > 0 && store.touch(live.ids(), nowMs()), onError)
      every(3600_000, () => store.endIdle(nowMs() - IDLE_ENDS_MS), onError)
    },

    async create(
      host: Person,
      input: { titleId: string; fileId?: string; positionSeconds?: number; control?: 'host' | 'everyone' },
    ): Promise<PartyView> {
      await parties.take(host.id)
      const title = await commands.titleOf(input.titleId, input.fileId ?? null)
      const now = nowMs()
      const positionSeconds = Math.min(input.positionSeconds ?? 0, title.durationSeconds ?? Infinity)
      const named = { partyId: newId(), code: newCode(), control: input.control ?? 'host' }
      const room = newRoom(host, { ...named, ...title, positionSeconds }, now)
      await store.insert(room, Math.round(now))
      await store.saveMembers(named.partyId, Object.values(room.members), now)
      return partyView(room)
    },

    lookUp: async (code: string, who: string): Promise<PartyView> => partyView(await door.byCode(code, who)),

    /** Parties with somebody in them, on any process. */
    count: (): Promise<number> => store.countTouched(nowMs() - 3 * HEARTBEAT_MS),

    async list(viewer: Person): Promise<PartyView[]> {
      const found = await Promise.all((await store.openOf(viewer.id, 50)).map(({ id }) => rooms.read(id)))
      return Promise.all(found.filter((room) => room !== null).map(partyView))
    },

    async joinAsGuest(
      code: string,
      name: string,
      who: string,
    ): Promise<{ viewer: Guest; party: PartyView; ticket: string }> {
      const { viewer, room, ticket } = await door.guestByCode(code, name, who)
      return { viewer, party: await partyView(room), ticket }
    },

    guest: door.guest,
    guestStays: door.guestStays,
    guestMayPlay: door.guestMayPlay,

    async end(code: string, viewer: Person): Promise<void> {
      const { partyId } = (await door.byCode(code, viewer.id)).state
      await rooms.change(partyId, { type: 'end', memberId: viewer.id })
      deps.onEnded?.(partyId)
      listener.closed(partyId, null, 'The host has ended this party.')
      live.forget(partyId)
      await rooms.forget(partyId)
    },

    async join(
      viewer: Viewer,
      by: { code?: string; partyId?: string },
      connection: { id: string; enter: (partyId: string, memberId: string) => Promise<void> | void },
    ): Promise<{ seat: Seat; reply: JoinReply }> {
      await joins.take(viewer.id)
      const room = await door.admitted(viewer, by)
      const { partyId } = room.state
      const seat: Seat = {
        partyId,
        memberId: viewer.id,
        name: viewer.name,
        isGuest: viewer.kind === 'guest',
        connection: peers.connection(connection.id),
      }
      await reviveIdle(room)
      live.sit(seat)
      try {
        // Before the join is decided, so that no change between it and the reply is missed.
        await connection.enter(partyId, viewer.id)
        const { room: joined } = await rooms.change(partyId, {
          type: 'join',
          member: { id: viewer.id, name: seat.name, isGuest: seat.isGuest },
          connection: seat.connection,
        })
        const members = live.viewsFor(joined, viewer.id)
        const chat = await talk.history(partyId)
        return { seat, reply: { you: viewer.id, state: joined.state, members, chat, serverMs: nowMs() } }
      } catch (error) {
        live.stand(seat)
        throw error
      }
    },

    /** A connection ended: the seat is kept. */
    async disconnect(seat: Seat): Promise<void> {
      live.stand(seat)
      const { partyId, memberId, connection } = seat
      await rooms.change(partyId, { type: 'disconnect', memberId, connection })
    },

    leave: async ({ partyId, memberId }: Seat): Promise<void> =>
      void (await rooms.change(partyId, { type: 'leave', memberId })),

    command: commands.run,

    ready: ({ partyId, memberId, connection }: Seat, { seq }: ClientPayload<'ready'>): Promise<void> =>
      rooms.report(partyId, { type: 'ready', memberId, connection, seq }),

    buffering: ({ partyId, memberId, connection }: Seat, told: ClientPayload<'buffering'>): Promise<void> =>
      rooms.report(partyId, { type: 'buffering', memberId, connection, ...told }),

    status(seat: Seat, status: ClientPayload<'status'>): void {
      if (status.driftMs !== null) measures.drift(status.driftMs)
      live.measured(seat, status)
    },

    chat: talk.chat,
    typing: talk.typing,
    react: talk.react,

    role: async ({ partyId, memberId }: Seat, targetId: string, role: PartyRole): Promise<void> =>
      void (await rooms.change(partyId, { type: 'role', memberId, targetId, role })),

    async kick({ partyId, memberId }: Seat, targetId: string): Promise<void> {
      const { before } = await rooms.change(partyId, { type: 'kick', memberId, targetId })
      if (before.members[targetId]?.isGuest) deps.onGuestRemoved?.(targetId)
      await store.markKicked(partyId, targetId, nowMs())
      listener.closed(partyId, targetId, 'The host has removed you from this party.')
    },

    async settings(
      { partyId, memberId }: Seat,
      { rotateCode, ...rest }: ClientPayload<'settings'>,
    ): Promise<void> {
      const settings: Settings = { ...rest, ...(rotateCode && { code: newCode() }) }
      await rooms.change(partyId, { type: 'settings', memberId, settings })
    },

    async [Symbol.asyncDispose]() {
      for (const timer of timers) clearInterval(timer)
      await ears?.[Symbol.asyncDispose]()
    },
  }
}
export type Party = ReturnType<typeof createParty>
