// The typed Socket.IO connection: every event is answered, refused or given up on after a while.
import { type Socket, io } from 'socket.io-client'
import type {
  Ack,
  ClientEvent,
  ClientPayload,
  ReplyOf,
  ServerEvent,
  ServerEvents,
} from '#shared/party/protocol.ts'
import type { ProblemBody } from '#shared/problems.ts'

const ANSWER_WITHIN_MS = 8000

const lost: ProblemBody = { type: '/problems/unreachable', title: 'The server did not answer', status: 0 }

export type PartySocketOptions = {
  /** The page's own address without. */
  url?: string
  /** Programs without a browser hand in their cookie. */
  cookie?: string
}

export function connectPartySocket({ url, cookie }: PartySocketOptions = {}) {
  const options = {
    transports: ['websocket'],
    reconnectionDelay: 300,
    // Up to half as much again by chance: after a restart all are to be back in step within five seconds.
    reconnectionDelayMax: 1000,
    ...(cookie !== undefined && { extraHeaders: { cookie } }),
  }
  const socket: Socket = url === undefined ? io(options) : io(url, { ...options, forceNew: true })
  return {
    /** Not connected: the problem says so, nothing is queued to be sent late. */
    async send<E extends ClientEvent>(event: E, payload: ClientPayload<E>): Promise<Ack<ReplyOf<E>>> {
      if (!socket.connected) return { ok: false, problem: lost }
      try {
        return (await socket.timeout(ANSWER_WITHIN_MS).emitWithAck(event, payload)) as Ack<ReplyOf<E>>
      } catch {
        return { ok: false, problem: lost }
      }
    },
    on<E extends ServerEvent>(event: E, listener: (payload: ServerEvents[E]) => void): void {
      socket.on(event as string, listener)
    },
    onConnect(listener: () => void): void {
      socket.on('connect', listener)
    },
    onDisconnect(listener: (byServer: boolean) => void): void {
      socket.on('disconnect', (reason) => listener(reason === 'io server disconnect'))
    },
    /** The server refused the connection itself. */
    onRefused(listener: (problem: ProblemBody) => void): void {
      socket.on('connect_error', (error: Error & { data?: ProblemBody }) => {
        if (error.data?.type) listener(error.data)
      })
    },
    reconnect: () => void socket.connect(),
    close: () => void socket.disconnect(),
  }
}
export type PartySocket = ReturnType<typeof connectPartySocket>
