// Who asks too often is told to wait: by account, by address, through listed proxies only; others are not disturbed.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { getSession } from '../../shared/api/accounts.ts'
import { getHome, searchTitles } from '../../shared/api/catalog.ts'
import { startPlayback } from '../../shared/api/playback.ts'
import type { ProblemBody } from '../../shared/problems.ts'
import { createAccounts } from '../../server/accounts/accounts.ts'
import { serve } from '../../server/http/endpoint.ts'
import { createHttpServer } from '../../server/http/server.ts'
import type { Coordination } from '../../server/platform/coordination/coordination.ts'
import { createInProcessCoordination } from '../../server/platform/coordination/in-process.ts'
import { openRedisCoordination } from '../../server/platform/coordination/redis.ts'
import { silentLog } from '../../server/platform/log.ts'
import { createMetrics } from '../../server/platform/metrics.ts'
import { Problem } from '../../server/platform/problem.ts'
import { createRateLimits, networkOf } from '../../server/platform/rate-limit.ts'
import { createTestApp } from '../support/app.ts'
import { createFakeClock } from '../support/fake-clock.ts'
import { lacking, startRedis } from '../support/servers.ts'

const log = silentLog()
const PROXY = '192.0.2.1'
const CAPABILITIES = { mse: [], direct: [], maxWidth: 1, maxHeight: 1 }

/** Addresses of each cost, with nothing behind them. */
async function createDoors(coordination: Coordination, nowMs: () => number) {
  const http = await createHttpServer({
    log,
    metrics: createMetrics(),
    trustedProxies: [PROXY, '10.3.0.0/16'],
    limits: createRateLimits({ coordination, log, nowMs }),
    authenticate: async ({ cookies: { person: id } }) =>
      id ? { viewer: { kind: 'person', id, name: id, role: 'viewer' }, signInId: id } : null,
  })
  serve(http, getSession, async () => ({ viewer: null, needsOwner: false, needsClaimCode: false }))
  serve(http, getHome, async () => ({ rows: [] }))
  serve(http, searchTitles, async () => ({ items: [] }))
  serve(http, startPlayback, async () => {
    throw new Problem('title-not-found')
  })
  const doors = { any: '/api/home', search: '/api/search?q=star', playback: '/api/playback' }
  type Asker = { person?: string; peer?: string; forwardedFor?: string }
  const ask = (door: keyof typeof doors | 'stranger', { person, peer = PROXY, forwardedFor }: Asker) =>
    http.inject({
      method: door === 'playback' ? 'POST' : 'GET',
      url: door === 'stranger' ? '/api/session' : doors[door],
      remoteAddress: peer,
      headers: { ...(forwardedFor && { 'x-forwarded-for': forwardedFor }) },
      ...(person && { cookies: { person } }),
      ...(door === 'playback' && { payload: { titleId: 'none', capabilities: CAPABILITIES } }),
    })
  type Answer = Awaited<ReturnType<typeof ask>>
  /** So many times it is answered; the time after that it is refused, as every refusal should be. */
  const takes = async (limit: number, one: (nth: number) => Promise<Answer>): Promise<void> => {
    for (let nth = 0; nth < limit; nth++) assert.notEqual((await one(nth)).statusCode, 429, `try ${nth}`)
    const refusal = await one(limit)
    assert.equal(refusal.statusCode, 429)
    assert.match(String(refusal.headers['content-type']), /^application\/problem\+json/)
    const seconds = Number(refusal.headers['retry-after'])
    assert.ok(seconds > 50 && seconds <= 60, `${seconds} s`)
    const { type, detail } = refusal.json<ProblemBody>()
    assert.deepEqual(
      [type, detail],
      ['/problems/too-many-requests', `Too many tries. Wait ${seconds} seconds.`],
    )
  }
  return { ask, takes, [Symbol.asyncDispose]: () => http.close() }
}

const from = (nth: number): string => `198.51.100.${nth % 250}`
/** Past four accounts the address has used up what they may together. */
const oneOfMany = (nth: number, each: number): string => `person ${Math.floor(nth / each)}`

test('accounts and addresses are limited by what they ask for, for a minute, and nobody else with them', async () => {
  const clock = createFakeClock()
  await using coordination = createInProcessCoordination({ nowMs: clock.monotonicMs, log })
  await using doors = await createDoors(coordination, clock.monotonicMs)
  const { ask, takes } = doors
  await takes(1800, (nth) => ask('any', { person: 'ada', forwardedFor: from(nth) }))
  assert.equal((await ask('search', { person: 'ada' })).statusCode, 429, 'whatever the account asks for')
  assert.equal((await ask('any', { person: 'eve' })).statusCode, 200)
  await takes(600, () => ask('stranger', { forwardedFor: from(1) }))
  assert.equal((await ask('stranger', { forwardedFor: from(2) })).statusCode, 200)

  await takes(180, (nth) => ask('search', { person: 'bob', forwardedFor: from(nth) }))
  assert.equal((await ask('any', { person: 'bob' })).statusCode, 200, 'anything else')
  await takes(720, (nth) => ask('search', { person: oneOfMany(nth, 180), forwardedFor: '203.0.113.1' }))
  await takes(60, (nth) => ask('playback', { person: 'bob', forwardedFor: from(nth) }))
  await takes(240, (nth) => ask('playback', { person: oneOfMany(nth, 60), forwardedFor: '203.0.113.1' }))

  clock.advance(60_000)
  for (const door of ['any', 'search', 'playback'] as const)
    assert.notEqual((await ask(door, { person: 'bob', forwardedFor: '203.0.113.1' })).statusCode, 429)
})

test('only listed proxies say for whom they ask, and only what the last of them saw', async () => {
  const clock = createFakeClock()
  await using coordination = createInProcessCoordination({ nowMs: clock.monotonicMs, log })
  await using doors = await createDoors(coordination, clock.monotonicMs)
  const { ask, takes } = doors
  await takes(600, (nth) => ask('stranger', { peer: '192.0.2.9', forwardedFor: from(nth) }))
  await takes(600, (nth) => ask('stranger', { forwardedFor: `${from(nth)}, 203.0.113.7` }))
  assert.equal((await ask('stranger', { forwardedFor: '203.0.113.8' })).statusCode, 200)
  // A household has 2^64 addresses of IPv6 to choose from.
  await takes(600, (nth) => ask('stranger', { forwardedFor: `2001:db8:7:8:${nth.toString(16)}::1` }))
  assert.equal((await ask('stranger', { forwardedFor: '2001:db8:7:9::1' })).statusCode, 200)
  await takes(600, (nth) => ask('stranger', { peer: '10.3.2.1', forwardedFor: `${from(nth)}, 203.0.113.9` }))
})

test('addresses of one network count together', () => {
  for (const [address, network] of [
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:DB8:0:1:2:3:4:5', '2001:db8:0:1::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['unknown', 'unknown'],
  ] as const)
    assert.equal(networkOf(address), network)
})

/** Nobody is let in, without the time that a real password takes. */
async function guessesPasswords(coordination: Coordination, nowMs: () => number): Promise<void> {
  const accounts = createAccounts({
    store: {} as never,
    auth: { signIn: async () => null } as never,
    limits: createRateLimits({ coordination, log, nowMs }),
    log,
    nowMs,
  })
  const guess = (name: string, address: string) =>
    accounts
      .signIn({ name, password: 'wrong' }, { viewer: null, address, isLocal: false, headers: new Headers() })
      .then(
        () => assert.fail('nobody is let in'),
        ({ code, retryAfterSeconds }: Problem) => [code, (retryAfterSeconds ?? 0) > 290],
      )
  const [wrong, wait] = [
    ['wrong-credentials', false],
    ['too-many-requests', true],
  ]
  for (let nth = 0; nth < 10; nth++) assert.deepEqual(await guess('Ada', from(nth)), wrong)
  assert.deepEqual(await guess('ada ', from(10)), wait, 'an account, from wherever')
  for (let nth = 0; nth < 30; nth++) assert.deepEqual(await guess(`name ${nth}`, '203.0.113.1'), wrong)
  assert.deepEqual(await guess('name 30', '203.0.113.1'), wait, 'an address, whoever is guessed')
}

test('passwords are guessed ten times at an account and thirty times from an address in five minutes', async () => {
  const clock = createFakeClock()
  await using coordination = createInProcessCoordination({ nowMs: clock.monotonicMs, log })
  await guessesPasswords(coordination, clock.monotonicMs)
})

test('counted on Redis it is the same', { skip: lacking('redis') }, async () => {
  await using redis = await startRedis()
  const open = () => openRedisCoordination({ url: redis.url, installation: 'test', log })
  await using here = await open()
  await using there = await open()
  const nowMs = () => performance.now()
  await guessesPasswords(here, nowMs)
  await using one = await createDoors(here, nowMs)
  await using other = await createDoors(there, nowMs)
  await one.takes(60, (nth) =>
    (nth % 2 ? one : other).ask('playback', { person: 'bob', forwardedFor: from(nth) }),
  )
  await one.takes(180, (nth) =>
    (nth % 2 ? one : other).ask('search', { person: 'eve', forwardedFor: from(nth) }),
  )
})

test('a whole server counts unless it is told not to', async () => {
  await using server = await createTestApp({ env: { MEDIASERVER_RATE_LIMITS: 'on' } })
  const owner = await server.owner()
  const start = () =>
    owner.refused(startPlayback, { body: { titleId: 'nothing', capabilities: CAPABILITIES } })
  const asked = await Promise.all(Array.from({ length: 61 }, start))
  assert.equal(asked.filter(({ status }) => status === 404).length, 60)
  assert.equal(asked.filter(({ status }) => status === 429).length, 1)
  await owner.call(getHome, {})
})
