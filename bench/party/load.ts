// Watch parties under load: simulated members on one process, from a command to the last member that sees it.
import { fork } from 'node:child_process'
import { createClient } from '../../tests/support/app.ts'
import { createPartyServer } from '../../tests/support/socket-pair.ts'
import { createParty } from '../../shared/api/party.ts'
import { PROTOCOL_VERSION } from '../../shared/party/protocol.ts'
import { io, type Socket } from 'socket.io-client'
import { percentile } from './frame-error.ts'

const PARTY_SIZE = 10
const COMMANDS = 50

const numberOf = (args: readonly string[], name: string, fallback: number): number => {
  const given = args.find((a) => a.startsWith(`--${name}=`))?.split('=')[1]
  return given === undefined ? fallback : Number(given)
}

/** The server runs in a process of its own, so that its memory is its own. */
type FromServer = { url: string } | { rssBytes: number }

export async function measureLoad(args: readonly string[]) {
  const wanted = numberOf(args, 'members', 500)
  const server = fork(new URL('../main.ts', import.meta.url), ['party', '--serve'])
  const next = (): Promise<FromServer> =>
    new Promise((resolve) => server.once('message', (m) => resolve(m as FromServer)))
  const memory = async (): Promise<number> => {
    const answer = next()
    server.send('memory')
    return ((await answer) as { rssBytes: number }).rssBytes
  }
  const sockets: Socket[] = []
  try {
    const { url } = (await next()) as { url: string }
    const before = await memory()
    const parties: { host: Socket; members: Socket[]; seq: number }[] = []
    for (let made = 0; made < wanted; made += PARTY_SIZE) {
      const host = createClient(url)
      host.cookies.set('person', `host-${made}`)
      const { code } = await host.call(createParty, { body: { titleId: 'one' } })
      const members = await Promise.all(
        Array.from({ length: PARTY_SIZE }, async (_, i) => {
          const client = createClient(url)
          if (i === 0) client.cookies.set('person', `host-${made}`)
          // A person of their own each: guests' codes are limited per address, and all of these come from one.
          else client.cookies.set('person', `member-${made}-${i}`)
          const socket = io(url, {
            transports: ['websocket'],
            forceNew: true,
            extraHeaders: { cookie: client.cookieHeader() },
          })
          sockets.push(socket)
          await new Promise<void>((resolve) => socket.once('connect', () => resolve()))
          const joined = await socket.emitWithAck('join', { version: PROTOCOL_VERSION, code })
          if (!joined.ok) throw new Error(joined.problem.detail)
          return socket
        }),
      )
      parties.push({ host: members[0]!, members, seq: 1 })
    }
    const after = await memory()
    const toLastMs: number[] = []
    for (let i = 0; i < COMMANDS; i++) {
      const party = parties[i % parties.length]!
      const seen = Promise.all(
        party.members.map((m) => new Promise<void>((resolve) => m.once('state_sync', () => resolve()))),
      )
      const startedAtMs = performance.now()
      const reply = await party.host.emitWithAck('seek', {
        commandId: `c${i}`,
        baseSeq: party.seq,
        positionSeconds: i,
      })
      if (!reply.ok) throw new Error(reply.problem.detail)
      await seen
      toLastMs.push(performance.now() - startedAtMs)
      party.seq = reply.state.seq
    }
    return {
      members_one_process: sockets.length,
      command_to_last_member_ms_p50: percentile(toLastMs, 50),
      command_to_last_member_ms_p99: percentile(toLastMs, 99),
      kb_per_member: (after - before) / 1024 / sockets.length,
    }
  } finally {
    for (const socket of sockets) socket.disconnect()
    server.kill()
  }
}

export async function serve(): Promise<void> {
  const server = await createPartyServer()
  process.on('message', () => process.send?.({ rssBytes: process.memoryUsage().rss } satisfies FromServer))
  process.send?.({ url: server.url } satisfies FromServer)
}
