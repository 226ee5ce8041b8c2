// What a member tells of itself: that it ran dry, once and not at every hitch; that it goes on; its figures.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createObservable } from '../lib/observable.ts'
import type { FollowedPlayer } from './followed-player.ts'
import { createReports } from './reports.ts'
import type { RoomView } from './room.ts'

function member() {
  const told: unknown[] = []
  const player = {
    currentTime: 10,
    buffered: { length: 1, start: () => 0, end: () => 25.04 },
  } as unknown as FollowedPlayer
  const reports = createReports({
    player,
    room: {
      view: createObservable({ phase: 'joined' } as RoomView),
      buffering: (seq, isDry) => void told.push([seq, isDry]),
      status: (status) => void told.push(status),
      clock: { estimate: () => ({ offsetMs: 0, roundTripMs: 81, uncertaintyMs: -0.4 }) },
    },
  })
  return { told, reports }
}

test('[PW3] who runs dry says so once, and once that it goes on; a hitch is not worth a word', () => {
  const { told, reports } = member()
  for (const ms of [0, 300]) reports.stall(ms, 7, true)
  reports.stall(350, 7, false)
  assert.deepEqual(told, [])
  for (const ms of [1000, 1200, 1400, 1600, 3000]) reports.stall(ms, 7, true)
  reports.stall(3100, 8, false)
  reports.stall(3200, 8, false)
  assert.deepEqual(told, [
    [7, true],
    [8, false],
  ])
})

test('drift, buffer and path are told as they were measured', () => {
  const { told, reports } = member()
  reports.status(3.14)
  reports.status(null)
  const rest = { bufferedSeconds: 15, roundTripMs: 81, uncertaintyMs: 0 }
  assert.deepEqual(told, [
    { driftMs: 3.1, ...rest },
    { driftMs: null, ...rest },
  ])
})
