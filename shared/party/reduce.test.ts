// The rules of SPEC.md that need no network, each named by its test.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Command, WaitPolicy } from './protocol.ts'
import { randomOf } from '../../tests/support/seeded.ts'
import { HOST_GRACE_MS, MAX_MEMBERS } from './membership.ts'
import { reduce } from './reduce.ts'
import { type Report, type Room, type RoomEvent, isDry } from './room.ts'
import { leadMs, positionAt } from './timeline.ts'
import { WAIT_ALL_SECONDS } from './waiting.ts'

const T0 = 1_000_000

function party(): Room {
  return {
    state: {
      partyId: 'p',
      code: 'CODE',
      seq: 1,
      titleId: 't',
      titleName: 'Film',
      fileId: null,
      durationSeconds: 100,
      positionSeconds: 0,
      atServerMs: T0,
      rate: 1,
      playing: false,
      waiting: null,
      hostId: 'host',
      control: 'host',
      wait: 'bounded',
      waitSeconds: 8,
      locked: false,
      ended: false,
    },
    members: {},
    founderId: 'host',
    handedOverAtMs: null,
    commandSeq: 1,
    positionSeq: 1,
    recentCommandIds: [],
  }
}

function after(room: Room, events: [number, RoomEvent][]): Room {
  let now = room
  for (const [atMs, event] of events) {
    const outcome = reduce(now, event, atMs)
    assert.ok(outcome.ok, !outcome.ok ? outcome.detail : '')
    now = outcome.room
  }
  return now
}

const join = (id: string, isGuest = false): RoomEvent => ({
  type: 'join',
  member: { id, name: id, isGuest },
  connection: `${id}-1`,
})
let count = 0
type Bare =
  | { type: 'play' | 'pause' }
  | { type: 'seek'; positionSeconds: number }
  | { type: 'rate'; rate: number }
const command = (memberId: string, baseSeq: number, bare: Bare, commandId = `c${++count}`): RoomEvent => ({
  type: 'command',
  memberId,
  command: { ...bare, commandId, baseSeq } as Command,
})
const report = (one: Report): RoomEvent => ({ type: 'reports', reports: [one] })
const ready = (memberId: string, seq: number): RoomEvent =>
  report({ type: 'ready', memberId, connection: `${memberId}-1`, seq })
const two = () =>
  after(party(), [
    [T0, join('host')],
    [T0, join('bob')],
    [T0, ready('host', 1)],
    [T0, ready('bob', 1)],
  ])

test('[PT1] the position at a server time follows from the state alone, and never passes the end', () => {
  const room = after(two(), [[T0, command('host', 1, { type: 'play' })]])
  assert.equal(room.state.playing, true)
  const start = room.state.atServerMs
  assert.equal(positionAt(room.state, start - 50), 0)
  assert.equal(positionAt(room.state, start + 2500), 2.5)
  assert.equal(positionAt(room.state, start + 1e9, 100), 100)
})

test('[PT2] a change of speed keeps the position', () => {
  const playing = after(two(), [[T0, command('host', 1, { type: 'play' })]])
  const t = playing.state.atServerMs + 4000
  const room = after(playing, [[t, command('host', playing.state.seq, { type: 'rate', rate: 2 })]])
  assert.equal(positionAt(room.state, t), 4)
  assert.equal(positionAt(room.state, t + 1000), 6)
})

test('[PA3] a start and a pause lie ahead by the slowest path, clamped', () => {
  assert.deepEqual([leadMs(0), leadMs(200), leadMs(5000)], [120, 280, 800])
  const room = after(two(), [
    [T0, report({ type: 'measured', memberId: 'bob', roundTripMs: 200 })],
    [T0, command('host', 1, { type: 'play' })],
    [T0 + 2280, command('host', 2, { type: 'pause' })],
  ])
  const rests = T0 + 2280 + 280
  assert.deepEqual([room.state.playing, room.state.atServerMs], [false, rests])
  const positions = [rests - 280, rests, rests + 1000].map((t) => positionAt(room.state, t))
  assert.deepEqual(
    positions.map((p) => Math.round(p * 1000)),
    [2000, 2280, 2280],
  )
  // Further ahead than any pause: a clock that was set back moves nobody.
  assert.equal(positionAt(room.state, rests - 3600_000), room.state.positionSeconds)
})

test('[PA3] a pause taken back before it came is none; another one changes nothing; before a start it is at once', () => {
  const playing = after(two(), [[T0, command('host', 1, { type: 'play' })]])
  const paused = after(playing, [[T0 + 1120, command('host', 2, { type: 'pause' })]])
  const again = after(paused, [[T0 + 1150, command('host', 3, { type: 'pause' })]])
  assert.equal(again.state.atServerMs, T0 + 1240)
  const back = after(paused, [[T0 + 1200, command('host', 3, { type: 'play' })]])
  assert.ok(back.state.playing && back.state.waiting === null)
  assert.ok(Math.abs(positionAt(back.state, T0 + 3120) - 3) < 1e-9)
  const early = after(playing, [[T0 + 50, command('host', 2, { type: 'pause' })]])
  assert.deepEqual([early.state.positionSeconds, early.state.atServerMs], [0, T0 + 50])
})

test('[PC1] a repeated command is acknowledged and changes nothing', () => {
  const once = after(two(), [[T0, command('host', 1, { type: 'play' }, 'same')]])
  const again = reduce(once, command('host', 1, { type: 'play' }, 'same'), T0 + 10)
  assert.ok(again.ok && again.repeated)
  assert.equal(again.room, once)
})

test('[PC2] a stale command is refused; a change by the server itself makes nobody stale', () => {
  const room = after(two(), [[T0, command('host', 1, { type: 'seek', positionSeconds: 10 })]])
  const stale = reduce(room, command('host', 1, { type: 'seek', positionSeconds: 20 }), T0 + 1)
  assert.ok(!stale.ok && stale.code === 'stale-command')
  const playing = after(room, [
    [T0 + 2, command('host', room.state.seq, { type: 'play' })],
    [T0 + 3, ready('host', room.positionSeq)],
    [T0 + 4, ready('bob', room.positionSeq)],
  ])
  assert.ok(playing.state.seq > playing.commandSeq)
  assert.ok(reduce(playing, command('host', playing.commandSeq, { type: 'pause' }), T0 + 5).ok)
})

test('[PR1] who may not control is refused with the reason, and nothing moves; "everyone" allows it', () => {
  const refused = reduce(two(), command('bob', 1, { type: 'play' }), T0)
  assert.ok(!refused.ok && refused.code === 'not-allowed')
  const open = after(two(), [[T0, { type: 'settings', memberId: 'host', settings: { control: 'everyone' } }]])
  assert.ok(reduce(open, command('bob', open.state.seq, { type: 'play' }), T0).ok)
})

test('[PW1] a start waits for those not ready and says for whom', () => {
  const room = after(two(), [
    [T0, command('host', 1, { type: 'seek', positionSeconds: 30 })],
    [T0, command('host', 2, { type: 'play' })],
    [T0 + 10, ready('host', 2)],
    [T0 + 20, { type: 'tick' }],
  ])
  assert.deepEqual(room.state.waiting?.memberIds, ['bob'])
  const started = after(room, [[T0 + 500, ready('bob', 2)]])
  assert.ok(started.state.playing && started.state.waiting === null)
  assert.equal(started.state.positionSeconds, 30)
})

test('[PW2] waiting ends with its time, and the straggler is not waited for again', () => {
  const waiting = after(two(), [
    [T0, command('host', 1, { type: 'seek', positionSeconds: 30 })],
    [T0, ready('host', 2)],
    [T0, command('host', 2, { type: 'play' })],
  ])
  assert.ok(after(waiting, [[T0 + 7900, { type: 'tick' }]]).state.waiting)
  const room = after(waiting, [[T0 + 8000, { type: 'tick' }]])
  assert.ok(room.state.playing && room.members['bob']?.lagging)
})

test('[PW1] [PW2] "wait for all" ends, too; "never wait" does not begin; who comes meanwhile is not waited for', () => {
  const unready = (wait: WaitPolicy) =>
    after(two(), [
      [T0, { type: 'settings', memberId: 'host', settings: { wait } }],
      [T0, command('host', 2, { type: 'seek', positionSeconds: 30 })],
      [T0, ready('host', 3)],
      [T0, command('host', 3, { type: 'play' })],
    ])
  assert.ok(unready('never').state.playing)
  const all = after(unready('all'), [[T0 + 100, join('late')]])
  assert.equal(all.state.waiting?.count, 1)
  assert.ok(after(all, [[T0 + WAIT_ALL_SECONDS * 1000 - 1, { type: 'tick' }]]).state.waiting)
  assert.ok(after(all, [[T0 + WAIT_ALL_SECONDS * 1000, { type: 'tick' }]]).state.playing)
  assert.ok(after(all, [[T0 + 200, ready('bob', 3)]]).state.playing, 'the one who came late is not ready')
})

test('[PW3] one who runs dry holds the group for the set time at most; with "never" not at all', () => {
  const playing = after(two(), [[T0, command('host', 1, { type: 'play' })]])
  const dry = report({
    type: 'buffering',
    memberId: 'bob',
    connection: 'bob-1',
    seq: playing.state.seq,
    buffering: true,
  })
  const held = after(playing, [[T0 + 3000, dry]])
  assert.ok(!held.state.playing && held.state.waiting?.untilMs === T0 + 11_000)
  const never = after(playing, [
    [T0 + 1000, { type: 'settings', memberId: 'host', settings: { wait: 'never' } }],
    [T0 + 3000, dry],
  ])
  assert.ok(never.state.playing)
})

test('[PW3] of two tabs of one person, one that runs dry holds the group; the other one may close', () => {
  const second: RoomEvent = {
    type: 'join',
    member: { id: 'bob', name: 'bob', isGuest: false },
    connection: 'bob-2',
  }
  const playing = after(two(), [
    [T0, second],
    [T0, command('host', 1, { type: 'play' })],
  ])
  const says = (connection: string, buffering: boolean): RoomEvent =>
    report({ type: 'buffering', memberId: 'bob', connection, seq: playing.state.seq, buffering })
  const held = after(playing, [[T0 + 3000, says('bob-1', true)]])
  const closed = (connection: string): RoomEvent => ({ type: 'disconnect', memberId: 'bob', connection })
  const still = after(held, [[T0 + 3100, closed('bob-2')]])
  assert.ok(still.state.waiting && isDry(still.members['bob']!), 'the other tab says nothing of this one')
  assert.ok(after(still, [[T0 + 3200, says('bob-1', false)]]).state.playing)
  assert.ok(after(held, [[T0 + 3100, closed('bob-1')]]).state.playing, 'what was dry is gone')
})

test('[PW4] who is waited for and leaves is not waited for any longer', () => {
  const room = after(two(), [
    [T0, command('host', 1, { type: 'seek', positionSeconds: 30 })],
    [T0, ready('host', 2)],
    [T0, command('host', 2, { type: 'play' })],
    [T0 + 5, { type: 'disconnect', memberId: 'bob', connection: 'bob-1' }],
  ])
  assert.ok(room.state.playing)
})

test('[PH1] a lost host keeps the role for the grace time; [PH2] then people before guests; [PH3] and gets it back', () => {
  const lost = after(two(), [
    [T0, join('aguest', true)],
    [T0, { type: 'disconnect', memberId: 'host', connection: 'host-1' }],
    [T0 + HOST_GRACE_MS - 1, { type: 'tick' }],
  ])
  assert.equal(lost.state.hostId, 'host')
  const passed = after(lost, [[T0 + HOST_GRACE_MS, { type: 'tick' }]])
  assert.equal(passed.state.hostId, 'bob')
  const back = after(passed, [[T0 + 60_000, join('host')]])
  assert.equal(back.state.hostId, 'host')
})

test('[PR1] a co-host controls, locks and removes, but gives out no roles, ends nothing and does not remove the host', () => {
  const room = after(two(), [
    [T0, join('eve', true)],
    [T0, { type: 'role', memberId: 'host', targetId: 'bob', role: 'moderator' }],
  ])
  const by = (event: RoomEvent) => reduce(room, event, T0).ok
  assert.ok(by(command('bob', room.state.seq, { type: 'seek', positionSeconds: 5 })))
  assert.ok(by({ type: 'settings', memberId: 'bob', settings: { locked: true } }))
  assert.ok(by({ type: 'kick', memberId: 'bob', targetId: 'eve' }))
  assert.equal(by({ type: 'kick', memberId: 'bob', targetId: 'host' }), false)
  assert.equal(by({ type: 'role', memberId: 'bob', targetId: 'eve', role: 'moderator' }), false)
  assert.equal(by({ type: 'end', memberId: 'bob' }), false)
  for (const event of [
    { type: 'kick', memberId: 'eve', targetId: 'bob' },
    { type: 'settings', memberId: 'eve', settings: { control: 'everyone' } },
    { type: 'role', memberId: 'eve', targetId: 'eve', role: 'host' },
  ] satisfies RoomEvent[])
    assert.equal(by(event), false)
})

test('[PH1] [PH2] a host who leaves hands over at once, to a co-host first; [PH3] what was given on purpose stays given', () => {
  const room = after(two(), [
    [T0, join('carol')],
    [T0, { type: 'role', memberId: 'host', targetId: 'carol', role: 'moderator' }],
  ])
  const gone: [number, RoomEvent][] = [
    [T0 + 10, { type: 'disconnect', memberId: 'host', connection: 'host-1' }],
    [T0 + 10, { type: 'leave', memberId: 'host' }],
  ]
  const left = after(room, gone)
  assert.equal(left.state.hostId, 'carol')
  assert.equal(after(left, [[T0 + 600_010, join('host')]]).state.hostId, 'host')
  assert.equal(after(left, [[T0 + 600_011, join('host')]]).state.hostId, 'carol', 'after ten minutes')
  const given = after(room, [
    [T0, { type: 'role', memberId: 'host', targetId: 'bob', role: 'host' }],
    ...gone,
  ])
  assert.equal(after(given, [[T0 + 100, join('host')]]).state.hostId, 'bob')
})

test('[PD1] a locked door refuses new members and lets known ones back in', () => {
  const locked = after(two(), [[T0, { type: 'settings', memberId: 'host', settings: { locked: true } }]])
  const stranger = reduce(locked, join('eve'), T0)
  assert.ok(!stranger.ok && stranger.code === 'party-locked')
  assert.ok(reduce(locked, join('bob'), T0).ok)
})

test('[PD5] a full party refuses who is new; who left longest ago makes room, and nobody with a role does', () => {
  const before = two()
  const more = Array.from({ length: MAX_MEMBERS - 2 }, (_, i) => `m${i + 2}`).map((id) => {
    const member = { ...before.members['bob']!, id, name: id, connections: [`${id}-1`] }
    return [id, member] as const
  })
  const room = { ...before, members: { ...before.members, ...Object.fromEntries(more) } }
  const refused = reduce(room, join('late'), T0 + 3000)
  assert.ok(!refused.ok && refused.code === 'party-full')
  assert.match(refused.detail ?? '', /Try again/)
  assert.ok(reduce(room, join('bob'), T0 + 3000).ok, 'who is in comes in again')
  const left = after(room, [
    [T0 + 4000, { type: 'role', memberId: 'host', targetId: 'm2', role: 'moderator' }],
    [T0 + 4001, { type: 'disconnect', memberId: 'm2', connection: 'm2-1' }],
    [T0 + 4002, { type: 'disconnect', memberId: 'm4', connection: 'm4-1' }],
    [T0 + 4003, { type: 'disconnect', memberId: 'm3', connection: 'm3-1' }],
    [T0 + 4004, join('late')],
  ])
  assert.deepEqual(
    ['m2', 'm3', 'm4', 'late'].map((id) => id in left.members),
    [true, true, false, true],
  )
})

test('[PE1] with nobody there playback rests where the last one left', () => {
  const room = after(two(), [
    [T0, command('host', 1, { type: 'play' })],
    [T0 + 10_120, { type: 'disconnect', memberId: 'host', connection: 'host-1' }],
    [T0 + 10_120, { type: 'disconnect', memberId: 'bob', connection: 'bob-1' }],
    [T0 + 90_000, { type: 'tick' }],
  ])
  assert.ok(!room.state.playing)
  assert.equal(room.state.positionSeconds, 10)
})

test('[PX1] members with delay, loss, repetition and reconnects agree in the end', () => {
  for (let seed = 1; seed <= 60; seed++) fuzz(seed)
})

function fuzz(seed: number): void {
  const random = randomOf(seed)
  let room = { ...party(), state: { ...party().state, control: 'everyone' as const } }
  const ids = ['host', 'a', 'b', 'c']
  const views = new Map<string, Room['state']>()
  const inbox: { atMs: number; to: string; state: Room['state'] }[] = []
  const outbox: { atMs: number; event: RoomEvent }[] = []
  let now = T0
  const see = (id: string, state: Room['state']): void => {
    if (state.seq > (views.get(id)?.seq ?? 0)) views.set(id, state)
  }
  const serve = (event: RoomEvent): void => {
    const before = room
    const outcome = reduce(room, event, now)
    if (!outcome.ok) return
    room = outcome.room as typeof room
    assert.ok(room.state.seq >= before.state.seq, 'the sequence never goes back')
    assert.ok(!(room.state.playing && room.state.waiting), 'it never plays while it waits')
    if (room.state !== before.state)
      for (const to of ids)
        if (random() > 0.2) inbox.push({ atMs: now + random() * 300, to, state: room.state })
    if (event.type === 'join') see(event.member.id, room.state)
  }
  for (const id of ids) serve(join(id))
  for (let step = 0; step < 300; step++) {
    now += random() * 200
    const id = ids[Math.floor(random() * ids.length)]!
    const seen = views.get(id)?.seq ?? 1
    const pick = random()
    const event: RoomEvent =
      pick < 0.15
        ? command(id, seen, { type: 'play' })
        : pick < 0.3
          ? command(id, seen, { type: 'pause' })
          : pick < 0.45
            ? command(id, seen, { type: 'seek', positionSeconds: random() * 100 })
            : pick < 0.75
              ? ready(id, seen)
              : pick < 0.8
                ? report({
                    type: 'buffering',
                    memberId: id,
                    connection: `${id}-1`,
                    seq: seen,
                    buffering: random() < 0.5,
                  })
                : pick < 0.85
                  ? { type: 'disconnect', memberId: id, connection: `${id}-1` }
                  : pick < 0.95
                    ? join(id)
                    : { type: 'tick' }
    const copies = random() < 0.1 ? 2 : random() < 0.1 ? 0 : 1
    for (let i = 0; i < copies; i++) outbox.push({ atMs: now + random() * 300, event })
    for (const m of outbox.filter((o) => o.atMs <= now)) serve(m.event)
    outbox.splice(0, outbox.length, ...outbox.filter((o) => o.atMs > now))
    for (const m of inbox.filter((i) => i.atMs <= now)) see(m.to, m.state)
    inbox.splice(0, inbox.length, ...inbox.filter((i) => i.atMs > now))
  }
  // The first may hand the host's role on, the second ends the waiting.
  now += 70_000
  serve({ type: 'tick' })
  serve({ type: 'tick' })
  for (const id of ids) serve(join(id))
  for (const id of ids) assert.deepEqual(views.get(id), room.state, `member ${id} of seed ${seed} disagrees`)
  assert.equal(room.state.waiting, null)
}
