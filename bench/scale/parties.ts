// Watch parties without browsers: how many commands one process carries out, and what a member costs who only watches.
import { io, type Socket } from 'socket.io-client'
import { createParty, joinAsGuest } from '../../shared/api/party.ts'
import { PROTOCOL_VERSION } from '../../shared/party/protocol.ts'
import { createClient } from '../../tests/support/app.ts'
import { lookAround } from '../../tests/support/busy-server.ts'
import { FILM_NAME, filmFolder } from './film.ts'
import { addressOf, cpuOf, startServer } from './server.ts'

const PARTIES = 20
const MEMBERS = 5
/** Of each party's host: more at once are refused. */
const COMMANDS = 55
const WATCH_MS = 10_000
/** As the web app does: a clock sample and a status, every few seconds. */
const CLOCK_MS = 2000
const STATUS_MS = 4000

export async function measureParties() {
  using films = filmFolder()
  await using server = await startServer({}, [films.path])
  const owner = await server.visitor(1)
  const titleId = await lookAround(owner, FILM_NAME)
  const sockets: Socket[] = []
  const guest = async (code: string, number: number) => {
    const client = createClient(server.url, { 'x-forwarded-for': addressOf(number) })
    await client.call(joinAsGuest, { params: { code }, body: { name: `Guest ${number}` } })
    return client
  }
  const enter = async (by: { code: string } | { partyId: string }, number: number) => {
    const client = 'code' in by ? await guest(by.code, number) : owner
    const socket = io(server.url, {
      transports: ['websocket'],
      forceNew: true,
      extraHeaders: { cookie: client.cookieHeader(), 'x-forwarded-for': addressOf(number) },
    })
    sockets.push(socket)
    const joined = await socket.emitWithAck('join', { version: PROTOCOL_VERSION, ...by })
    if (!joined.ok) throw new Error(joined.problem.detail)
    return { socket, seq: joined.state.seq as number }
  }
  try {
    const parties: { socket: Socket; seq: number }[] = []
    for (let n = 0; n < PARTIES; n++) {
      const { code, id: partyId } = await owner.call(createParty, { body: { titleId } })
      const [host] = await Promise.all(
        Array.from({ length: MEMBERS }, (_, m) => enter(m === 0 ? { partyId } : { code }, n * MEMBERS + m)),
      )
      if (host) parties.push(host)
    }

    const idle = cpuOf(server.pid).own
    const timers = sockets.flatMap((socket) => [
      setInterval(() => socket.emit('clock', { t0: performance.now() }, () => {}), CLOCK_MS),
      setInterval(
        () =>
          socket.emit(
            'status',
            { driftMs: 3, bufferedSeconds: 30, roundTripMs: 1, uncertaintyMs: 1 },
            () => {},
          ),
        STATUS_MS,
      ),
    ])
    await new Promise((go) => setTimeout(go, WATCH_MS))
    timers.forEach(clearInterval)
    const watching = cpuOf(server.pid).own - idle

    const before = cpuOf(server.pid).own
    const startedAtMs = performance.now()
    await Promise.all(
      parties.map(async (party, p) => {
        for (let left = COMMANDS; left > 0; left--) {
          // Below the rate that one connection is allowed.
          const pace = new Promise((go) => setTimeout(go, 30))
          const reply = await party.socket.emitWithAck('seek', {
            commandId: `${p}-${left}`,
            baseSeq: party.seq,
            positionSeconds: left % 60,
          })
          if (!reply.ok) throw new Error(JSON.stringify(reply.problem))
          party.seq = reply.state.seq
          await pace
        }
      }),
    )
    const [cpu, commands] = [cpuOf(server.pid).own - before, COMMANDS * parties.length]
    return {
      party_commands_per_s: Math.round(commands / cpu),
      party_commands_per_s_by_the_clock: Math.round((commands / (performance.now() - startedAtMs)) * 1000),
      party_members_per_core: Math.round((sockets.length * (WATCH_MS / 1000)) / watching),
    }
  } finally {
    for (const socket of sockets) socket.disconnect()
  }
}
