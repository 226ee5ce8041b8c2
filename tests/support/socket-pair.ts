// A server that holds watch parties and nothing else, and members that talk to it over real sockets.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createHttpServer } from '../../server/http/server.ts'
import { createSockets } from '../../server/http/sockets.ts'
import { GUEST_COOKIE } from '../../server/party/guest-ticket.ts'
import { type PartyDeps, createParty } from '../../server/party/party.ts'
import { createRooms } from '../../server/party/rooms.ts'
import { partyRoutes } from '../../server/party/routes.ts'
import { createServerTime } from '../../server/party/server-time.ts'
import { partySocket } from '../../server/party/socket.ts'
import { createPartyStore } from '../../server/party/store.ts'
import { systemClock } from '../../server/platform/clock.ts'
import { createInProcessCoordination } from '../../server/platform/coordination/in-process.ts'
import { openDatabase } from '../../server/platform/database/database.ts'
import { silentLog } from '../../server/platform/log.ts'
import { createMetrics } from '../../server/platform/metrics.ts'
import { createRoom } from '../../web/party/room.ts'
import { connectPartySocket } from '../../web/api/socket.ts'

/** The cookie `person=<name>` signs in; there are no passwords here. */
export async function createPartyServer(
  options: { dataPath?: string; port?: number; prepareSeek?: PartyDeps['prepareSeek'] } = {},
) {
  await using stack = new AsyncDisposableStack()
  const dataPath = options.dataPath ?? (await mkdtemp(join(tmpdir(), 'party-')))
  if (options.dataPath === undefined) stack.defer(() => rm(dataPath, { recursive: true, force: true }))
  const log = silentLog()
  const metrics = createMetrics()
  const { db } = stack.use(
    await openDatabase({ kind: 'sqlite', path: join(dataPath, 'party.sqlite') }, Date.now),
  )
  const coordination = stack.use(createInProcessCoordination({ nowMs: systemClock.monotonicMs, log }))
  const time = createServerTime(systemClock)
  const store = createPartyStore(db)
  const party = stack.use(
    createParty({
      store,
      time,
      rooms: createRooms({ coordination, store, serverMs: time.nowMs }),
      metrics,
      secret: 'only for tests',
      ...(options.prepareSeek && { prepareSeek: options.prepareSeek }),
      titleOf: async (titleId) =>
        titleId === 'missing'
          ? null
          : {
              titleId,
              titleName: `Film ${titleId}`,
              fileId: options.prepareSeek ? 'file' : null,
              durationSeconds: 3600,
            },
    }),
  )
  const authenticate = async ({ cookies }: { cookies: Readonly<Record<string, string | undefined>> }) => {
    const { person } = cookies
    if (person)
      return {
        viewer: { kind: 'person' as const, id: person, name: person, role: 'viewer' as const },
        signInId: person,
      }
    const viewer = await party.guest(cookies[GUEST_COOKIE] ?? '')
    return viewer && { viewer, signInId: null }
  }
  const http = await createHttpServer({ log, metrics, trustedProxies: [], authenticate })
  stack.defer(() => http.close())
  partyRoutes(http, party, false)
  const sockets = stack.use(
    await createSockets({ http, authenticate, publicUrl: null, redisUrl: null, log, metrics }),
  )
  partySocket({ io: sockets.io, party, log, monotonicMs: systemClock.monotonicMs })
  await http.listen({ host: '127.0.0.1', port: options.port ?? 0 })
  const { port } = http.server.address() as { port: number }
  const parts = stack.move()
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    dataPath,
    party,
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  }
}

/** A member as the web app has it, on a real socket. */
export function createMember(url: string, cookie: string, code: string) {
  const room = createRoom({
    socket: connectPartySocket({ url, cookie }),
    code,
    nowMs: () => performance.now(),
    newId: () => crypto.randomUUID(),
  })
  return {
    room,
    /** Resolves once the member sees what is asked for; fails after ten seconds. */
    sees: (what: (view: ReturnType<typeof room.view.get>) => boolean): Promise<void> =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(
          () => finish(new Error(`not seen: ${what.toString()}; ${JSON.stringify(room.view.get())}`)),
          10_000,
        )
        const finish = (error?: Error): void => {
          clearTimeout(timer)
          stop()
          if (error) reject(error)
          else resolve()
        }
        const check = (): void => void (what(room.view.get()) && finish())
        const stop = room.view.subscribe(check)
        check()
      }),
    [Symbol.dispose]: () => room[Symbol.dispose](),
  }
}
