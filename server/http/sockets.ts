// Socket.IO on the server's own port: WebSocket only, same origin only, bounded in number, size and rate.
import type { IncomingMessage } from 'node:http'
import { Server, type Socket } from 'socket.io'
import type { ProblemBody } from '#shared/problems.ts'
import type { Viewer } from '#shared/viewer.ts'
import type { Log } from '../platform/log.ts'
import type { Metrics } from '../platform/metrics.ts'
import { Problem } from '../platform/problem.ts'
import { networkOf } from '../platform/rate-limit.ts'
import { connectRedis } from '../platform/redis.ts'
import { currentScope } from '../platform/scope.ts'
import { createAddressOf } from './addresses.ts'
import { type Authenticate, isCrossSite } from './authenticate.ts'
import type { Http } from './endpoint.ts'
import { problemOf } from './problem-reply.ts'

export type { Socket } from 'socket.io'
export type Sockets = Server

/** A Redis, and whose sockets of all that it knows. */
export type SharedSockets = { url: string; installation: string }

export type SocketsDeps = {
  http: Http
  authenticate: Authenticate
  /** The address people use, when a proxy changes the `Host` header. */
  publicUrl: string | null
  trustedProxies: readonly string[]
  /** Where the sockets of several processes hear of each other; null for one process. */
  shared: SharedSockets | null
  log: Log
  metrics: Metrics
}

/** The largest message a member has a reason to send is a chat line. */
const MAX_MESSAGE_BYTES = 16 * 1024
const MAX_SOCKETS = 20_000
const MAX_SOCKETS_PER_ADDRESS = 2000
/** Messages waiting for a reader that does not read: past it the connection is let go. */
const MAX_UNSENT = 500
const MAX_UNSENT_BYTES = 1 << 20
/** What is looked at below Socket.IO: engine.io's connection and the `ws` socket in it. */
type Unsent = {
  writeBuffer: readonly unknown[]
  transport: { socket: { bufferedAmount: number; terminate: () => void } }
}
/** A first request with the reply that engine.io makes for it. */
type Kept = IncomingMessage & { reply?: object }
const SWEEP_MS = 5000
/** Events per second and socket, with a burst; far above a member's needs (clock, status, chat). */
const EVENTS_PER_SECOND = 40
const EVENT_BURST = 120
/** Refused events in a row before the flood is ended by closing the socket. */
const FLOOD = 200

export const viewerOf = (socket: Socket): Viewer => (socket.data as { viewer: Viewer }).viewer

/** Streams, not publish and subscribe: what was said while Redis was away for a moment is heard afterwards. */
async function openAdapter({ url, installation }: SharedSockets, log: Log) {
  const { createAdapter } = await import('@socket.io/redis-streams-adapter')
  const connection = await connectRedis(url, log, { maxRetriesPerRequest: null })
  const adapter = createAdapter(connection, { streamName: `mediaserver:${installation}:sockets` })
  return { adapter, close: () => connection.disconnect() }
}

export async function createSockets({
  http,
  authenticate,
  publicUrl,
  trustedProxies,
  shared: others,
  log,
  metrics,
}: SocketsDeps) {
  const addressOf = createAddressOf(trustedProxies)
  const shared = others && (await openAdapter(others, log))
  const own = publicUrl === null ? null : new URL(publicUrl).host
  const perAddress = new Map<string, number>()
  const io = new Server(http.server, {
    ...(shared && { adapter: shared.adapter }),
    transports: ['websocket'],
    serveClient: false,
    maxHttpBufferSize: MAX_MESSAGE_BYTES,
    perMessageDeflate: false,
    pingInterval: 10_000,
    pingTimeout: 10_000,
    connectTimeout: 10_000,
    allowRequest: (request, decide) => {
      const host = request.headers.host ?? ''
      const isOwn =
        !isCrossSite(request.headers, host) || (own !== null && !isCrossSite(request.headers, own))
      if (!isOwn) return decide('cross-site', false)
      const network = networkOf(
        addressOf(request.socket.remoteAddress ?? '', request.headers['x-forwarded-for']),
      )
      if (io.engine.clientsCount >= MAX_SOCKETS || (perAddress.get(network) ?? 0) >= MAX_SOCKETS_PER_ADDRESS)
        return decide('too-many-requests', false)
      return decide(null, true)
    },
  })
  metrics.gauge({ name: 'mediaserver_sockets', help: 'Open sockets.' }, (gauge) =>
    gauge.set(io.engine.clientsCount),
  )

  io.engine.use((request: Kept, reply: object, next: () => void) => {
    request.reply = reply
    next()
  })
  io.engine.on(
    'connection',
    (raw: { request: IncomingMessage; on: (event: string, run: () => void) => void }) => {
      const { socket, headers } = raw.request
      const network = networkOf(addressOf(socket.remoteAddress ?? '', headers['x-forwarded-for']))
      perAddress.set(network, (perAddress.get(network) ?? 0) + 1)
      raw.on('close', () => {
        const left = (perAddress.get(network) ?? 1) - 1
        if (left > 0) perAddress.set(network, left)
        else perAddress.delete(network)
      })
    },
  )

  io.use((socket, next) => {
    const headers = new Headers()
    const { cookie = '' } = socket.handshake.headers
    headers.set('cookie', cookie)
    const admit = async (): Promise<Error | undefined> => {
      try {
        const identity = await authenticate({ headers, cookies: http.parseCookie(cookie) })
        if (!identity) return refusal(new Problem('not-signed-in'))
        Object.assign(socket.data, { viewer: identity.viewer, signInId: identity.signInId })
        letRequestGo(socket)
        return undefined
      } catch (error) {
        log.error({ err: error }, 'a socket could not be authenticated')
        return refusal(new Problem('internal'))
      }
    }
    // oxlint-disable-next-line promise/no-callback-in-promise -- Socket.IO's middleware is made of callbacks
    void admit().then(next)
  })

  const letSlowReadersGo = (): void => {
    for (const socket of io.sockets.sockets.values()) {
      const { writeBuffer, transport } = socket.conn as unknown as Unsent
      // engine.io keeps messages while the network still takes the ones before, which are kept further below.
      const unsentBytes = transport.socket.bufferedAmount
      if (writeBuffer.length <= MAX_UNSENT && unsentBytes <= MAX_UNSENT_BYTES) continue
      log.info({ unsent: writeBuffer.length, unsentBytes }, 'a slow reader was let go')
      // Not asked to go: it would not read that either, and what waits for it would stay.
      transport.socket.terminate()
    }
  }
  const sweep = setInterval(letSlowReadersGo, SWEEP_MS).unref()

  return {
    io,
    count: (): number => io.sockets.sockets.size,
    letSlowReadersGo,
    /** Sign-ins that ended take their sockets with them. */
    signedOut(ended: { signInId?: string; personId?: string }): void {
      for (const socket of io.sockets.sockets.values()) {
        const { viewer, signInId } = socket.data as { viewer: Viewer; signInId: string | null }
        if (
          (ended.signInId && signInId === ended.signInId) ||
          (ended.personId && viewer.id === ended.personId)
        )
          socket.disconnect(true)
      }
    },
    async [Symbol.asyncDispose]() {
      clearInterval(sweep)
      io.disconnectSockets(true)
      io.engine.close()
      // It asks Redis for more until its adapter is closed.
      void io.of('/').adapter.close()
      shared?.close()
    },
  }
}

/** The first request and its headers are some 10 kB a member, and nothing asks for them any more. */
function letRequestGo(socket: Socket): void {
  const { reply } = socket.conn.request as Kept
  // It lives as long as the connection, and the request in it.
  if (reply) Object.assign(reply, { req: null })
  Object.assign(socket.conn, { request: null })
  Object.assign(socket.handshake, { headers: {} })
}

/** Reaches the browser as `connect_error` with the problem in `data`. */
function refusal(problem: Problem): Error {
  return Object.assign(new Error(problem.message), { data: problem.body() })
}

/** A refused event's acknowledgement, the same body as over HTTP. */
export function refusedAck(error: unknown, log: Log): { ok: false; problem: ProblemBody } {
  const problem = problemOf(error)
  if (problem.code === 'internal') log.error({ err: error }, 'a socket event failed')
  return { ok: false, problem: problem.body(currentScope().requestId) }
}

/** Lets a socket's events through at a bounded rate: `true`, or `false` when this one is refused. */
export function createEventBudget(socket: Socket, monotonicMs: () => number): () => boolean {
  let left = EVENT_BURST
  let atMs = monotonicMs()
  let refused = 0
  return () => {
    const now = monotonicMs()
    left = Math.min(EVENT_BURST, left + ((now - atMs) / 1000) * EVENTS_PER_SECOND)
    atMs = now
    if (left < 1) {
      if (++refused > FLOOD) socket.disconnect(true)
      return false
    }
    left--
    refused = 0
    return true
  }
}
