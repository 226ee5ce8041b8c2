// A server that holds watch parties and nothing else, and members that talk to it over real sockets.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createHttpServer } from '../../server/http/server.ts'
import { createSockets } from '../../server/http/sockets.ts'
import { GUEST_COOKIE } from '../../server/party/guest-ticket.ts'
import { type PartyDeps, createParty } from '../../server/party/party.ts'
import { createPeers } from '../../server/party/peers.ts'
import { createRooms } from '../../server/party/rooms.ts'
import { partyRoutes } from '../../server/party/routes.ts'
import { createServerTime, followTime } from '../../server/party/server-time.ts'
import { partySocket } from '../../server/party/socket.ts'
import { createPartyStore } from '../../server/party/store.ts'
import { systemClock } from '../../server/platform/clock.ts'
import { createInProcessCoordination } from '../../server/platform/coordination/in-process.ts'
import { openRedisCoordination } from '../../server/platform/coordination/redis.ts'
import { openDatabase } from '../../server/platform/database/database.ts'
import { silentLog } from '../../server/platform/log.ts'
import { createRateLimits } from '../../server/platform/rate-limit.ts'
import { newId } from '../../server/platform/ids.ts'
import { createMetrics } from '../../server/platform/metrics.ts'
import { createRoom } from '../../web/party/room.ts'
import { connectPartySocket } from '../../web/api/socket.ts'
import { openTestDatabase } from './database.ts'

/** The cookie `person=<name>` signs in; there are no passwords here. */
export type PartyServerOptions = {
  dataPath?: string
  port?: number
  joinWithinMs?: number
  prepareSeek?: NonNullable<PartyDeps['prepareSeek']>
  trustedProxies?: readonly string[]
  /** Several processes hold the parties together. */
  shared?: { databaseUrl: string; redisUrl: string }
}

export async function createPartyServer(options: PartyServerOptions = {}) {
  await using stack = new AsyncDisposableStack()
  const dataPath = options.dataPath ?? (await mkdtemp(join(tmpdir(), 'party-')))
  if (options.dataPath === undefined) stack.defer(() => rm(dataPath, { recursive: true, force: true }))
  const log = silentLog()
  const { shared } = options
  const metrics = createMetrics()
  const { db } = stack.use(
    await (shared
      ? openDatabase({ kind: 'postgres', url: shared.databaseUrl }, Date.now)
      : openTestDatabase(dataPath, { isKept: options.dataPath !== undefined })),
  )
  const nowMs = systemClock.monotonicMs
  const coordination = stack.use(
    shared
      ? await openRedisCoordination({ url: shared.redisUrl, installation: 'test', log })
      : createInProcessCoordination({ nowMs, log }),
  )
  const time = shared
    ? stack.use(await followTime(systemClock, coordination.timeMs, () => {}))
    : createServerTime(systemClock)
  const store = createPartyStore(db)
  const party = stack.use(
    createParty({
      store,
      time,
      rooms: createRooms({ coordination, store, serverMs: time.nowMs }),
      metrics,
      peers: createPeers({ coordination, self: time.epoch, nowMs }),
      limits: createRateLimits({ coordination, log, nowMs }),
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
  const http = await createHttpServer({
    log,
    metrics,
    trustedProxies: options.trustedProxies ?? [],
    authenticate,
  })
  stack.defer(() => http.close())
  partyRoutes(http, party, false)
  const sockets = stack.use(
    await createSockets({
      http,
      authenticate,
      publicUrl: null,
      trustedProxies: options.trustedProxies ?? [],
      shared: shared ? { url: shared.redisUrl, installation: 'test' } : null,
      log,
      metrics,
    }),
  )
  await partySocket({
    io: sockets.io,
    party,
    log,
    monotonicMs: nowMs,
    ...(options.joinWithinMs !== undefined && { joinWithinMs: options.joinWithinMs }),
  })
  await http.listen({ host: '127.0.0.1', port: options.port ?? 0 })
  const { port } = http.server.address() as { port: number }
  const parts = stack.move()
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    dataPath,
    party,
    io: sockets.io,
    letSlowReadersGo: sockets.letSlowReadersGo,
    /** Chat as if it had been said long ago. */
    async fillChat(partyId: string, count: number): Promise<void> {
      for (let i = 0; i < count; i++)
        await store.addMessage(partyId, {
          id: newId(),
          memberId: 'ada',
          name: 'ada',
          text: `line ${i}`,
          positionSeconds: i,
          sentAtMs: Date.now(),
        })
    },
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
    /** Resolves once the member sees what is asked for; fails after a while. */
    sees: (what: (view: ReturnType<typeof room.view.get>) => boolean, withinMs = 10_000): Promise<void> =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(
          () => finish(new Error(`not seen: ${what.toString()}; ${JSON.stringify(room.view.get())}`)),
          withinMs,
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
