// Socket.IO events to `party.ts` and back: validates, limits, acknowledges; decides nothing.
import { Compile } from 'typebox/compile'
import {
  CLIENT_EVENTS,
  COMMANDS,
  type ClientEvent,
  type ClientPayload,
  type Command,
  type CommandType,
  PROTOCOL_VERSION,
} from '#shared/party/protocol.ts'
import { type Socket, type Sockets, createEventBudget, refusedAck, viewerOf } from '../http/sockets.ts'
import type { Log } from '../platform/log.ts'
import { Problem } from '../platform/problem.ts'
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

export type PartySocketDeps = { io: Sockets; party: Party; log: Log; monotonicMs: () => number }

export function partySocket({ io, party, log, monotonicMs }: PartySocketDeps): void {
  party.listen(
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
  io.on('connection', (socket) => connected(socket, { io, party, log, monotonicMs }))
}

function connected(socket: Socket, { party, log, monotonicMs }: PartySocketDeps): void {
  let seat: Seat | null = null
  const withinBudget = createEventBudget(socket, monotonicMs)
  const joinTimer = setTimeout(() => socket.disconnect(true), JOIN_WITHIN_MS).unref()

  const seated = (): Seat => {
    if (!seat) throw new Problem('invalid-request', 'Join a party first.')
    return seat
  }

  const on = <E extends ClientEvent>(
    event: E,
    run: (payload: ClientPayload<E>) => Promise<object | void>,
  ): void => {
    // The event's name is one of ours; Socket.IO's own types do not know them.
    socket.on(event as string, (payload: unknown, ack: unknown) => {
      const reply = typeof ack === 'function' ? (answer: object) => void ack(answer) : () => {}
      const checked = async (): Promise<object> => {
        if (!withinBudget()) throw new Problem('too-many-requests', 'Slow down.', { retryAfterSeconds: 1 })
        if (!checks[event].Check(payload))
          throw new Problem(
            'invalid-request',
            `${event}: ${checks[event].Errors(payload)[0]?.message ?? 'not valid'}`,
          )
        return { ok: true, ...(await run(payload as ClientPayload<E>)) }
      }
      checked().then(reply, (error: unknown) => reply(refusedAck(error, log)))
    })
  }

  // Before all else and outside the queue of promises: what waits here is an error of the clock.
  socket.on('clock', (payload: unknown, ack: unknown) => {
    const t1 = party.time.nowMs()
    if (typeof ack !== 'function' || !withinBudget() || !checks.clock.Check(payload)) return
    const { t0 } = payload as ClientPayload<'clock'>
    ack({ ok: true, t0, t1, t2: party.time.nowMs(), epoch: party.time.epoch })
  })

  on('join', async ({ version, code, partyId }) => {
    if (version !== PROTOCOL_VERSION)
      throw new Problem(
        'invalid-request',
        `This server speaks version ${PROTOCOL_VERSION} of the party protocol, you speak ${version}. Reload the page.`,
      )
    if (seat) throw new Problem('invalid-request', 'This connection has joined already.')
    const by = { ...(code !== undefined && { code }), ...(partyId !== undefined && { partyId }) }
    const joined = await party.join(viewerOf(socket), by, {
      id: socket.id,
      // Before the join is decided, so that no change between it and the reply is missed.
      enter: (id, memberId) => socket.join([roomName(id), memberName(id, memberId)]),
    })
    seat = joined.seat
    if (!socket.connected) {
      await party.disconnect(joined.seat, socket.id)
      return
    }
    clearTimeout(joinTimer)
    return joined.reply
  })
  on('leave', async () => {
    const left = seated()
    seat = null
    await Promise.all([
      socket.leave(roomName(left.partyId)),
      socket.leave(memberName(left.partyId, left.memberId)),
    ])
    await party.disconnect(left, socket.id)
    await party.leave(left)
  })
  for (const type of Object.keys(COMMANDS) as CommandType[])
    on(type, (payload) => party.command(seated(), { type, ...payload } as Command))
  on('ready', (payload) => party.ready(seated(), payload))
  on('buffering', (payload) => party.buffering(seated(), payload))
  on('status', (payload) => party.status(seated(), payload))
  on('chat', async (payload) => ({ message: await party.chat(seated(), payload) }))
  on('typing', async () => party.typing(seated()))
  on('reaction', (payload) => party.react(seated(), payload))
  on('role', ({ memberId, role }) => party.role(seated(), memberId, role))
  on('kick', ({ memberId }) => party.kick(seated(), memberId))
  on('settings', (payload) => party.settings(seated(), payload))

  socket.on('disconnect', () => {
    clearTimeout(joinTimer)
    if (!seat) return
    party.disconnect(seat, socket.id).catch((error: unknown) => {
      if (!(error instanceof Problem)) log.error({ err: error }, 'a member could not be marked as gone')
    })
  })
}
