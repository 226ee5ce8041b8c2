// A watch party over real sockets: create, join by code, command, refuse, hand over.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'
import { io } from 'socket.io-client'
import { createParty, endParty, getParty, joinAsGuest } from '../../shared/api/party.ts'
import { PROTOCOL_VERSION } from '../../shared/party/protocol.ts'
import { createClient } from '../support/app.ts'
import { createMember, createPartyServer } from '../support/socket-pair.ts'

async function partyOf(url: string) {
  const host = createClient(url)
  host.cookies.set('person', 'ada')
  const party = await host.call(createParty, { body: { titleId: 'one' } })
  const guest = createClient(url)
  const joined = await guest.call(joinAsGuest, { params: { code: party.code }, body: { name: 'Grace' } })
  return { host, guest, party, guestId: joined.viewer.id }
}

test('[PA1] a guest joins by code, follows the host, and may not command', async () => {
  await using server = await createPartyServer()
  const { host, guest, party, guestId } = await partyOf(server.url)
  using ada = createMember(server.url, host.cookieHeader(), party.code)
  await ada.sees((v) => v.phase === 'joined')
  using grace = createMember(server.url, guest.cookieHeader(), party.code)
  await grace.sees((v) => v.phase === 'joined')
  await ada.sees((v) => v.members.some((m) => m.id === guestId && m.connected))
  for (const m of [ada, grace]) m.room.ready(1)
  await ada.sees((v) => v.members.every((m) => m.ready))

  assert.ok(await ada.room.play())
  await grace.sees((v) => v.state!.playing)
  assert.ok(await ada.room.pause())
  await grace.sees((v) => !v.state!.playing)
  assert.ok(await ada.room.seek(1200))
  await grace.sees((v) => v.state!.positionSeconds === 1200)

  const { seq } = grace.room.view.get().state!
  assert.equal(await grace.room.seek(5), false)
  assert.equal(grace.room.view.get().problem?.type, '/problems/not-allowed')
  assert.equal(ada.room.view.get().state!.seq, seq)

  assert.ok(await grace.room.chat('<b>hello</b>'))
  await ada.sees((v) => v.chat.at(-1)?.text === '<b>hello</b>')
  grace.room.typing()
  await ada.sees((v) => v.typing.includes(guestId))
  assert.ok(await grace.room.react('🎉'))
  await ada.sees((v) => v.reactions.some((r) => r.memberId === guestId && r.reaction === '🎉'))
  await ada.sees(() => ada.room.clock.isKnown())
  assert.ok(Math.abs(ada.room.clock.serverMs() - server.party.time.nowMs()) < 50)

  assert.ok(await ada.room.kick(guestId))
  await grace.sees((v) => v.phase === 'over')
  const again = await guest.request(`/api/parties/${party.code}/nothing`)
  assert.equal(again.status, 404)
  assert.equal(
    await server.party.guest(guest.cookies.get('mediaserver.guest')!),
    null,
    '[PD2] the ticket ended',
  )
})

test('[PA1] the member for the command line joins by a link, tells clock and timeline, and leaves', async () => {
  await using server = await createPartyServer()
  const { host, party } = await partyOf(server.url)
  using ada = createMember(server.url, host.cookieHeader(), party.code)
  await ada.sees((v) => v.phase === 'joined')
  const child = spawn(process.execPath, ['scripts/party-member.ts', `${server.url}/w/${party.code}`, 'Rex'])
  let said = ''
  child.stdout.on('data', (text: Buffer) => (said += String(text)))
  await ada.sees((v) => v.members.some((m) => m.name === 'Rex' && m.ready))
  while (!said.includes('clock')) await once(child.stdout, 'data')
  assert.match(said, /seq \d+ {2}paused {2}0\.000 s {2}2 here {2}clock -?\d+\.\d+ ms ± /)
  child.kill('SIGINT')
  await ada.sees((v) => v.members.some((m) => m.name === 'Rex' && !m.connected))
})

test('[PA4] a seek of a playing party is prepared before it is decided, and not for who may not', async () => {
  const asked: number[] = []
  let finish = () => {}
  await using server = await createPartyServer({
    prepareSeek: (_, seconds) => {
      asked.push(seconds)
      return new Promise((resolve) => (finish = resolve))
    },
  })
  const { host, guest, party } = await partyOf(server.url)
  using ada = createMember(server.url, host.cookieHeader(), party.code)
  using grace = createMember(server.url, guest.cookieHeader(), party.code)
  for (const m of [ada, grace]) await m.sees((v) => v.phase === 'joined')
  assert.ok(await ada.room.seek(10))
  assert.deepEqual(asked, [], 'a party that rests has nothing to wait for')
  const { seq } = ada.room.view.get().state!
  for (const m of [ada, grace]) m.room.ready(seq)
  assert.ok(await ada.room.play())
  await grace.sees((v) => v.state!.playing)

  assert.equal(await grace.room.seek(50), false)
  assert.deepEqual(asked, [])
  const sought = ada.room.seek(600)
  assert.ok(await ada.room.chat('on the way'))
  assert.deepEqual([asked, ada.room.view.get().state!.playing], [[600], true], 'all watch on meanwhile')
  finish()
  assert.ok(await sought)
  assert.equal(ada.room.view.get().state!.positionSeconds, 600)
})

test('[PC1] [PC2] repeated and stale commands move nothing; malformed and unjoined ones are refused', async () => {
  await using server = await createPartyServer()
  const { host, party } = await partyOf(server.url)
  const socket = io(server.url, {
    transports: ['websocket'],
    forceNew: true,
    extraHeaders: { cookie: host.cookieHeader() },
  })
  try {
    const send = (event: string, payload: unknown) => socket.emitWithAck(event, payload)
    await new Promise<void>((resolve) => socket.on('connect', () => resolve()))
    assert.match((await send('pause', { commandId: 'x', baseSeq: 1 })).problem.detail, /Join/)
    assert.match((await send('join', { version: 99, code: party.code })).problem.detail, /version/)
    const joined = await send('join', { version: PROTOCOL_VERSION, code: party.code })
    const seek = { commandId: 'a', baseSeq: joined.state.seq, positionSeconds: 60 }
    const first = await send('seek', seek)
    assert.equal(first.state.positionSeconds, 60)
    const repeated = await send('seek', seek)
    assert.deepEqual([repeated.ok, repeated.repeated, repeated.state.seq], [true, true, first.state.seq])
    const stale = await send('seek', { ...seek, commandId: 'b', positionSeconds: 90 })
    assert.equal(stale.problem.type, '/problems/stale-command')
    assert.equal(stale.state.positionSeconds, 60)
    for (const bad of [null, 'x', {}, { ...seek, positionSeconds: -1 }, { ...seek, extra: 1 }])
      assert.equal((await send('seek', bad)).problem.type, '/problems/invalid-request')
    assert.equal(
      (await send('load', { commandId: 'c', baseSeq: first.state.seq, titleId: 'missing' })).ok,
      false,
    )
  } finally {
    socket.disconnect()
  }
})

test('[PC1] [PC2] [PH1] two tabs of one host: either commands, stale and repeated ones move nothing, one may close', async () => {
  await using server = await createPartyServer()
  const { host, guest, party } = await partyOf(server.url)
  using grace = createMember(server.url, guest.cookieHeader(), party.code)
  await grace.sees((v) => v.phase === 'joined')
  const tab = async () => {
    const socket = io(server.url, {
      transports: ['websocket'],
      forceNew: true,
      extraHeaders: { cookie: host.cookieHeader() },
    })
    const send = (event: string, payload: unknown) => socket.emitWithAck(event, payload)
    await new Promise<void>((resolve) => socket.on('connect', () => resolve()))
    const joined = await send('join', { version: PROTOCOL_VERSION, code: party.code })
    return { send, joined, [Symbol.dispose]: () => void socket.disconnect() }
  }
  using left = await tab()
  using right = await tab()
  assert.deepEqual([left.joined.state.hostId, right.joined.state.hostId], ['ada', 'ada'])
  const hosts = right.joined.members.filter((m: { id: string }) => m.id === 'ada')
  assert.equal(hosts.length, 1, 'two tabs are one member')

  const seen = right.joined.state.seq
  const first = { commandId: 'left-1', baseSeq: seen, positionSeconds: 60 }
  const byLeft = await left.send('seek', first)
  assert.deepEqual([byLeft.ok, byLeft.state.positionSeconds], [true, 60])
  const stale = await right.send('seek', { commandId: 'right-1', baseSeq: seen, positionSeconds: 90 })
  assert.deepEqual([stale.ok, stale.problem.type], [false, '/problems/stale-command'])
  assert.match(stale.problem.detail, /Look again/)
  assert.deepEqual(stale.state, byLeft.state, 'the refusal brings what holds')
  const again = { commandId: 'right-2', baseSeq: stale.state.seq, positionSeconds: 90 }
  const byRight = await right.send('seek', again)
  assert.deepEqual([byRight.ok, byRight.state.positionSeconds], [true, 90])

  for (const [from, repeated] of [
    [left, first],
    [right, again],
    [left, again],
  ] as const) {
    const answer = await from.send('seek', repeated)
    assert.deepEqual([answer.ok, answer.repeated, answer.state], [true, true, byRight.state])
  }
  const late = await left.send('pause', { commandId: 'left-2', baseSeq: byLeft.state.seq })
  assert.deepEqual([late.problem.type, late.state], ['/problems/stale-command', byRight.state])
  await grace.sees((v) => v.state!.seq === byRight.state.seq)
  assert.deepEqual(grace.room.view.get().state, byRight.state, 'others saw the two that counted')

  left[Symbol.dispose]()
  while (server.io.sockets.sockets.size > 2) await new Promise((resolve) => setTimeout(resolve, 5))
  const alone = { commandId: 'right-3', baseSeq: byRight.state.seq, positionSeconds: 120 }
  assert.equal((await right.send('seek', alone)).state.positionSeconds, 120)
  await grace.sees((v) => v.state!.positionSeconds === 120 && v.state!.hostId === 'ada')
  using later = createMember(server.url, guest.cookieHeader(), party.code)
  await later.sees((v) => v.phase === 'joined')
  assert.ok(later.room.view.get().members.some((m) => m.id === 'ada' && m.connected))
})

test('[PH1] a host who leaves hands over and gets the role back', async () => {
  await using server = await createPartyServer()
  const { host, guest, party, guestId } = await partyOf(server.url)
  using grace = createMember(server.url, guest.cookieHeader(), party.code)
  await grace.sees((v) => v.phase === 'joined')
  using ada = createMember(server.url, host.cookieHeader(), party.code)
  await ada.sees((v) => v.phase === 'joined')
  using elsewhere = createMember(server.url, host.cookieHeader(), party.code)
  await elsewhere.sees((v) => v.phase === 'joined')
  await elsewhere.room.leave()
  using meanwhile = createMember(server.url, guest.cookieHeader(), party.code)
  await meanwhile.sees((v) => v.phase === 'joined')
  const { state, members } = meanwhile.room.view.get()
  assert.equal(state!.hostId, 'ada', 'one of two tabs left, the host did not')
  assert.ok(members.some((m) => m.id === 'ada' && m.connected))
  await ada.room.leave()
  await grace.sees((v) => v.state!.hostId === guestId)
  using back = createMember(server.url, host.cookieHeader(), party.code)
  await back.sees((v) => v.state?.hostId === 'ada')
  await host.call(endParty, { params: { code: party.code } })
  await grace.sees((v) => v.phase === 'over')
})

test('[PD3] guessing codes is limited; other sites and strangers get no socket', async () => {
  await using server = await createPartyServer()
  const { party, host } = await partyOf(server.url)
  const connect = (headers: Record<string, string>): Promise<string> =>
    new Promise((resolve) => {
      const socket = io(server.url, {
        transports: ['websocket'],
        forceNew: true,
        reconnection: false,
        extraHeaders: headers,
      })
      const done = (answer: string): void => {
        socket.disconnect()
        resolve(answer)
      }
      socket.on('connect', () => done('connected'))
      socket.on('connect_error', (error: Error & { data?: { type: string } }) =>
        done(error.data?.type ?? 'refused'),
      )
    })
  assert.equal(await connect({ cookie: host.cookieHeader() }), 'connected')
  assert.equal(await connect({ cookie: host.cookieHeader(), origin: 'https://evil.example' }), 'refused')
  assert.equal(await connect({}), '/problems/not-signed-in')
  const stranger = createClient(server.url)
  const seen = new Set<string>()
  for (let i = 0; i < 70; i++)
    seen.add((await stranger.refused(getParty, { params: { code: `AAAA${100 + i}` } })).type)
  assert.deepEqual([...seen], ['/problems/party-not-found', '/problems/too-many-requests'])
  assert.equal((await host.call(getParty, { params: { code: party.code } })).code, party.code)
})

test('[PD4] a guest’s ticket names one party, opens nothing else and ends with it', async () => {
  await using server = await createPartyServer()
  const { host, guest, party } = await partyOf(server.url)
  const ticket = guest.cookies.get('mediaserver.guest')!
  const viewer = await server.party.guest(ticket)
  assert.ok(viewer?.kind === 'guest')
  assert.equal(await server.party.guestMayPlay(viewer, 'one'), true)
  assert.equal(await server.party.guestMayPlay(viewer, 'two'), false)
  const other = await host.call(createParty, { body: { titleId: 'two' } })
  using stray = createMember(server.url, guest.cookieHeader(), other.code)
  await stray.sees((v) => v.phase === 'over')
  assert.equal(stray.room.view.get().problem?.type, '/problems/not-allowed')
  assert.equal((await guest.refused(createParty, { body: { titleId: 'one' } })).status, 403)
  assert.equal(await server.party.guest(`${ticket.slice(0, -2)}xx`), null, 'a forged ticket opens nothing')
  await host.call(endParty, { params: { code: party.code } })
  assert.equal(await server.party.guest(ticket), null)
  assert.equal(await server.party.guestMayPlay(viewer, 'one'), false)
})

test('[PD1] [PD2] a new code closes the old link; a locked door lets nobody new in', async () => {
  await using server = await createPartyServer()
  const { host, party } = await partyOf(server.url)
  using ada = createMember(server.url, host.cookieHeader(), party.code)
  await ada.sees((v) => v.phase === 'joined')
  assert.ok(await ada.room.settings({ rotateCode: true }))
  await ada.sees((v) => v.state!.code !== party.code)
  const stranger = createClient(server.url)
  assert.equal(
    (await stranger.refused(getParty, { params: { code: party.code } })).type,
    '/problems/party-not-found',
  )
  const { code } = ada.room.view.get().state!
  assert.ok(await ada.room.settings({ locked: true }))
  const late = await stranger.refused(joinAsGuest, { params: { code }, body: { name: 'Late' } })
  assert.equal(late.type, '/problems/party-locked')
})
