// Many members of parties in one process of their own: they join, keep time, report, command and note when they hear.
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as after } from 'node:timers/promises'
import { PROTOCOL_VERSION } from '../../shared/party/protocol.ts'
import { type RawSocket, openRawSocket } from '../../tests/support/raw-socket.ts'

/** Which members of a party live in this process; `hostIndex` 0 is the one who commands. */
export type Share = { code: string; names: readonly string[]; hasHost: boolean; port: number }
export type Order =
  | { do: 'join'; shares: readonly Share[] }
  | { do: 'command'; code: string; positionSeconds: number }
  | { do: 'report' }
  | { do: 'churn'; forMs: number }
  | { do: 'leave' }
export type Heard = Record<string, { count: number; lastMs: number }>
export type Report = { heard: Heard; cpuMs: number; loopP99Ms: number; events: number }

type Member = { socket: RawSocket; share: Share; name: string }
type JoinAck = { ok: boolean; state: { partyId: string; seq: number }; problem?: { detail: string } }

/** One clock for all processes of this machine. */
export const machineMs = (): number => Number(process.hrtime.bigint()) / 1e6

const JOINING_AT_ONCE = 20
const CLOCK_EVERY_MS = 2000
/** As the page does. */
const STATUS_EVERY_MS = 3000
const CHAT_SHARE = 0.1

const members: Member[] = []
const seqs = new Map<string, number>()
const hosts = new Map<string, RawSocket>()
let heard: Heard = {}
let events = 0
let commandCount = 0
let addressCount = 0
let cpu = process.cpuUsage()
const loop = monitorEventLoopDelay({ resolution: 5 })

const STATE = /^\["state_sync",\{"state":\{"partyId":"([^"]+)","code":"([^"]+)","seq":(\d+)/

async function joinOne(share: Share, name: string, isHost: boolean): Promise<Member> {
  let socket: RawSocket | null = null
  const onEvent = (text: string): void => {
    events++
    const found = STATE.exec(text)
    if (!found) return
    const [, , code = '', seq = ''] = found
    const key = `${code} ${seq}`
    const known = (heard[key] ??= { count: 0, lastMs: 0 })
    known.count++
    known.lastMs = machineMs()
    seqs.set(code, Math.max(seqs.get(code) ?? 0, Number(seq)))
    // A picture takes a while to be there.
    if (text.endsWith('"type":"seek"}}]'))
      setTimeout(() => socket?.tell('ready', { seq: Number(seq) }), 30 + Math.random() * 300)
  }
  // Spread over loopback's addresses, a thousand each.
  const localAddress = `127.0.${process.pid % 200}.${1 + (Math.floor(addressCount++ / 1000) % 250)}`
  socket = await openRawSocket({ port: share.port, cookie: `person=${name}`, localAddress, onEvent })
  const joined = await socket.ask<JoinAck>('join', { version: PROTOCOL_VERSION, code: share.code })
  if (!joined.ok) throw new Error(joined.problem?.detail ?? 'join refused')
  seqs.set(share.code, Math.max(seqs.get(share.code) ?? 0, joined.state.seq))
  if (isHost) hosts.set(share.code, socket)
  return { socket, share, name }
}

async function join(shares: readonly Share[]): Promise<void> {
  const wanted = shares.flatMap((share) =>
    share.names.map((name, i) => ({ share, name, isHost: share.hasHost && i === 0 })),
  )
  for (let i = 0; i < wanted.length; i += JOINING_AT_ONCE)
    members.push(
      ...(await Promise.all(
        wanted.slice(i, i + JOINING_AT_ONCE).map((w) => joinOne(w.share, w.name, w.isHost)),
      )),
    )
}

/** What every page does by itself, at its own moments. */
function keepTime(): void {
  const each = (everyMs: number, run: (member: Member) => void): void => {
    let next = 0
    setInterval(() => {
      const many = Math.ceil((members.length * 20) / everyMs)
      for (let i = 0; i < many && members.length > 0; i++) {
        const member = members[next++ % members.length]
        if (member) run(member)
      }
    }, 20).unref()
  }
  each(CLOCK_EVERY_MS, ({ socket }) => void socket.ask('clock', { t0: performance.now() }).catch(() => {}))
  each(STATUS_EVERY_MS, ({ socket }) =>
    socket.tell('status', {
      driftMs: Math.random() * 10,
      bufferedSeconds: 20 + Math.random(),
      roundTripMs: 20 + Math.random() * 60,
      uncertaintyMs: 3,
    }),
  )
}

async function command(code: string, positionSeconds: number): Promise<{ key: string; sentMs: number }> {
  const socket = hosts.get(code)
  if (!socket) throw new Error(`No host of ${code} here.`)
  const sentMs = machineMs()
  const payload = { commandId: `${process.pid}-${++commandCount}`, baseSeq: seqs.get(code), positionSeconds }
  const reply = await socket.ask<JoinAck>('seek', payload)
  if (!reply.ok) throw new Error(`${code}, based on ${seqs.get(code)}: ${reply.problem?.detail ?? 'refused'}`)
  seqs.set(code, Math.max(seqs.get(code) ?? 0, reply.state.seq))
  return { key: `${code} ${reply.state.seq}`, sentMs }
}

/** An hour of coming and going in little time: everybody leaves, drops or talks again and again. */
async function churn(forMs: number): Promise<number> {
  const untilMs = performance.now() + forMs
  let done = 0
  const one = async (member: Member): Promise<void> => {
    const isHost = hosts.get(member.share.code) === member.socket
    if (Math.random() < 0.5) await member.socket.ask('leave', {})
    member.socket.close()
    Object.assign(member, await joinOne(member.share, member.name, isHost))
    if (Math.random() < CHAT_SHARE) await member.socket.ask('chat', { messageId: 'm', text: 'What a film!' })
    done++
  }
  while (performance.now() < untilMs) {
    const start = Math.floor(Math.random() * Math.max(1, members.length - JOINING_AT_ONCE))
    await Promise.all(members.slice(start, start + JOINING_AT_ONCE).map(one))
    const codes = [...hosts.keys()]
    const code = codes[done % codes.length]
    // Somebody else's change may have come between: that one is refused, as it should be.
    if (code) await command(code, done % 3000).catch(() => {})
    heard = {}
  }
  return done
}

function report(): Report {
  const { user, system } = process.cpuUsage(cpu)
  const result = { heard, cpuMs: (user + system) / 1000, loopP99Ms: loop.percentile(99) / 1e6, events }
  heard = {}
  events = 0
  cpu = process.cpuUsage()
  loop.reset()
  return result
}

async function obey(order: Order): Promise<unknown> {
  switch (order.do) {
    case 'join':
      await join(order.shares)
      return members.length
    case 'command':
      return command(order.code, order.positionSeconds)
    case 'report':
      return report()
    case 'churn':
      return churn(order.forMs)
    case 'leave':
      for (const { socket } of members.splice(0)) socket.close()
      // A command over a closed connection is never answered.
      hosts.clear()
      await after(500)
      return null
  }
}

loop.enable()
keepTime()
process.on('message', ({ id, order }: { id: number; order: Order }) => {
  obey(order).then(
    (result) => process.send?.({ id, result }),
    (error: unknown) => process.send?.({ id, error: String(error) }),
  )
})
process.on('disconnect', () => process.exit())
process.send?.({ id: -1 })
