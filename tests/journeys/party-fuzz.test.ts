// Chance at work on a party over real sockets: members command, drop and come back, the server is killed twice.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as after } from 'node:timers/promises'
import { createParty, joinAsGuest } from '../../shared/api/party.ts'
import type { PartyState } from '../../shared/party/protocol.ts'
import { createClient } from '../support/app.ts'
import { startPartyProcess } from '../support/party-process.ts'
import { randomOf } from '../support/seeded.ts'
import { createMember } from '../support/socket-pair.ts'

const SEED = Number(process.env.FUZZ_SEED ?? 7)
const STEPS = Number(process.env.FUZZ_STEPS ?? 180)
const ROUNDS = 3

type Member = ReturnType<typeof createMember>

test(`[PX1] [PA2] [PR1] [PT3] whatever happens, all hold one timeline that only its masters move (seed ${SEED})`, async () => {
  const random = randomOf(SEED)
  const pick = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)]!
  await using server = await startPartyProcess()
  await using stack = new AsyncDisposableStack()
  const host = createClient(server.url)
  host.cookies.set('person', 'ada')
  const party = await host.call(createParty, { body: { titleId: 'one' } })

  /** Each state that anybody saw, by its number: a number means one state, for all and after a kill, too. */
  const known = new Map<number, string>()
  const movers = new Set<string | null>()
  /** What broke a rule; looked at in the end, for what is thrown in a listener is nobody's. */
  const broken: string[] = []
  const watch = (name: string, { room }: Member): void => {
    let lastSeq = 0
    room.view.subscribe(() => {
      const { state, cause } = room.view.get()
      if (!state || state.seq === lastSeq) return
      if (state.seq < lastSeq) broken.push(`${name} went back from ${lastSeq} to ${state.seq}`)
      lastSeq = state.seq
      const text = JSON.stringify(state)
      const before = known.get(state.seq) ?? text
      if (before !== text)
        broken.push(`${name} holds another state ${state.seq}: ${text} instead of ${before}`)
      known.set(state.seq, text)
      if (state.playing && state.waiting) broken.push(`state ${state.seq} plays while it waits`)
      if (cause && !['wait', 'resume', 'host'].includes(cause.type)) movers.add(cause.memberId)
    })
  }
  const cookies: Record<string, string> = { ada: host.cookieHeader() }
  cookies['bob'] = 'person=bob'
  const guestIds = new Set<string>()
  for (const name of ['Grace', 'Linus']) {
    const guest = createClient(server.url)
    const { viewer } = await guest.call(joinAsGuest, { params: { code: party.code }, body: { name } })
    guestIds.add(viewer.id)
    cookies[name] = guest.cookieHeader()
  }
  const members = new Map<string, Member>()
  stack.defer(() => {
    for (const member of members.values()) member[Symbol.dispose]()
  })
  const enter = (name: string): void => {
    members.get(name)?.[Symbol.dispose]()
    const member = createMember(server.url, cookies[name]!, party.code)
    members.set(name, member)
    watch(name, member)
  }
  for (const name of Object.keys(cookies)) enter(name)
  const ada = () => members.get('ada')!
  const everybody = async (what: (state: PartyState | null, phase: string) => boolean): Promise<void> => {
    for (const member of members.values()) await member.sees((v) => what(v.state, v.phase))
  }
  await everybody((_, phase) => phase === 'joined')
  assert.ok(await ada().room.role('bob', 'moderator'))

  const act = (name: string): void => {
    const { room } = members.get(name)!
    const { phase, state } = room.view.get()
    if (phase !== 'joined' || !state) return
    const commands = [
      () => room.play(),
      () => room.pause(),
      () => room.seek(random() * 3600),
      () => room.rate(pick([0.5, 1, 2])),
      () => room.load(pick(['one', 'two'])),
      () => room.settings({ wait: pick(['all', 'bounded', 'never']), waitSeconds: 1 }),
    ]
    const others = [
      () => room.ready(state.seq),
      () => room.ready(state.seq),
      () => room.ready(state.seq),
      () => room.buffering(state.seq, random() < 0.5),
      () => room.chat('hm'),
      () => enter(name),
    ]
    if (random() < 0.6) {
      pick(others)()
      return
    }
    const done = pick(commands)()
    if (name !== 'ada' && name !== 'bob')
      void done.then((isDone) => isDone && broken.push(`${name} moved something`))
  }
  for (let round = 0; round < ROUNDS; round++) {
    for (let step = 0; step < STEPS / ROUNDS; step++) {
      act(pick([...members.keys()]))
      if (random() < 0.3) await after(random() * 20)
    }
    if (round === ROUNDS - 1) break
    await server.kill()
    await server.startAgain()
    await everybody((_, phase) => phase === 'joined')
  }

  await everybody((_, phase) => phase === 'joined')
  assert.ok(await ada().room.settings({ wait: 'never' }))
  assert.ok(await ada().room.pause())
  const follow = async ({ room }: Member): Promise<void> => {
    const { seq } = room.view.get().state!
    await everybody((state) => state !== null && state.seq >= seq)
  }
  await follow(ada())
  // However little chance got done on a busy machine.
  const bob = members.get('bob')!
  assert.ok(await bob.room.seek(1))
  await follow(bob)
  const [first, ...rest] = [...members.values()].map((m) => m.room.view.get().state)
  for (const state of rest) assert.deepEqual(state, first)
  assert.deepEqual(broken, [])
  assert.deepEqual(
    [...movers].filter((id) => id !== null && guestIds.has(id)),
    [],
    'guests moved nothing',
  )
  assert.ok(movers.has('ada') && movers.has('bob') && known.size > ROUNDS)
})
