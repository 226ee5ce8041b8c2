// One party on two processes over real PostgreSQL and Redis: as tight as on one, and a killed process costs a moment.
import assert from 'node:assert/strict'
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, type Socket, connect, createServer } from 'node:net'
import { type TestContext, test } from 'node:test'
import { Redis } from 'ioredis'
import { createParty, getParty, joinAsGuest } from '../../shared/api/party.ts'
import { createClient } from '../support/app.ts'
import { freshPostgres, lacking, startRedis } from '../support/servers.ts'
import { createMember } from '../support/socket-pair.ts'

const skip = lacking('postgres', 'redis')
const CHILD = new URL('../support/party-child.ts', import.meta.url)
/** A silent process is given up after seven seconds, and looked for every two. */
const GIVEN_UP_MS = 20_000

/** A database and a Redis of their own; gone after the test, when the processes are. */
async function shared(stack: AsyncDisposableStack) {
  const database = stack.use(await freshPostgres())
  const redis = stack.use(await startRedis())
  const client = new Redis(redis.url)
  stack.defer(() => client.disconnect())
  return { databaseUrl: database.url, redisUrl: redis.url, flush: () => client.flushdb() }
}

async function start(stack: AsyncDisposableStack, options: object) {
  const child: ChildProcess = fork(CHILD, [JSON.stringify(options)])
  stack.defer(() => void child.kill('SIGKILL'))
  const [said] = (await once(child, 'message')) as [{ port: number }]
  return {
    port: said.port,
    async kill(): Promise<void> {
      child.kill('SIGKILL')
      await once(child, 'exit')
    },
  }
}

/** What stands in front of several processes: the first one that answers takes the connection. */
async function front(t: TestContext, ports: () => readonly number[]): Promise<string> {
  const open = new Set<Socket>()
  const server = createServer((near) => {
    open.add(near)
    near.on('error', () => {})
    const tryNext = ([port, ...others]: readonly number[]): void => {
      if (port === undefined) return void near.destroy()
      const far = connect(port, '127.0.0.1')
      far.once('connect', () => near.pipe(far).pipe(near))
      far.once('error', () => (far.bytesRead > 0 ? near.destroy() : tryNext(others)))
      far.once('close', () => far.bytesRead > 0 && near.destroy())
    }
    tryNext(ports())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    for (const socket of open) socket.destroy()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

test(
  '[PS3] [PS4] members on two processes are one party, and outlive one of them',
  { skip, timeout: 90_000 },
  async (t) => {
    await using stack = new AsyncDisposableStack()
    const { flush, ...options } = await shared(stack)
    const first = await start(stack, { shared: options })
    const second = await start(stack, { shared: options })
    const [atFirst, atSecond] = [
      await front(t, () => [first.port, second.port]),
      await front(t, () => [second.port, first.port]),
    ]
    const host = createClient(atFirst)
    host.cookies.set('person', 'ada')
    const party = await host.call(createParty, { body: { titleId: 'one', control: 'everyone' } })
    const guest = createClient(atSecond)
    const { viewer } = await guest.call(joinAsGuest, {
      params: { code: party.code },
      body: { name: 'Grace' },
    })
    using ada = createMember(atFirst, host.cookieHeader(), party.code)
    using grace = createMember(atSecond, guest.cookieHeader(), party.code)
    for (const m of [ada, grace]) await m.sees((v) => v.phase === 'joined')
    await ada.sees((v) => v.members.some((m) => m.id === viewer.id && m.connected))

    // Commands on either process; a start waits for members of both.
    assert.ok(await ada.room.seek(600))
    const { seq } = ada.room.view.get().state!
    await grace.sees((v) => v.state!.seq === seq)
    ada.room.ready(seq)
    assert.ok(await grace.room.play())
    await ada.sees((v) => v.state!.waiting?.memberIds[0] === viewer.id)
    grace.room.ready(seq)
    for (const m of [ada, grace]) await m.sees((v) => v.state!.playing)
    for (const m of [ada, grace]) await m.sees(() => m.room.clock.isKnown())
    const nowMs = performance.now()
    const apart = ada.room.clock.serverMs(nowMs) - grace.room.clock.serverMs(nowMs)
    assert.ok(Math.abs(apart) < 20, `[PS4] both processes tell one time, not ${apart} ms apart`)
    assert.ok(await grace.room.chat('from the other one'))
    await ada.sees((v) => v.chat.at(-1)?.text === 'from the other one')
    grace.room.status({ driftMs: 3, bufferedSeconds: 20, roundTripMs: 9, uncertaintyMs: 4 })
    await ada.sees((v) => v.members.find((m) => m.id === viewer.id)?.driftMs === 3)

    // A limit is one for both: guesses at either count together.
    const guesser = createClient(atFirst)
    const other = createClient(atSecond)
    const told = new Set<string>()
    for (let i = 0; i < 35; i++)
      for (const client of [guesser, other])
        told.add((await client.refused(getParty, { params: { code: `AAAA${i}` } })).type)
    assert.deepEqual([...told], ['/problems/party-not-found', '/problems/too-many-requests'])

    const before = grace.room.view.get().state!
    await first.kill()
    await ada.sees((v) => v.phase === 'lost')
    await ada.sees((v) => v.phase === 'joined')
    assert.equal(ada.room.view.get().state!.atServerMs, before.atServerMs, 'nothing was lost')
    assert.ok(await ada.room.pause())
    await grace.sees((v) => !v.state!.playing)
    assert.deepEqual(ada.room.view.get().state, grace.room.view.get().state)

    // What the killed process held is given up: once she leaves the other one, she is seen to be gone.
    await ada.room.leave()
    using again = createMember(atSecond, host.cookieHeader(), party.code)
    await again.sees((v) => v.phase === 'joined')
    again[Symbol.dispose]()
    await grace.sees((v) => v.members.some((m) => m.id === 'ada' && !m.connected), GIVEN_UP_MS)

    // Redis loses all it knew: the rows bring the party back, and who is connected still is.
    await flush()
    assert.ok(await grace.room.seek(30))
    await grace.sees((v) => v.state!.positionSeconds === 30)
    await grace.sees((v) => v.members.some((m) => m.id === viewer.id && m.connected))
    const third = createMember(atSecond, host.cookieHeader(), party.code)
    t.after(() => third[Symbol.dispose]())
    await third.sees((v) => v.members.some((m) => m.id === viewer.id && m.connected))
  },
)

test('[PS3] of a killed process nobody is left behind as present', { skip, timeout: 60_000 }, async () => {
  await using stack = new AsyncDisposableStack()
  const { flush: _, ...options } = await shared(stack)
  const first = await start(stack, { shared: options })
  const second = await start(stack, { shared: options })
  const host = createClient(`http://127.0.0.1:${first.port}`)
  host.cookies.set('person', 'ada')
  const party = await host.call(createParty, { body: { titleId: 'one' } })
  const guest = createClient(`http://127.0.0.1:${second.port}`)
  await guest.call(joinAsGuest, { params: { code: party.code }, body: { name: 'Grace' } })
  using ada = createMember(`http://127.0.0.1:${first.port}`, host.cookieHeader(), party.code)
  await ada.sees((v) => v.phase === 'joined')
  using grace = createMember(`http://127.0.0.1:${second.port}`, guest.cookieHeader(), party.code)
  await grace.sees((v) => v.members.some((m) => m.id === 'ada' && m.connected))
  await first.kill()
  await grace.sees((v) => v.members.some((m) => m.id === 'ada' && !m.connected), GIVEN_UP_MS)
})
