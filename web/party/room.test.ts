// A member's view of a party over a socket that is none: late states, commands one after the other, coming back.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PartyState, ServerEvent, ServerEvents } from '#shared/party/protocol.ts'
import type { PartySocket } from '../api/socket.ts'
import { createRoom } from './room.ts'

const stateOf = (seq: number): PartyState => ({
  partyId: 'p',
  code: 'ABCDEFGHJK',
  seq,
  titleId: 't',
  titleName: 'T',
  fileId: null,
  durationSeconds: null,
  positionSeconds: seq * 10,
  atServerMs: 0,
  rate: 1,
  playing: false,
  waiting: null,
  hostId: 'h',
  control: 'host',
  wait: 'bounded',
  waitSeconds: 8,
  locked: false,
  ended: false,
})

function createFake() {
  const sent: { event: string; payload: Record<string, unknown> }[] = []
  const heard = new Map<string, (payload: never) => void>()
  let connected = (): void => {}
  let lost: (byServer: boolean) => void = () => {}
  let seq = 3
  let isDeaf = false
  let renewals = 0
  const socket = {
    send: async (event: string, payload: Record<string, unknown>) => {
      sent.push({ event, payload })
      if (event === 'join' && !isDeaf)
        return { ok: true, you: 'h', state: stateOf(seq), members: [], chat: [], serverMs: 0 }
      if (event === 'seek') return { ok: true, state: stateOf(++seq), repeated: false }
      return { ok: false, problem: { type: '/problems/unreachable', title: '', status: 0 } }
    },
    on: (event: string, listener: (payload: never) => void) => void heard.set(event, listener),
    onConnect: (listener: () => void) => (connected = listener),
    onDisconnect: (listener: (byServer: boolean) => void) => (lost = listener),
    onRefused: () => {},
    reconnect: () => {},
    renew: () => renewals++,
    close: () => {},
  } as unknown as PartySocket
  let ids = 0
  const room = createRoom({ socket, code: 'CODE', nowMs: () => 0, newId: () => `id${ids++}` })
  return {
    room,
    sent,
    connect: () => connected(),
    lose: () => lost(false),
    deafen: (deaf: boolean) => (isDeaf = deaf),
    renewals: () => renewals,
    hear: <E extends ServerEvent>(event: E, payload: ServerEvents[E]) => heard.get(event)?.(payload as never),
    turn: () => new Promise((resolve) => setImmediate(resolve)),
  }
}

test('[PT3] a state with a lower number is ignored', async () => {
  const fake = createFake()
  fake.connect()
  await fake.turn()
  const cause = { memberId: null, type: 'resume' } as const
  fake.hear('state_sync', { state: stateOf(5), cause })
  fake.hear('state_sync', { state: stateOf(4), cause })
  assert.equal(fake.room.view.get().state?.positionSeconds, 50)
  fake.room[Symbol.dispose]()
})

test('[PC2] two commands at once: the second is based on what the first has made', async () => {
  const fake = createFake()
  fake.connect()
  await fake.turn()
  await Promise.all([fake.room.seek(1), fake.room.seek(2)])
  const seeks = fake.sent.filter((s) => s.event === 'seek').map((s) => s.payload)
  assert.deepEqual(
    seeks.map((s) => s.baseSeq),
    [3, 4],
  )
  assert.notEqual(seeks[0]?.commandId, seeks[1]?.commandId)
  fake.room[Symbol.dispose]()
})

test('[PS1] who was in comes back by the party’s id and without the code', async () => {
  const fake = createFake()
  fake.connect()
  await fake.turn()
  fake.lose()
  assert.equal(fake.room.view.get().phase, 'lost')
  fake.connect()
  await fake.turn()
  const joins = fake.sent.filter((s) => s.event === 'join').map((s) => s.payload)
  assert.equal(joins[0]?.code, 'CODE')
  assert.deepEqual([joins[1]?.code, joins[1]?.partyId], [undefined, 'p'])
  assert.equal(fake.room.view.get().phase, 'joined')
  fake.room[Symbol.dispose]()
})

test('[PS1] a join that nobody answers is tried on another connection', async () => {
  const fake = createFake()
  fake.deafen(true)
  fake.connect()
  await fake.turn()
  assert.equal(fake.renewals(), 1)
  fake.lose()
  fake.deafen(false)
  fake.connect()
  await fake.turn()
  assert.equal(fake.room.view.get().phase, 'joined')
  assert.equal(fake.renewals(), 1)
  fake.room[Symbol.dispose]()
})
