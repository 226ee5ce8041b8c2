// Socket.IO events to `party.ts` and back: validates, limits, acknowledges; decides nothing.
import { Compile } from 'typebox/compile'
import {
  CLIENT_EVENTS,
  type ClientEvent,
  type ClientPayload,
  type Command,
  type CommandType,
  PROTOCOL_VERSION,
} from '#shared/party/protocol.ts'
import { type Socket, type Sockets, createEventBudget, refusedAck, viewerOf } from '../http/sockets.ts'
import type { Log } from '../platform/log.ts'
import { Problem } from '../platform/problem.ts'
import { within } from '../platform/scope.ts'
import type { Party, Seat } from './party.ts'

const checks = Object.fromEntries(
  Object.entries(CLIENT_EVENTS).map(([event, schema]) => [event, Compile(schema)]),
) as unknown as {
  [E in ClientEvent]: {
    Check: (value: unknown) => boolean
    Errors: (value: unknown) => { message: string }[]
  }
}

/** Sockets that never join make room for those that do. */
const JOIN_WITHIN_MS = 15_000

const roomName = (partyId: string): string => `party:${partyId}`
const memberName = (partyId: string, memberId: string): string => `party:${partyId}:${memberId}`

export type PartySocketDeps = {
  io: Sockets
  party: Party
  log: Log
  monotonicMs: () => number
  joinWithinMs?: number
}

export async function partySocket(deps: PartySocketDeps): Promise<void> {
  const { io, party, log } = deps
  await party.listen(
    {
      send: (partyId, event, payload) => void io.to(roomName(partyId)).emit(event, payload),
      closed: (partyId, memberId, detail) => {
        const to = io.in(memberId === null ? roomName(partyId) : memberName(partyId, memberId))
        to.emit('kicked', { detail })
        to.disconnectSockets(true)
      },
    },
    (error) => log.error({ err: error }, 'a party could not be carried on'),
  )
  const handlers = handlersOf(party)
  io.on('connection', (socket) => connected(socket, handlers, deps))
}

/** One connection: its seat once it has joined, and what it may still send. */
type Connection = {
  socket: Socket
  seat: Seat | null
  withinBudget: () => boolean
  joinTimer: NodeJS.Timeout
}
type Handlers = {
  [E in Exclude<ClientEvent, 'clock'>]: (
    from: Connection,
    payload: ClientPayload<E>,
  ) => Promise<object | void>
}

const seatOf = ({ seat }: Connection): Seat => {
  if (!seat) throw new Problem('invalid-request', 'Join a party first.')
  return seat
}

/** One table for all connections: closures for each event and socket would be most of a member's memory. */
function handlersOf(party: Party): Handlers {
  const command =
    <T extends CommandType>(type: T) =>
    (from: Connection, payload: ClientPayload<T>) =>
      party.command(seatOf(from), { type, ...payload } as Command)
  return {
    play: command('play'),
    pause: command('pause'),
    seek: command('seek'),
    rate: command('rate'),
    load: command('load'),
    join: (from, payload) => join(party, from, payload),
    async leave(from) {
      const left = seatOf(from)
      const { socket } = from
      from.seat = null
      await Promise.all([
        socket.leave(roomName(left.partyId)),
        socket.leave(memberName(left.partyId, left.memberId)),
      ])
      await party.disconnect(left)
      await party.leave(left)
    },
    ready: (from, payload) => party.ready(seatOf(from), payload),
    buffering: (from, payload) => party.buffering(seatOf(from), payload),
    status: async (from, payload) => party.status(seatOf(from), payload),
    chat: async (from, payload) => ({ message: await party.chat(seatOf(from), payload) }),
    typing: (from) => party.typing(seatOf(from)),
    reaction: (from, payload) => party.react(seatOf(from), payload),
    role: (from, { memberId, role }) => party.role(seatOf(from), memberId, role),
    kick: (from, { memberId }) => party.kick(seatOf(from), memberId),
    settings: (from, payload) => party.settings(seatOf(from), payload),
  }
}

async function join(
  party: Party,
  from: Connection,
  { version, code, partyId }: ClientPayload<'join'>,
): Promise<object | void> {
  if (version !== PROTOCOL_VERSION)
    throw new Problem(
      'invalid-request',
      `This server speaks version ${PROTOCOL_VERSION} of the party protocol, you speak ${version}. Reload the page.`,
    )
  if (from.seat) throw new Problem('invalid-request', 'This connection has joined already.')
  const { socket } = from
  const by = { ...(code !== undefined && { code }), ...(partyId !== undefined && { partyId }) }
  const joined = await party.join(viewerOf(socket), by, {
    id: socket.id,
    // Before the join is decided, so that no change between it and the reply is missed.
    enter: (id, memberId) => socket.join([roomName(id), memberName(id, memberId)]),
  })
  from.seat = joined.seat
  if (!socket.connected) {
    await party.disconnect(joined.seat)
    return
  }
  clearTimeout(from.joinTimer)
  return joined.reply
}

function connected(socket: Socket, handlers: Handlers, deps: PartySocketDeps): void {
  const { party, log, monotonicMs, joinWithinMs = JOIN_WITHIN_MS } = deps
  const from: Connection = {
    socket,
    seat: null,
    withinBudget: createEventBudget(socket, monotonicMs),
    joinTimer: setTimeout(() => socket.disconnect(true), joinWithinMs).unref(),
  }
  const answer = async (event: keyof Handlers, payload: unknown): Promise<object> => {
    if (!from.withinBudget()) throw new Problem('too-many-requests', 'Slow down.', { retryAfterSeconds: 1 })
    if (!checks[event].Check(payload))
      throw new Problem(
        'invalid-request',
        `${event}: ${checks[event].Errors(payload)[0]?.message ?? 'not valid'}`,
      )
    // Checked above: the payload is this event's.
    const run = handlers[event] as (by: Connection, checked: unknown) => Promise<object | void>
    return { ok: true, ...(await run(from, payload)) }
  }

  let events = 0
  socket.onAny((event: string, payload: unknown, ack: unknown) => {
    const reply = typeof ack === 'function' ? (body: object) => void ack(body) : () => {}
    // Before all else and outside the queue of promises: what waits here is an error of the clock.
    if (event === 'clock') {
      const t1 = party.time.nowMs()
      if (!from.withinBudget() || !checks.clock.Check(payload)) return
      const { t0 } = payload as ClientPayload<'clock'>
      reply({ ok: true, t0, t1, t2: party.time.nowMs(), epoch: party.time.epoch })
    } else if (Object.hasOwn(handlers, event))
      // Each event is what a request is to HTTP.
      void within({ requestId: `${socket.id}.${++events}` }, () =>
        answer(event as keyof Handlers, payload).then(reply, (error: unknown) =>
          reply(refusedAck(error, log)),
        ),
      )
  })

  socket.on('disconnect', () => {
    clearTimeout(from.joinTimer)
    if (!from.seat) return
    party.disconnect(from.seat).catch((error: unknown) => {
      if (!(error instanceof Problem)) log.error({ err: error }, 'a member could not be marked as gone')
    })
  })
}
