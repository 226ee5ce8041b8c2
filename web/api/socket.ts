// The typed Socket.IO connection: every event is answered, refused or given up on after a while.
import { type Manager, type Socket, io } from 'socket.io-client'
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

/**
 * Socket.IO 4.8 hears of errors while it connects, not of an orderly end: a server that was stopped between taking
 * the connection and its first word left members waiting for the whole of `timeout`. Makes that end an error.
 */
function mindEarlyClose({ engine }: Manager): void {
  if (engine.readyState !== 'opening') return
  // Its own to emit, by its types.
  const { emit } = engine as unknown as { emit: (event: string, error: Error) => void }
  const failed = (): void => emit.call(engine, 'error', new Error('closed before it was open'))
  engine.once('close', failed)
  engine.once('open', () => engine.off('close', failed))
}

export function connectPartySocket({ url, cookie }: PartySocketOptions = {}) {
  const options = {
    transports: ['websocket'],
    reconnectionDelay: 300,
    // Up to half as much again by chance: after a restart all are to be back in step within five seconds.
    reconnectionDelayMax: 1000,
    timeout: ANSWER_WITHIN_MS,
    ...(cookie !== undefined && { extraHeaders: { cookie } }),
  }
  const socket: Socket = url === undefined ? io(options) : io(url, { ...options, forceNew: true })
  const { io: manager } = socket
  mindEarlyClose(manager)
  // It is told before the new connection is made.
  manager.on('reconnect_attempt', () => queueMicrotask(() => mindEarlyClose(manager)))
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
    reconnect(): void {
      socket.connect()
      mindEarlyClose(manager)
    },
    /** Lets go of a connection that nothing is answered on; another one is made by itself. */
    renew(): void {
      if (socket.connected) manager.engine.close()
    },
    close: () => void socket.disconnect(),
  }
}
export type PartySocket = ReturnType<typeof connectPartySocket>
