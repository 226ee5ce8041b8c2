// Who asks too often is told to wait: by account, by address, through listed proxies only; others are not disturbed.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { getHome, searchTitles } from '../../shared/api/catalog.ts'
import { startPlayback } from '../../shared/api/playback.ts'
import type { ProblemBody } from '../../shared/problems.ts'
import { OWNER, createTestApp } from '../support/app.ts'

const signIn = (body: object, headers: Record<string, string> = {}): RequestInit => ({
  method: 'POST',
  body: JSON.stringify(body),
  headers: { 'content-type': 'application/json', ...headers },
})

async function refusalOf(response: Response): Promise<ProblemBody> {
  assert.equal(response.status, 429)
  assert.ok(Number(response.headers.get('retry-after')) > 0)
  assert.match(response.headers.get('content-type') ?? '', /^application\/problem\+json/)
  return (await response.json()) as ProblemBody
}

test('searches are limited by account, with a problem and Retry-After; nothing else is refused', async () => {
  await using server = await createTestApp({ env: { MEDIASERVER_RATE_LIMITS: 'on' } })
  const owner = await server.owner()
  const asked = await Promise.all(Array.from({ length: 200 }, () => owner.request('/api/search?q=star')))
  const statuses = asked.map((r) => r.status)
  assert.equal(statuses.filter((s) => s === 200).length, 180)
  const problem = await refusalOf(asked[statuses.indexOf(429)]!)
  assert.equal(problem.type, '/problems/too-many-requests')
  await owner.call(getHome, {})
  assert.equal((await owner.refused(searchTitles, { query: { q: 'x' } })).status, 429)
})

test('starts of playbacks are limited by account; what an account does elsewhere goes on', async () => {
  await using server = await createTestApp({ env: { MEDIASERVER_RATE_LIMITS: 'on' } })
  const owner = await server.owner()
  const capabilities = { mse: [], direct: [], maxWidth: 1, maxHeight: 1 }
  const start = () => owner.refused(startPlayback, { body: { titleId: 'nothing', capabilities } })
  const asked = await Promise.all(Array.from({ length: 61 }, start))
  assert.equal(asked.filter(({ status }) => status === 404).length, 60)
  assert.equal(asked.filter(({ status }) => status === 429).length, 1)
  await owner.call(getHome, {})
})

test('what is not a listed proxy may say whom it asks for as it likes: it counts as itself', async () => {
  await using server = await createTestApp({ env: { MEDIASERVER_RATE_LIMITS: 'on' } })
  const ask = (nth: number) =>
    fetch(`${server.url}/api/session`, { headers: { 'x-forwarded-for': `198.51.100.${nth % 250}` } })
  for (let i = 0; i < 12; i++) await Promise.all(Array.from({ length: 50 }, (_, n) => ask(i * 50 + n)))
  await refusalOf(await ask(1))
})

test('strangers are limited by address, believed through listed proxies only', async () => {
  await using server = await createTestApp({
    env: { MEDIASERVER_RATE_LIMITS: 'on', MEDIASERVER_TRUSTED_PROXIES: '127.0.0.1' },
  })
  const ask = (address: string) =>
    fetch(`${server.url}/api/session`, { headers: { 'x-forwarded-for': address } })
  for (let i = 0; i < 12; i++) await Promise.all(Array.from({ length: 50 }, () => ask('198.51.100.1')))
  await refusalOf(await ask('198.51.100.1'))
  await refusalOf(await ask('203.0.113.1, 198.51.100.1'))
  assert.equal((await ask('198.51.100.2')).status, 200)
})

test('passwords are guessed ten times at an account, from wherever', async () => {
  await using server = await createTestApp({ env: { MEDIASERVER_TRUSTED_PROXIES: '127.0.0.1' } })
  const guess = (nth: number) =>
    fetch(
      `${server.url}/api/sign-in`,
      signIn({ name: OWNER.name, password: `wrong ${nth}` }, { 'x-forwarded-for': `198.51.100.${nth}` }),
    )
  for (let nth = 0; nth < 10; nth++) assert.equal((await guess(nth)).status, 401)
  await refusalOf(await guess(10))
})
