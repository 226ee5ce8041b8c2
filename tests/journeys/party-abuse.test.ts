// What a party withstands: floods, nonsense, readers that do not read, sockets that never join, a thousand guesses.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createParty, getParty, joinAsGuest } from '../../shared/api/party.ts'
import { PROTOCOL_VERSION, type JoinReply } from '../../shared/party/protocol.ts'
import type { ProblemBody } from '../../shared/problems.ts'
import { createClient } from '../support/app.ts'
import { type RawSocket, openRawSocket } from '../support/raw-socket.ts'
import { createMember, createPartyServer } from '../support/socket-pair.ts'

type Server = Awaited<ReturnType<typeof createPartyServer>>
type Answer = { ok: boolean; problem?: ProblemBody } & Partial<JoinReply>

async function raw(server: Server, person: string) {
  let closed: () => void = () => {}
  const ended = new Promise<void>((resolve) => (closed = resolve))
  const socket: RawSocket = await openRawSocket({
    port: server.port,
    cookie: `person=${person}`,
    localAddress: '127.0.0.1',
    onEvent: () => {},
    onClose: () => closed(),
  })
  return { socket, ended }
}

async function partyWith(server: Server, person: string) {
  const host = createClient(server.url)
  host.cookies.set('person', person)
  const party = await host.call(createParty, { body: { titleId: 'one' } })
  const member = createMember(server.url, host.cookieHeader(), party.code)
  await member.sees((v) => v.phase === 'joined')
  return { host, party, member, [Symbol.dispose]: () => member[Symbol.dispose]() }
}

test('[PM2] who floods is refused, then let go; another party goes on', async () => {
  await using server = await createPartyServer()
  using quiet = await partyWith(server, 'ada')
  using loud = await partyWith(server, 'eve')
  const { socket, ended } = await raw(server, 'eve')
  await socket.ask('join', { version: PROTOCOL_VERSION, code: loud.party.code })
  const asked = Array.from({ length: 1000 }, () => socket.ask<Answer>('ready', { seq: 1 }))
  const answers = Promise.allSettled(asked)
  assert.ok(await quiet.member.room.seek(60))
  await ended
  const taken = (await answers).filter((a) => a.status === 'fulfilled' && a.value.ok).length
  assert.ok(taken < 200, `${taken} were taken`)
  assert.ok(await quiet.member.room.seek(61))
})

test('[PM2] chat, reactions, typing and commands have limits of their own', async () => {
  await using server = await createPartyServer()
  using eve = await partyWith(server, 'eve')
  const { socket } = await raw(server, 'eve')
  await socket.ask('join', { version: PROTOCOL_VERSION, code: eve.party.code })
  const allowed = async (event: string, payload: (nth: number) => object, times: number) => {
    const answers: Answer[] = []
    // All together fewer than the burst of events that one may send: that is another limit.
    for (let i = 0; i < times; i++) answers.push(await socket.ask<Answer>(event, payload(i)))
    return answers.filter((a) => a.problem?.type !== '/problems/too-many-requests').length
  }
  assert.equal(await allowed('chat', () => ({ messageId: 'm', text: 'again' }), 12), 8)
  assert.equal(await allowed('reaction', () => ({ reaction: '🎉' }), 24), 20)
  assert.equal(await allowed('typing', () => ({}), 8), 5)
  const command = (nth: number) => ({ commandId: `c${nth}`, baseSeq: 1e9 })
  assert.equal(await allowed('pause', command, 64), 60)
  socket.close()
})

test('[PM2] messages that are too long or no messages end their own connection and nothing else', async () => {
  await using server = await createPartyServer()
  using ada = await partyWith(server, 'ada')
  for (const send of [
    (socket: RawSocket) => socket.tell('chat', { messageId: 'm', text: 'x'.repeat(20_000) }),
    (socket: RawSocket) => socket.say('42["chat"'),
    (socket: RawSocket) => socket.say('9nonsense'),
  ]) {
    const { socket, ended } = await raw(server, 'eve')
    send(socket)
    await ended
  }
  const { socket } = await raw(server, 'eve')
  // Unknown events are not answered; known ones with the wrong shape are refused.
  socket.tell('constructor', {})
  socket.tell('__proto__', {})
  const deep = JSON.parse(`${'['.repeat(1000)}${']'.repeat(1000)}`) as unknown
  assert.equal((await socket.ask<Answer>('join', deep)).problem?.type, '/problems/invalid-request')
  socket.close()
  assert.ok(await ada.member.room.seek(5))
})

test('[PM2] a thousand sockets that never join disturb nobody and are let go', async () => {
  await using server = await createPartyServer({ joinWithinMs: 300 })
  using ada = await partyWith(server, 'ada')
  const ended: Promise<void>[] = []
  for (let i = 0; i < 1000; i += 200) {
    const idle = await Promise.all(Array.from({ length: 200 }, (_, n) => raw(server, `idle-${i + n}`)))
    ended.push(...idle.map((one) => one.ended))
    assert.ok(await ada.member.room.seek(i))
  }
  await Promise.all(ended)
  assert.equal(server.io.sockets.sockets.size, 1, 'who joined stays')
  assert.ok(await ada.member.room.seek(5))
})

test('[PM2] a reader that does not read is let go rather than waited for', async () => {
  await using server = await createPartyServer()
  using ada = await partyWith(server, 'ada')
  const { socket, ended } = await raw(server, 'eve')
  await socket.ask('join', { version: PROTOCOL_VERSION, code: ada.party.code })
  socket.pause()
  const long = 'x'.repeat(100_000)
  for (let i = 0; i < 700; i++) server.io.to(`party:${ada.party.id}:eve`).emit('noise', long)
  await new Promise((resolve) => setTimeout(resolve, 100))
  server.letSlowReadersGo()
  socket.resume()
  await ended
  assert.ok(await ada.member.room.seek(5))
})

test('[PD3] a thousand guesses from one place get nowhere and disturb nobody', async () => {
  await using server = await createPartyServer({ trustedProxies: ['127.0.0.1'] })
  using ada = await partyWith(server, 'ada')
  const guess = (nth: number, address: string) =>
    fetch(`${server.url}/api/parties/${ada.party.code.slice(0, 7)}${String(nth).padStart(3, '0')}`, {
      headers: { 'x-forwarded-for': address },
    })
  const statuses: number[] = []
  for (let i = 0; i < 1000; i += 50)
    statuses.push(
      ...(await Promise.all(Array.from({ length: 50 }, (_, n) => guess(i + n, '198.51.100.1')))).map(
        (r) => r.status,
      ),
    )
  assert.deepEqual(new Set(statuses), new Set([404, 429]))
  assert.equal(statuses.filter((s) => s === 404).length, 60)
  // The right code is refused there now, too; everybody else comes in as ever.
  const there = createClient(server.url)
  const headers = { 'x-forwarded-for': '198.51.100.1' }
  assert.equal((await there.request(`/api/parties/${ada.party.code}`, { headers })).status, 429)
  const guest = createClient(server.url)
  await guest.call(joinAsGuest, { params: { code: ada.party.code }, body: { name: 'Grace' } })
  assert.equal((await guest.call(getParty, { params: { code: ada.party.code } })).id, ada.party.id)
  // Thirty guests come from one place in a minute, and no more.
  const joins: number[] = []
  for (let n = 0; n < 31; n++) {
    const reply = await createClient(server.url, { 'x-forwarded-for': '198.51.100.2' }).request(
      `/api/parties/${ada.party.code}/guests`,
      {
        method: 'POST',
        body: JSON.stringify({ name: `Guest ${n}` }),
        headers: { 'content-type': 'application/json' },
      },
    )
    joins.push(reply.status)
    if (reply.status === 429) assert.ok(Number(reply.headers.get('retry-after')) > 0)
  }
  assert.deepEqual([joins.filter((s) => s === 200).length, joins.at(-1)], [30, 429])
  assert.ok(await ada.member.room.seek(5))
})

test('[PM3] what is said stays text, with a bounded length, and late comers read the last hundred', async () => {
  await using server = await createPartyServer()
  using ada = await partyWith(server, 'ada')
  const { socket } = await raw(server, 'ada')
  await socket.ask('join', { version: PROTOCOL_VERSION, code: ada.party.code })
  const say = (text: unknown) => socket.ask<Answer>('chat', { messageId: 'm', text })
  for (const bad of ['', '   \n', 'x'.repeat(501), 7, null, ['a']])
    assert.equal((await say(bad)).problem?.type, '/problems/invalid-request')
  assert.ok((await say('<script>alert(1)</script>')).ok)
  await server.fillChat(ada.party.id, 120)
  socket.close()
  const late = await raw(server, 'ada')
  const { chat } = await late.socket.ask<JoinReply>('join', {
    version: PROTOCOL_VERSION,
    code: ada.party.code,
  })
  assert.equal(chat.length, 100)
  assert.equal(chat.at(-1)?.text, 'line 119')
  late.socket.close()
})

test('[PM1] of a big party a member hears in portions', async () => {
  await using server = await createPartyServer()
  const host = createClient(server.url)
  host.cookies.set('person', 'ada')
  const { code } = await host.call(createParty, { body: { titleId: 'one' } })
  const portions: number[] = []
  const sockets: RawSocket[] = []
  const join = async (person: string, onEvent: (text: string) => void = () => {}) => {
    const cookie = `person=${person}`
    const socket = await openRawSocket({ port: server.port, cookie, localAddress: '127.0.0.1', onEvent })
    sockets.push(socket)
    return socket.ask<JoinReply>('join', { version: PROTOCOL_VERSION, code })
  }
  await join('ada', (text) => {
    const [event, payload] = JSON.parse(text) as [string, { changed: unknown[] }]
    if (event === 'presence') portions.push(payload.changed.length)
  })
  for (let i = 0; i < 120; i += 20)
    await Promise.all(Array.from({ length: 20 }, (_, n) => join(`member-${i + n}`)))
  const late = await join('late')
  assert.equal(late.members.length, 80)
  assert.ok(late.members.some((m) => m.id === 'late') && late.members.some((m) => m.role === 'host'))
  // A big party is told in rounds, some seconds apart.
  for (let tries = 0; portions.length === 0 && tries < 100; tries++) {
    await server.party.sendPresence()
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  assert.ok(portions.length > 0 && Math.max(...portions) <= 40, `portions of ${portions.join(', ')}`)
  for (const socket of sockets) socket.close()
})
