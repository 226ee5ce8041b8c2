// Create, look up, join, command, leave, end: the authority over what a party's members see.
import { randomBytes, randomInt } from 'node:crypto'
import type { PartyView } from '#shared/api/party.ts'
import type {
  Ack,
  ChatMessage,
  ClientPayload,
  Command,
  CommandReply,
  JoinReply,
  MemberView,
  PartyRole,
  PartyState,
  ServerEvent,
  ServerEvents,
} from '#shared/party/protocol.ts'
import {
  type LoadedTitle,
  type Room,
  type RoomEvent,
  type Settings,
  may,
  memberView,
} from '#shared/party/room.ts'
import { positionAt } from '#shared/party/timeline.ts'
import type { Guest, Person, Viewer } from '#shared/viewer.ts'
import { newId } from '../platform/ids.ts'
import { Problem } from '../platform/problem.ts'
import type { Metrics } from '../platform/metrics.ts'
import { createRateLimiter } from '../platform/rate-limit.ts'
import { createGuestTickets } from './guest-ticket.ts'
import { createPartyMetrics } from './party-metrics.ts'
import type { Changed, Rooms } from './rooms.ts'
import type { ServerTime } from './server-time.ts'
import type { PartyStore } from './store.ts'

export type PartyDeps = {
  store: PartyStore
  rooms: Rooms
  time: ServerTime
  metrics: Metrics
  /** Signs guests' tickets. */
  secret: string
  /** What is to be played; null when there is no such title or nothing of it can be played. */
  titleOf: (titleId: string, fileId: string | null) => Promise<LoadedTitle | null>
  /** Makes what members watch of a file at another place; resolves when it is there. */
  prepareSeek?: (fileId: string, positionSeconds: number, signal: AbortSignal) => Promise<void>
  /** What guests were given for this party ends with it, or with their removal. */
  onEnded?: (partyId: string) => void
  onGuestRemoved?: (guestId: string) => void
}

/** What goes to the browsers; `socket.ts` listens. `closed` members lose their connections. */
export type PartyListener = {
  send: <E extends ServerEvent>(partyId: string, event: E, payload: ServerEvents[E]) => void
  closed: (partyId: string, memberId: string | null, detail: string) => void
}

/** One member's seat, as `socket.ts` holds it for a connection. */
export type Seat = { partyId: string; memberId: string; name: string }

type Measured = Pick<MemberView, 'driftMs' | 'bufferedSeconds' | 'roundTripMs' | 'uncertaintyMs'>

const DEFAULT_WAIT_SECONDS = 8
/** No letter or digit that is mistaken for another; 10 of 31 are 49 bits: not to be guessed at any allowed pace. */
const CODE_ALPHABET = 'ABCDEFGHJKMNPQRSTUVWXYZ23456789'
const CODE_LENGTH = 10
const newCode = (): string =>
  Array.from({ length: CODE_LENGTH }, () => CODE_ALPHABET[randomInt(CODE_ALPHABET.length)]).join('')

/** People type codes with spaces, dashes and small letters. */
export const normalCode = (code: string): string => code.toUpperCase().replace(/[^A-Z0-9]/g, '')

/** A proposed seek is prepared for no longer than this; until then everybody watches on. */
const PREPARE_SEEK_MS = 1500
const TICK_MS = 250
const PRESENCE_MS = 500
const HEARTBEAT_MS = 10_000
const LET_GO_MS = 60_000
/** "Continue tonight's party" works for a month. */
const IDLE_ENDS_MS = 30 * 24 * 3600_000
const CHAT_BURST = { limit: 8, windowMs: 10_000 }
const REACTION_BURST = { limit: 20, windowMs: 10_000 }
const LOOKUPS = { limit: 60, windowMs: 60_000 }

export function createParty(deps: PartyDeps) {
  const { store, rooms, time, secret, titleOf } = deps
  const nowMs = time.nowMs
  const tickets = createGuestTickets(secret, nowMs)
  const chatLimit = createRateLimiter(CHAT_BURST, nowMs)
  const reactionLimit = createRateLimiter(REACTION_BURST, nowMs)
  const lookUpLimit = createRateLimiter(LOOKUPS, nowMs)
  let listener: PartyListener = { send: () => {}, closed: () => {} }
  /** Parties with connections to this process: the ones that it ticks. */
  const live = new Map<
    string,
    { connections: number; measured: Map<string, Measured>; dirty: Set<string>; gone: Set<string> }
  >()

  const measures = createPartyMetrics(deps.metrics, () => {
    const connections = [...live.values()].map((here) => here.connections)
    return { parties: live.size, members: connections.reduce((sum, count) => sum + count, 0) }
  })

  const liveOf = (partyId: string) => {
    const known = live.get(partyId)
    if (known) return known
    const made = { connections: 0, measured: new Map(), dirty: new Set<string>(), gone: new Set<string>() }
    live.set(partyId, made)
    return made
  }

  const viewOf = (room: Room, memberId: string): MemberView | null => {
    const member = room.members[memberId]
    return member
      ? { ...memberView(room, member), ...live.get(room.state.partyId)?.measured.get(memberId) }
      : null
  }

  /** Rows first, then the members: nobody has seen what a crash could take back. */
  const change = async (partyId: string, event: RoomEvent): Promise<Changed> =>
    rooms.change(partyId, event, async ({ room, before, cause }) => {
      if (room.state !== before.state) await store.save(room, nowMs())
      const here = live.get(partyId)
      for (const member of Object.values(room.members)) {
        const old = before.members[member.id]
        if (old === member) continue
        here?.dirty.add(member.id)
        if (!old || old.role !== member.role || old.connections.length !== member.connections.length)
          await store.saveMember(partyId, member, nowMs())
      }
      for (const id of Object.keys(before.members)) if (!room.members[id]) here?.gone.add(id)
      if (room.positionSeq !== before.positionSeq)
        for (const id of Object.keys(room.members)) here?.dirty.add(id)
      if (room.state !== before.state)
        listener.send(partyId, 'state_sync', {
          state: room.state,
          cause: cause ?? { memberId: null, type: 'settings' },
        })
    })

  const existing = async (partyId: string): Promise<Room> => {
    const room = await rooms.read(partyId)
    if (!room) throw new Problem('party-not-found', 'This party does not exist or was removed.')
    return room
  }

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

  const byCode = async (code: string, who: string): Promise<Room> => {
    lookUpLimit.take(who)
    const id = await store.idByCode(normalCode(code))
    if (id === undefined)
      throw new Problem('party-not-found', 'No party has this code. Ask for the link again.')
    const room = await existing(id)
    if (room.state.ended) throw new Problem('party-ended')
    return room
  }

  const loaded = async (titleId: string, fileId: string | null): Promise<LoadedTitle> => {
    const title = await titleOf(titleId, fileId)
    if (!title) throw new Problem('title-not-found')
    return title
  }

  /** Before a playing party seeks, its encodes are made there: all come to rest for a shorter time. */
  const prepareSeek = async (partyId: string, memberId: string, positionSeconds: number): Promise<void> => {
    const room = await rooms.read(partyId)
    if (!deps.prepareSeek || !room?.state.playing || room.state.fileId === null) return
    if (!may(room, memberId, 'control')) return
    const signal = AbortSignal.timeout(PREPARE_SEEK_MS)
    // What cannot be made in time or at all is waited for by the members, as after any seek.
    await deps.prepareSeek(room.state.fileId, positionSeconds, signal).catch(() => undefined)
  }

  const end = async (partyId: string, memberId: string): Promise<void> => {
    await change(partyId, { type: 'end', memberId })
    deps.onEnded?.(partyId)
    listener.closed(partyId, null, 'The host has ended this party.')
    live.delete(partyId)
    await rooms.forget(partyId)
  }

  const tickAll = async (): Promise<void> => {
    for (const partyId of live.keys())
      await change(partyId, { type: 'tick' }).catch((error: unknown) => {
        if (!(error instanceof Problem)) throw error
        live.delete(partyId)
      })
  }

  const sendPresence = async (): Promise<void> => {
    for (const [partyId, here] of live) {
      if (here.dirty.size === 0 && here.gone.size === 0) continue
      const room = await rooms.read(partyId)
      if (!room) continue
      const changed = [...here.dirty].map((id) => viewOf(room, id)).filter((m) => m !== null)
      const gone = [...here.gone]
      here.dirty.clear()
      here.gone.clear()
      listener.send(partyId, 'presence', { changed, gone })
    }
  }

  /** Parties with nobody connected here are not ticked any more, once playback rests. */
  const letGo = async (): Promise<void> => {
    for (const [partyId, here] of live) {
      if (here.connections > 0) continue
      const room = await rooms.read(partyId)
      if (!room || (!room.state.playing && !room.state.waiting)) live.delete(partyId)
    }
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

  return {
    time,

    listen(to: PartyListener, onError: (error: unknown) => void): void {
      listener = to
      every(TICK_MS, tickAll, onError)
      every(PRESENCE_MS, sendPresence, onError)
      every(LET_GO_MS, letGo, onError)
      every(HEARTBEAT_MS, async () => live.size > 0 && store.touch([...live.keys()], nowMs()), onError)
      every(3600_000, () => store.endIdle(nowMs() - IDLE_ENDS_MS), onError)
    },

    tickAll,
    sendPresence,

    async create(
      host: Person,
      input: { titleId: string; fileId?: string; positionSeconds?: number; control?: 'host' | 'everyone' },
    ): Promise<PartyView> {
      const title = await loaded(input.titleId, input.fileId ?? null)
      const now = nowMs()
      const partyId = newId()
      const state: PartyState = {
        partyId,
        code: newCode(),
        seq: 1,
        ...title,
        positionSeconds: Math.min(input.positionSeconds ?? 0, title.durationSeconds ?? Infinity),
        atServerMs: now,
        rate: 1,
        playing: false,
        waiting: null,
        hostId: host.id,
        control: input.control ?? 'host',
        wait: 'bounded',
        waitSeconds: DEFAULT_WAIT_SECONDS,
        locked: false,
        ended: false,
      }
      const member = {
        id: host.id,
        name: host.name,
        isGuest: false,
        role: 'host' as const,
        connections: [],
        joinedAtMs: now,
        lastSeenMs: now,
        readySeq: 0,
        buffering: false,
        lagging: false,
        roundTripMs: 0,
      }
      const room: Room = {
        state,
        members: { [host.id]: member },
        founderId: host.id,
        handedOverAtMs: null,
        commandSeq: 1,
        positionSeq: 1,
        recentCommandIds: [],
      }
      await store.insert(room, Math.round(now))
      await store.saveMember(partyId, member, now)
      return partyView(room)
    },

    /** `who` is whose guesses are counted: an address, or a signed-in person. */
    lookUp: async (code: string, who: string): Promise<PartyView> => partyView(await byCode(code, who)),

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
      const room = await byCode(code, who)
      if (room.state.locked)
        throw new Problem('party-locked', 'The host has locked this party. Ask the host to open it.')
      const viewer: Guest = {
        kind: 'guest',
        id: `guest-${randomBytes(12).toString('base64url')}`,
        // One line of visible text: nobody poses as somebody else by invisible letters.
        name:
          name
            .replace(/[\p{C}\p{Z}]+/gu, ' ')
            .trim()
            .slice(0, 40) || 'Guest',
        partyId: room.state.partyId,
      }
      return { viewer, party: await partyView(room), ticket: tickets.seal(viewer) }
    },

    /** The guest behind a ticket while the party lasts and has not thrown them out; null otherwise. */
    async guest(ticket: string): Promise<Viewer | null> {
      const guest = tickets.open(ticket)
      if (!guest) return null
      const room = await rooms.read(guest.partyId)
      if (!room || room.state.ended) return null
      if (!room.members[guest.id] && (await store.isKicked(guest.partyId, guest.id))) return null
      return guest
    },

    /** Whether a guest is still let in: the party lasts and has not thrown them out. */
    async guestStays(partyId: string, guestId: string): Promise<boolean> {
      const room = await rooms.read(partyId)
      if (!room || room.state.ended) return false
      return room.members[guestId] !== undefined || !(await store.isKicked(partyId, guestId))
    },

    /** Which title a guest may play: the party's current one and nothing else. */
    guestMayPlay: async (guest: Guest, titleId: string): Promise<boolean> => {
      const room = await rooms.read(guest.partyId)
      return room !== null && !room.state.ended && room.state.titleId === titleId
    },

    async end(code: string, viewer: Person): Promise<void> {
      const room = await byCode(code, viewer.id)
      await end(room.state.partyId, viewer.id)
    },

    async join(
      viewer: Viewer,
      by: { code?: string; partyId?: string },
      connection: { id: string; enter: (partyId: string, memberId: string) => Promise<void> | void },
    ): Promise<{ seat: Seat; reply: JoinReply }> {
      const room =
        by.partyId !== undefined
          ? await existing(by.partyId)
          : await byCode(by.code ?? '', `member ${viewer.id}`)
      const { partyId } = room.state
      if (viewer.kind === 'guest' && viewer.partyId !== partyId)
        throw new Problem('not-allowed', 'Your ticket is for another party.')
      // Without the code only those come in who were in before, and guests with this party's ticket.
      if (by.code === undefined && viewer.kind === 'person' && !room.members[viewer.id])
        throw new Problem('party-not-found', 'Join with the party’s code first.')
      if (!room.members[viewer.id] && (await store.isKicked(partyId, viewer.id)))
        throw new Problem('not-allowed', 'The host has removed you from this party.')
      const member = { id: viewer.id, name: viewer.name, isGuest: viewer.kind === 'guest' }
      const here = liveOf(partyId)
      here.connections++
      try {
        await connection.enter(partyId, viewer.id)
        const { room: joined } = await change(partyId, {
          type: 'join',
          member,
          connection: connection.id,
        })
        const members = Object.keys(joined.members).map((id) => viewOf(joined, id))
        return {
          seat: { partyId, memberId: viewer.id, name: viewer.name },
          reply: {
            you: viewer.id,
            state: joined.state,
            members: members.filter((m) => m !== null),
            chat: await store.messages(partyId),
            serverMs: nowMs(),
          },
        }
      } catch (error) {
        here.connections--
        throw error
      }
    },

    /** A connection ended: the seat is kept. */
    async disconnect(seat: Seat, connection: string): Promise<void> {
      const here = live.get(seat.partyId)
      if (here) here.connections--
      await change(seat.partyId, { type: 'disconnect', memberId: seat.memberId, connection })
    },

    leave: async (seat: Seat): Promise<void> =>
      void (await change(seat.partyId, { type: 'leave', memberId: seat.memberId })),

    async command(seat: Seat, command: Command): Promise<Ack<CommandReply>> {
      const title =
        command.type === 'load' ? await loaded(command.titleId, command.fileId ?? null) : undefined
      try {
        if (command.type === 'seek') await prepareSeek(seat.partyId, seat.memberId, command.positionSeconds)
        const { room, repeated } = await change(seat.partyId, {
          type: 'command',
          memberId: seat.memberId,
          command,
          ...(title && { title }),
        })
        measures.command(command.type, 'done')
        return { ok: true, state: room.state, repeated: repeated ?? false }
      } catch (error) {
        if (!(error instanceof Problem)) throw error
        measures.command(command.type, 'refused')
        const room = await rooms.read(seat.partyId)
        return { ok: false, problem: error.body(), ...(room && { state: room.state }) }
      }
    },

    ready: async (seat: Seat, { seq }: ClientPayload<'ready'>): Promise<void> =>
      void (await change(seat.partyId, { type: 'ready', memberId: seat.memberId, seq })),

    buffering: async (seat: Seat, payload: ClientPayload<'buffering'>): Promise<void> =>
      void (await change(seat.partyId, { type: 'buffering', memberId: seat.memberId, ...payload })),

    async status(seat: Seat, status: ClientPayload<'status'>): Promise<void> {
      const here = liveOf(seat.partyId)
      here.measured.set(seat.memberId, status)
      if (status.driftMs !== null) measures.drift(status.driftMs)
      here.dirty.add(seat.memberId)
      await change(seat.partyId, {
        type: 'measured',
        memberId: seat.memberId,
        roundTripMs: status.roundTripMs,
      })
    },

    async chat(seat: Seat, { text }: ClientPayload<'chat'>): Promise<ChatMessage> {
      chatLimit.take(`${seat.partyId} ${seat.memberId}`)
      const { state } = await existing(seat.partyId)
      const sentAtMs = Math.round(nowMs())
      const message: ChatMessage = {
        id: newId(),
        memberId: seat.memberId,
        name: seat.name,
        text: text.trim(),
        positionSeconds: positionAt(state, sentAtMs, state.durationSeconds),
        sentAtMs,
      }
      await store.addMessage(seat.partyId, message)
      listener.send(seat.partyId, 'chat', message)
      return message
    },

    typing(seat: Seat): void {
      listener.send(seat.partyId, 'typing', { memberId: seat.memberId })
    },

    async react(seat: Seat, { reaction }: ClientPayload<'reaction'>): Promise<void> {
      reactionLimit.take(`${seat.partyId} ${seat.memberId}`)
      const { state } = await existing(seat.partyId)
      const positionSeconds = positionAt(state, nowMs(), state.durationSeconds)
      listener.send(seat.partyId, 'reaction', { memberId: seat.memberId, reaction, positionSeconds })
    },

    role: async (seat: Seat, targetId: string, role: PartyRole): Promise<void> =>
      void (await change(seat.partyId, { type: 'role', memberId: seat.memberId, targetId, role })),

    async kick(seat: Seat, targetId: string): Promise<void> {
      const { before } = await change(seat.partyId, { type: 'kick', memberId: seat.memberId, targetId })
      if (before.members[targetId]?.isGuest) deps.onGuestRemoved?.(targetId)
      await store.markKicked(seat.partyId, targetId, nowMs())
      live.get(seat.partyId)?.measured.delete(targetId)
      listener.closed(seat.partyId, targetId, 'The host has removed you from this party.')
    },

    async settings(seat: Seat, { rotateCode, ...rest }: ClientPayload<'settings'>): Promise<void> {
      const settings: Settings = { ...rest, ...(rotateCode && { code: newCode() }) }
      await change(seat.partyId, { type: 'settings', memberId: seat.memberId, settings })
    },

    async [Symbol.asyncDispose]() {
      for (const timer of timers) clearInterval(timer)
    },
  }
}
export type Party = ReturnType<typeof createParty>
