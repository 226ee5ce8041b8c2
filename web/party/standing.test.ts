// "In step" is said only of what was measured.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { MemberView, PartyState } from '#shared/party/protocol.ts'
import { roomStanding, standingOf } from './standing.ts'

const member = (patch: Partial<MemberView>): MemberView => ({
  id: 'a',
  name: 'A',
  isGuest: false,
  role: 'member',
  connected: true,
  ready: true,
  buffering: false,
  driftMs: null,
  bufferedSeconds: null,
  roundTripMs: null,
  uncertaintyMs: null,
  joinedAtMs: 0,
  ...patch,
})
const playing = { playing: true } as PartyState

test('a room is in step when every member is measured and near', () => {
  assert.deepEqual(roomStanding([member({ driftMs: -6 }), member({ driftMs: 9 })], playing), {
    kind: 'inStep',
    withinMs: 15,
  })
  assert.equal(roomStanding([member({ driftMs: 3 }), member({})], playing).kind, 'measuring')
  assert.deepEqual(roomStanding([member({ driftMs: 3 }), member({ driftMs: 120 })], playing), {
    kind: 'notInStep',
    count: 1,
  })
  assert.equal(roomStanding([member({ driftMs: 3 }), member({ connected: false })], playing).kind, 'inStep')
})

test('whoever is away or loads is not called in step', () => {
  assert.equal(standingOf(member({ driftMs: 1, connected: false }), playing).kind, 'away')
  assert.equal(standingOf(member({ driftMs: 1, buffering: true }), playing).kind, 'loading')
  assert.equal(standingOf(member({ driftMs: -70 }), playing).kind, 'ahead')
})
