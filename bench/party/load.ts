// Watch parties under load: simulated members on one process or two, from a command to the last member that hears of it.
import { type ChildProcess, fork } from 'node:child_process'
import { setTimeout as after } from 'node:timers/promises'
import { createParty } from '../../shared/api/party.ts'
import type { PartyServerOptions } from '../../tests/support/socket-pair.ts'
import { createClient } from '../../tests/support/app.ts'
import { percentile } from './frame-error.ts'
import type { Heard, Order, Report, Share } from './load-members.ts'
import type { Load } from './load-server.ts'
import { soak } from './soak.ts'

const CLIENT_PROCESSES = 2
const PARTY_SIZE = 10
/** One party of so many of all. */
const BIG_SHARE = 0.2
const WARM_UP_MEMBERS = 100
const COMMANDS_PER_SECOND = 20
const MEASURE_MS = 30_000
const BIG_EVERY_MS = 1500

const numberOf = (args: readonly string[], name: string, fallback: number): number => {
  const given = args.find((a) => a.startsWith(`--${name}=`))?.split('=')[1]
  return given === undefined ? fallback : Number(given)
}

/** A child that answers each message by its id. */
async function start<Q, R>(file: string, args: readonly string[] = []) {
  const child: ChildProcess = fork(new URL(file, import.meta.url), [...args], {
    execArgv: [
      '--expose-gc',
      ...(process.env.BENCH_PROF && file.includes('server')
        ? ['--cpu-prof', `--cpu-prof-dir=${process.env.BENCH_PROF}`]
        : []),
    ],
    serialization: 'json',
  })
  const waiting = new Map<number, { resolve: (result: R) => void; reject: (error: Error) => void }>()
  let nextId = 0
  const first = await new Promise<unknown>((resolve, reject) => {
    child.once('message', (message) => resolve((message as { result: unknown }).result))
    child.once('exit', () => reject(new Error(`${file} ended before it began.`)))
  })
  child.on('message', ({ id, result, error }: { id: number; result: R; error?: string }) => {
    const asked = waiting.get(id)
    waiting.delete(id)
    if (error === undefined) asked?.resolve(result)
    else asked?.reject(new Error(error))
  })
  child.once('exit', (code, signal) => {
    for (const { reject } of waiting.values()) reject(new Error(`${file} ended (${signal ?? code}).`))
  })
  return {
    first,
    ask: <T extends R>(order: Q): Promise<T> =>
      new Promise<T>((resolve, reject) => {
        const id = nextId++
        waiting.set(id, { resolve: resolve as (result: R) => void, reject })
        child.send({ id, order })
      }),
    [Symbol.dispose]: () => void child.kill(),
  }
}
type Child<Q, R> = Awaited<ReturnType<typeof start<Q, R>>>
type Members = Child<Order, unknown>

/** A party and where its members live: every client process has its share, every server process too. */
type Placed = { code: string; size: number; hostAt: number; shares: Share[][] }

async function place(ports: readonly number[], name: string, size: number): Promise<Placed> {
  const host = createClient(`http://127.0.0.1:${ports[0]}`)
  host.cookies.set('person', `host-${name}`)
  const { code } = await host.call(createParty, { body: { titleId: 'one' } })
  const names = Array.from({ length: size }, (_, i) => (i === 0 ? `host-${name}` : `member-${name}-${i}`))
  const shares = Array.from({ length: CLIENT_PROCESSES }, (_, client) =>
    ports
      .map((port, server): Share => {
        const slots = CLIENT_PROCESSES * ports.length
        const slot = client * ports.length + server
        return { code, port, hasHost: slot === 0, names: names.filter((_name, i) => i % slots === slot) }
      })
      .filter((share) => share.names.length > 0),
  )
  return { code, size, hostAt: 0, shares }
}

async function joinAll(clients: readonly Members[], parties: readonly Placed[]): Promise<number> {
  const counts = await Promise.all(
    clients.map((client, i) =>
      client.ask<number>({ do: 'join', shares: parties.flatMap((p) => p.shares[i] ?? []) }),
    ),
  )
  return counts.reduce((sum, n) => sum + n, 0)
}

type Sent = { key: string; sentMs: number; size: number }

/** Small parties in turn and the big one in between, as many commands a second as a busy evening has. */
async function commandAll(clients: readonly Members[], parties: readonly Placed[]): Promise<Sent[]> {
  const sent: Sent[] = []
  const pending: Promise<unknown>[] = []
  const small = parties.filter((p) => p.size <= PARTY_SIZE)
  const [big] = parties.filter((p) => p.size > PARTY_SIZE)
  const busy = new Set<string>()
  const send = (party: Placed | undefined, positionSeconds: number): void => {
    // Nobody presses again before the last press was answered.
    if (!party || busy.has(party.code)) return
    busy.add(party.code)
    const order: Order = { do: 'command', code: party.code, positionSeconds }
    const asked = clients[party.hostAt]?.ask<{ key: string; sentMs: number }>(order)
    pending.push(
      Promise.resolve(asked).then((s) => {
        busy.delete(party.code)
        if (s) sent.push({ ...s, size: party.size })
      }),
    )
  }
  const startMs = performance.now()
  let bigAtMs = 0
  for (let i = 0; performance.now() - startMs < MEASURE_MS; i++) {
    send(small[i % small.length], i)
    if (performance.now() - startMs >= bigAtMs) {
      send(big, i)
      bigAtMs += BIG_EVERY_MS
    }
    await after(1000 / COMMANDS_PER_SECOND)
  }
  await Promise.all(pending)
  await after(1500)
  return sent
}

/** From each command to the last of its party's members, wherever that one lives; one that never heard is an error. */
function toLastMs(
  sent: readonly Sent[],
  reports: readonly { heard: Heard }[],
): { ms: number; size: number }[] {
  return sent.map(({ key, sentMs, size }) => {
    const parts = reports.map(({ heard }) => heard[key]).filter((h) => h !== undefined)
    const count = parts.reduce((sum, h) => sum + h.count, 0)
    if (count !== size) throw new Error(`${count} of ${size} members heard of ${key}.`)
    return { ms: Math.max(...parts.map((h) => h.lastMs)) - sentMs, size }
  })
}

const kb = (bytes: number, members: number): number => Math.round((bytes / 1024 / members) * 10) / 10
const ms = (value: number): number => Math.round(value * 10) / 10

export async function measureLoad(args: readonly string[], servers: readonly PartyServerOptions[] = [{}]) {
  const wanted = numberOf(args, 'members', 5000)
  const bigSize = Math.min(numberOf(args, 'big', Math.round(wanted * BIG_SHARE)), wanted)
  using stack = new DisposableStack()
  const processes = await Promise.all(
    servers.map((options) => start<null, Load>('./load-server.ts', [JSON.stringify(options)])),
  )
  for (const server of processes) stack.use(server)
  const ports = processes.map((server) => (server.first as { port: number }).port)
  const clients = await Promise.all(
    Array.from({ length: CLIENT_PROCESSES }, () => start<Order, unknown>('./load-members.ts')),
  )
  for (const client of clients) stack.use(client)
  const loads = () => Promise.all(processes.map((server) => server.ask<Load>(null)))
  const sum = (many: readonly Load[], key: keyof Load): number => many.reduce((n, load) => n + load[key], 0)

  // Code is compiled and pools are filled by the first members: that is the server's own memory, not theirs.
  const first = []
  for (let n = 0; n < WARM_UP_MEMBERS; n += PARTY_SIZE) first.push(await place(ports, `warm${n}`, PARTY_SIZE))
  await joinAll(clients, first)
  await Promise.all(clients.map((client) => client.ask({ do: 'leave' })))
  const before = await loads()

  const parties = bigSize > PARTY_SIZE ? [await place(ports, 'big', bigSize)] : []
  for (let n = bigSize > PARTY_SIZE ? bigSize : 0; n < wanted; n += PARTY_SIZE)
    parties.push(await place(ports, `${n}`, PARTY_SIZE))
  const joinedAtMs = performance.now()
  const joined = await joinAll(clients, parties)
  const joinSeconds = (performance.now() - joinedAtMs) / 1000
  await after(5000)
  const idle = await loads()
  await Promise.all(clients.map((client) => client.ask<Report>({ do: 'report' })))

  // Awaited here: what is in use ends with this function.
  if (args.includes('--soak')) {
    const churn = async (forMs: number): Promise<number> => {
      const counts = await Promise.all(clients.map((client) => client.ask<number>({ do: 'churn', forMs })))
      return counts.reduce((n, count) => n + count, 0)
    }
    const memory = async () => {
      const now = await loads()
      return { heapBytes: sum(now, 'heapBytes'), rssBytes: sum(now, 'rssBytes') }
    }
    return await soak({ members: joined, churn, memory }, numberOf(args, 'seconds', 60))
  }

  const sent = await commandAll(clients, parties)
  const reports = await Promise.all(clients.map((client) => client.ask<Report>({ do: 'report' })))
  const busy = await loads()
  const all = toLastMs(sent, reports)
  const of = (isBig: boolean, p: number): number =>
    ms(
      percentile(
        all.filter(({ size }) => size > PARTY_SIZE === isBig).map((a) => a.ms),
        p,
      ),
    )
  const perSecond = (cpuMs: number): number => Math.round((cpuMs / (MEASURE_MS + 1500)) * 100)
  return {
    members_one_process: Math.round(joined / processes.length),
    command_to_last_member_ms_p50: of(false, 50),
    command_to_last_member_ms_p99: Math.max(of(false, 99), bigSize > PARTY_SIZE ? of(true, 99) : 0),
    command_to_last_of_10_ms_p99: of(false, 99),
    ...(bigSize > PARTY_SIZE && {
      big_party_members: bigSize,
      command_to_last_of_big_ms_p50: of(true, 50),
      command_to_last_of_big_ms_p99: of(true, 99),
    }),
    commands: all.length,
    kb_per_member: kb(
      Math.max(sum(idle, 'rssBytes'), sum(busy, 'rssBytes')) - sum(before, 'rssBytes'),
      joined,
    ),
    kb_per_member_heap: kb(sum(busy, 'heapBytes') - sum(before, 'heapBytes'), joined),
    kb_per_member_rss_before_commands: kb(sum(idle, 'rssBytes') - sum(before, 'rssBytes'), joined),
    kb_per_member_with_garbage: kb(sum(busy, 'rssAsItWasBytes') - sum(before, 'rssAsItWasBytes'), joined),
    join_seconds: ms(joinSeconds),
    server_cpu_percent: busy.map((b) => perSecond(b.cpuMs)),
    server_loop_delay_p99_ms: busy.map((b) => ms(b.loopP99Ms)),
    client_cpu_percent: reports.map((r) => perSecond(r.cpuMs)),
    client_loop_delay_p99_ms: reports.map((r) => ms(r.loopP99Ms)),
    events_to_members: reports.reduce((n, r) => n + r.events, 0),
  }
}
