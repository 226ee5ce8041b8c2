// What becomes of a stored room when the server comes back: the rule of time away.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Room } from '#shared/party/room.ts'
import { positionAt } from '#shared/party/timeline.ts'
import { createInProcessCoordination } from '../platform/coordination/in-process.ts'
import { silentLog } from '../platform/log.ts'
import { createRooms, OUTAGE_COUNTS_MS, revived } from './rooms.ts'
import type { PartyStore } from './store.ts'

const AT_MS = 1_000_000
const room = (patch: Partial<Room['state']> = {}): Room => ({
  state: {
    partyId: 'p',
    code: 'ABCDEFGHJK',
    seq: 7,
    titleId: 't',
    titleName: 'T',
    fileId: null,
    durationSeconds: 3600,
    positionSeconds: 100,
    atServerMs: AT_MS,
    rate: 1,
    playing: true,
    waiting: null,
    hostId: 'h',
    control: 'host',
    wait: 'bounded',
    waitSeconds: 8,
    locked: false,
    ended: false,
    ...patch,
  },
  members: {},
  founderId: 'h',
  handedOverAtMs: null,
  commandSeq: 7,
  positionSeq: 7,
  recentCommandIds: [],
})

test('[PS2] a short absence counts: playback is where time has brought it', () => {
  const aliveMs = AT_MS + 10_000
  const { state } = revived(room(), aliveMs, aliveMs + OUTAGE_COUNTS_MS)
  assert.equal(state.playing, true)
  assert.equal(positionAt(state, aliveMs + OUTAGE_COUNTS_MS), 100 + 10 + OUTAGE_COUNTS_MS / 1000)
  assert.equal(state.seq, 8)
})

test('[PS2] after a longer one playback rests where the server last was alive', () => {
  const aliveMs = AT_MS + 10_000
  const { state } = revived(room(), aliveMs, aliveMs + OUTAGE_COUNTS_MS + 1)
  assert.deepEqual([state.playing, state.positionSeconds, state.seq], [false, 110, 8])
})

test('[PS2] what was waited for is waited for anew; what rested rests', () => {
  const waiting = { memberIds: ['h'], count: 1, sinceMs: 0, untilMs: 1 }
  const back = revived(room({ playing: false, waiting }), AT_MS, AT_MS + 5000)
  assert.equal(back.state.waiting?.untilMs, AT_MS + 5000 + 8000)
  assert.equal(revived(room({ playing: false }), AT_MS, AT_MS + 9e6).state.positionSeconds, 100)
})

test('a change whose rows cannot be written did not happen: the next one is none too late', async () => {
  const nowMs = () => AT_MS
  await using coordination = createInProcessCoordination({ nowMs, log: silentLog() })
  const stored = { room: room({ playing: false }), updatedAtMs: AT_MS }
  const store: Partial<PartyStore> = { byId: async () => stored }
  const rooms = createRooms({ coordination, store: store as PartyStore, serverMs: nowMs })
  const before = await rooms.read('p')
  let isAway = true
  rooms.onChange(async () => {
    if (isAway) throw new Error('no database')
  })
  await assert.rejects(rooms.revive('p', AT_MS), /no database/)
  assert.deepEqual(await rooms.read('p'), before)
  isAway = false
  assert.equal((await rooms.revive('p', AT_MS)).room.state.seq, (before?.state.seq ?? 0) + 1)
})
