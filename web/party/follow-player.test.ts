// Whole members against simulated browsers: how far apart their pictures are after starts, joins, seeks and sleep.
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { PartyState } from '#shared/party/protocol.ts'
import { isMovingAt, positionAt } from '#shared/party/timeline.ts'
import { createObservable } from '../lib/observable.ts'
import {
  CHROMIUM,
  type Engine,
  FIREFOX,
  createSimulatedPlayer,
} from '../../tests/support/simulated-player.ts'
import { type FollowState, type FollowedRoom, followRoom } from './follow-player.ts'
import type { RoomView } from './room.ts'

const TICK_MS = 2
const MOVED = {
  ...({} as PartyState),
  titleId: 'one',
  rate: 1,
  durationSeconds: 7200,
  playing: false,
  seq: 1,
}

function createStorage() {
  const kept = new Map<string, string>()
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    keys: () => kept.keys(),
  }
}

/** A group on one simulated clock; each member knows the server's time with an error of its own. */
function createGroup(
  t: TestContext,
  engines: readonly Engine[],
  { clockErrorsMs = [0, 0, 0], blocked = false } = {},
) {
  t.mock.timers.enable({ apis: ['setInterval', 'setTimeout'] })
  let now = 1000
  let seed = 42
  const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647
  let state: PartyState = { ...MOVED, positionSeconds: 10, atServerMs: now }
  const members: ReturnType<typeof add>[] = []
  function add(engine: Engine, clockErrorMs: number, storage = createStorage()) {
    const player = createSimulatedPlayer(engine, () => now, random, blocked)
    const view = createObservable({ phase: 'joined', state } as RoomView)
    const told = { ready: 0, stalls: 0 }
    let shown: FollowState = { driftMs: null, needsClick: false }
    const room: FollowedRoom = {
      view,
      ready: (seq) => void (told.ready = seq),
      buffering: () => void told.stalls++,
      status: () => {},
      clock: {
        isKnown: () => true,
        serverMs: (at?: number) => (at ?? now) + clockErrorMs,
        estimate: () => ({ offsetMs: 0, roundTripMs: 80, uncertaintyMs: 40 }),
        start: () => {},
      },
    }
    const following = followRoom({
      player: player.media,
      room,
      onState: (s) => (shown = s),
      storage,
      nowMs: () => now,
    })
    t.after(() => following[Symbol.dispose]())
    return { player, view, told, storage, following, shown: () => shown }
  }
  for (const [i, engine] of engines.entries()) members.push(add(engine, clockErrorsMs[i] ?? 0))

  return {
    members,
    add: (engine: Engine, storage = createStorage()) => {
      const member = add(engine, 0, storage)
      members.push(member)
      return member
    },
    now: () => now,
    target: () => positionAt(state, now),
    tell(patch: Partial<PartyState>): void {
      state = { ...state, ...patch, seq: state.seq + 1 }
      for (const m of members) m.view.set({ ...m.view.get(), state })
    },
    /** Time passes; `each` sees every instant. */
    async run(seconds: number, each: () => void = () => {}): Promise<void> {
      for (const until = now + seconds * 1000; now < until;) {
        now += TICK_MS
        for (const m of members) m.player.advance()
        t.mock.timers.tick(TICK_MS)
        for (let i = 0; i < 4; i++) await Promise.resolve()
        each()
      }
    },
    /** How far behind the room each picture is. */
    errorsMs: (): (number | null)[] =>
      members.map(({ player }) => {
        const picture = player.pictureSeconds()
        if (picture === null || !isMovingAt(state, now)) return null
        return ((positionAt(state, now) - picture) / state.rate) * 1000
      }),
  }
}
type Group = ReturnType<typeof createGroup>

const spread = (errors: readonly (number | null)[]): number | null => {
  const known = errors.filter((e) => e !== null)
  return known.length < errors.length ? null : Math.max(...known) - Math.min(...known)
}
const p95 = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length * 0.95)] ?? Infinity

async function spreadsOver(group: Group, seconds: number): Promise<number[]> {
  const spreads: number[] = []
  await group.run(seconds, () => {
    const now = spread(group.errorsMs())
    if (now !== null) spreads.push(now)
  })
  return spreads
}

async function begin(group: Group): Promise<void> {
  await group.run(3)
  assert.ok(group.members.every((m) => m.told.ready === group.members[0]!.view.get().state!.seq))
  group.tell({ playing: true, atServerMs: group.now() + 200 })
}

test('[PF2] three engines start together and stay together for a minute', async (t) => {
  const group = createGroup(t, [CHROMIUM, CHROMIUM, FIREFOX], { clockErrorsMs: [2, -2, 1] })
  await begin(group)
  const starts = await spreadsOver(group, 0.6)
  assert.ok(
    starts.length > 100 && Math.max(...starts) < 30,
    `apart at the first start: ${Math.max(...starts)}`,
  )
  await group.run(2)
  const spreads = await spreadsOver(group, 60)
  t.diagnostic(`p95 ${p95(spreads)} ms, max ${Math.max(...spreads)} ms`)
  assert.ok(p95(spreads) < 20)
})

test('[PF4] the first start is rehearsed unheard, and the member rests where it was', async (t) => {
  const group = createGroup(t, [CHROMIUM])
  const { media } = group.members[0]!.player
  let heard = 0
  await group.run(3, () => void (media.paused || media.volume < 0.01 || heard++))
  assert.equal(heard, 0)
  assert.deepEqual([media.paused, media.currentTime, media.volume], [true, 10, 1])
})

test('[PA3] [PF4] a pause brings all to rest on one frame, at one time; starts after it are on time', async (t) => {
  const group = createGroup(t, [CHROMIUM, CHROMIUM, FIREFOX], { clockErrorsMs: [2, -2, 1] })
  await begin(group)
  for (let round = 0; round < 3; round++) {
    await group.run(2.5)
    const [positionSeconds, atServerMs] = [group.target() + 0.3, group.now() + 300]
    group.tell({ playing: false, positionSeconds, atServerMs })
    await group.run(0.2)
    assert.ok(group.members.every((m) => !m.player.media.paused && m.told.ready < m.view.get().state!.seq))
    const restsMs = group.members.map(() => Infinity)
    await group.run(1.5, () => {
      for (const [i, m] of group.members.entries())
        if (m.player.media.paused) {
          restsMs[i] = Math.min(restsMs[i]!, group.now())
          const isSoon = group.now() - restsMs[i] < 100
          assert.ok(
            !(isSoon && m.player.media.seeking),
            'a seek would take back the frame that is yet to be shown',
          )
        }
    })
    for (const restMs of restsMs)
      assert.ok(Math.abs(restMs - atServerMs) < 50, `${restMs - atServerMs} ms late`)
    for (const { player, told, view } of group.members) {
      assert.ok(Math.abs(player.media.currentTime - positionSeconds) < 0.001)
      const over = Math.max(...player.shownFrames.map((f) => f.mediaTime)) - positionSeconds
      assert.ok(over <= 0, `no picture past the frame that all rest on, but one ${over} s after it`)
      assert.equal(told.ready, view.get().state!.seq)
    }
    group.tell({ playing: true, atServerMs: group.now() + 300 })
    await group.run(0.3)
    const starts = await spreadsOver(group, 0.6)
    assert.ok(Math.max(...starts) < 20, `apart at start ${round}: ${Math.max(...starts)}`)
  }
})

test('[PA3] in a hidden tab, where no frame is shown, a pause ends playback in time, too', async (t) => {
  const group = createGroup(t, [CHROMIUM])
  await begin(group)
  await group.run(3)
  const { media, hide } = group.members[0]!.player
  hide()
  const [positionSeconds, atServerMs] = [group.target() + 0.3, group.now() + 300]
  group.tell({ playing: false, positionSeconds, atServerMs })
  await group.run(0.25)
  assert.equal(media.paused, false)
  await group.run(0.15)
  assert.equal(media.paused, true)
  await group.run(0.25)
  assert.equal(media.currentTime, positionSeconds)
})

test('[PF5] who joins a playing party starts on time a moment later, without a jump', async (t) => {
  const group = createGroup(t, [CHROMIUM, FIREFOX])
  await begin(group)
  await group.run(8)
  const late = group.add(FIREFOX)
  await group.run(3)
  const spreads = await spreadsOver(group, 10)
  assert.ok(p95(spreads) < 20, `${p95(spreads)} ms`)
  assert.ok(late.player.counts().seeks <= 2)
})

test('[PF5] a device that has been in a party joins the next one in step from its first frame on', async (t) => {
  const slow = { ...CHROMIUM, startMs: 140 }
  const group = createGroup(t, [slow])
  await begin(group)
  await group.run(8)
  const nonsense = createStorage()
  nonsense.setItem([...group.members[0]!.storage.keys()][0]!, 'soon')
  const firstFramesMs = async (storage: ReturnType<typeof createStorage>): Promise<number> => {
    group.add(slow, storage)
    const errors: number[] = []
    await group.run(3, () => {
      const error = group.errorsMs().at(-1)
      if (error != null && errors.length < 100) errors.push(Math.abs(error))
    })
    return Math.max(...errors)
  }
  assert.ok((await firstFramesMs(group.members[0]!.storage)) < 25)
  // By a guess: a private window, or a figure that is none.
  assert.ok((await firstFramesMs(createStorage())) > 70)
  assert.ok((await firstFramesMs(nonsense)) > 70)
})

test('[PF1] a laptop that slept comes back by one move', async (t) => {
  const group = createGroup(t, [CHROMIUM, CHROMIUM])
  await begin(group)
  await group.run(5)
  const [, sleeper] = group.members
  const before = sleeper!.player.counts().seeks
  sleeper!.player.media.currentTime = group.target() - 40
  await group.run(3)
  assert.equal(sleeper!.player.counts().seeks, before + 2)
  assert.ok(p95(await spreadsOver(group, 10)) < 20)
})

test('[PF1] a device whose seeks take five seconds gets back in step, at any speed, and waits for nothing twice', async (t) => {
  const slow = { ...CHROMIUM }
  const group = createGroup(t, [CHROMIUM, slow])
  await begin(group)
  slow.seekMs = 5000
  for (const rate of [1, 2]) {
    group.tell({ rate, positionSeconds: group.target(), atServerMs: group.now() })
    await group.run(5)
    const { media, counts } = group.members[1]!.player
    const before = counts().seeks
    media.currentTime = group.target() - 40
    await group.run(18)
    assert.equal(
      counts().seeks,
      before + 3,
      'where it fell back to, a seek that took long, and one that waits',
    )
    assert.ok(p95(await spreadsOver(group, 10)) < 20)
  }
})

test('[PF2] at double and half speed all are together, and the rate comes back to the very one', async (t) => {
  const group = createGroup(t, [CHROMIUM, FIREFOX])
  await begin(group)
  for (const rate of [2, 0.5]) {
    await group.run(3)
    group.tell({ rate, positionSeconds: group.target(), atServerMs: group.now() })
    await group.run(3)
    assert.ok(p95(await spreadsOver(group, 10)) < 20)
    assert.ok(group.members.every((m) => Math.abs(m.player.media.playbackRate / rate - 1) <= 0.06 + 1e-9))
  }
})

test('[PF4] blocked autoplay is found out before the start; after the click all are in step', async (t) => {
  const group = createGroup(t, [CHROMIUM, CHROMIUM], { blocked: true })
  group.members[0]!.player.allow()
  await begin(group)
  const [, blocked] = group.members
  assert.equal(blocked!.shown().needsClick, true)
  await group.run(5)
  assert.equal(blocked!.player.media.paused, true)
  blocked!.player.allow()
  await blocked!.following.unblock()
  assert.equal(blocked!.shown().needsClick, false)
  await group.run(3)
  assert.ok(p95(await spreadsOver(group, 5)) < 20)
})

test('[PT1] at the end of the film everybody rests on its last frame', async (t) => {
  const group = createGroup(t, [CHROMIUM])
  group.tell({ durationSeconds: 14 })
  await begin(group)
  await group.run(6)
  const { media } = group.members[0]!.player
  assert.equal(media.paused, true)
  assert.ok(Math.abs(media.currentTime - 14) < 0.03)
})
