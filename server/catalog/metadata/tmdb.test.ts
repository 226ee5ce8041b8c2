// A metadata service that is busy, broken, slow or tells half: it is asked as often as needed and never more.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MetadataUnavailable, retryAfterMs } from './outbound.ts'
import type { MetadataAnswerTable } from '../../platform/database/schema.ts'
import { createTmdb } from './tmdb.ts'

type Reply = { status?: number; headers?: Record<string, string>; body?: string } | Error

function setUp(key: string | null = 'k'.repeat(32)) {
  let now = 1_000_000
  const waits: number[] = []
  const asked: { url: URL; headers: Headers; redirect: string | undefined; atMs: number }[] = []
  const replies: Reply[] = []
  const kept = new Map<string, MetadataAnswerTable>()
  let config = {
    key,
    baseUrl: 'https://tmdb.test/3',
    imageUrl: 'https://tmdb.test/images',
    language: 'en-US',
  }
  const tmdb = createTmdb({
    config: () => config,
    cache: {
      answer: async (url) => kept.get(url),
      keepAnswer: async (answer) => void kept.set(answer.url, answer),
    },
    nowMs: () => now,
    sleep: async (ms) => {
      waits.push(ms)
      now += ms
    },
    fetch: async (input, init) => {
      asked.push({
        url: new URL(input instanceof Request ? input.url : input),
        headers: new Headers(init?.headers),
        redirect: init?.redirect,
        atMs: now,
      })
      const reply = replies.shift() ?? { body: '{"results":[]}' }
      if (reply instanceof Error) throw reply
      return new Response(reply.status === 304 ? null : (reply.body ?? '{"results":[]}'), {
        status: reply.status ?? 200,
        headers: reply.headers ?? {},
      })
    },
  })
  const change = (more: Partial<typeof config>) => void (config = { ...config, ...more })
  return { tmdb, change, asked, replies, waits, kept, later: (ms: number) => (now += ms), now: () => now }
}
const HOUR_MS = 3_600_000

test('Retry-After in seconds, as a date, in the past, absurd or nonsense', () => {
  assert.equal(retryAfterMs('3', 0), 3000)
  assert.equal(retryAfterMs('Thu, 01 Jan 1970 00:00:10 GMT', 4000), 6000)
  assert.equal(retryAfterMs('Thu, 01 Jan 1970 00:00:10 GMT', 40_000), 0)
  assert.equal(retryAfterMs('99999999999', 0), 6 * HOUR_MS)
  assert.deepEqual([retryAfterMs('soon', 0), retryAfterMs(null, 0)], [null, null])
})

test('a redirect is not followed: it could lead into the local network', async () => {
  const { tmdb, asked, replies } = setUp()
  replies.push({ status: 302, headers: { location: 'http://169.254.169.254/' } })
  await assert.rejects(tmdb.search('movie', 'heat', null))
  assert.deepEqual(
    asked.map(({ url, redirect }) => [url.host, redirect]),
    [['tmdb.test', 'manual']],
  )
})

test('429 is waited out for as long as it says, by everybody', async () => {
  const { tmdb, asked, replies, now } = setUp()
  const start = now()
  replies.push({ status: 429, headers: { 'retry-after': '7' } })
  await tmdb.search('movie', 'heat', null)
  await tmdb.search('movie', 'alien', null)
  assert.deepEqual(
    asked.map(({ atMs }) => atMs >= start + 7000),
    [false, true, true],
  )
})

test('a long wait goes back to the job queue, and nobody is asked meanwhile', async () => {
  const { tmdb, asked, replies, later } = setUp()
  replies.push({ status: 429, headers: { 'retry-after': '600' } })
  const isWaiting = (error: unknown) => error instanceof MetadataUnavailable && error.afterMs > 590_000
  await assert.rejects(tmdb.search('movie', 'heat', null), isWaiting)
  await assert.rejects(tmdb.search('movie', 'heat', null), isWaiting)
  await assert.rejects(tmdb.search('movie', 'alien', null), isWaiting)
  assert.deepEqual([asked.length, tmdb.state()], [1, 'waiting'])
  later(601_000)
  assert.deepEqual(await tmdb.search('movie', 'heat', null), [])
  assert.deepEqual([asked.length, tmdb.state()], [2, 'ready'])
})

test('5xx, a broken connection, a time-out and half answers are tried again, a few times', async () => {
  const found = '{"results":[{"id":949,"title":"Heat"}]}'
  for (const fault of [
    { status: 500 },
    { status: 503, headers: { 'retry-after': '1' } },
    new TypeError('fetch failed'),
    new DOMException('The operation timed out.', 'TimeoutError'),
    { body: '{"results":[{"id":9' },
    { body: found, headers: { 'content-length': '4000' } },
    { body: '<html>gateway</html>' },
  ]) {
    const { tmdb, asked, replies } = setUp()
    replies.push(fault, { body: found })
    assert.deepEqual(
      (await tmdb.search('movie', 'heat', null)).map(({ id }) => id),
      [949],
    )
    assert.equal(asked.length, 2)
  }
  const { tmdb, asked, replies, waits, kept } = setUp()
  replies.push(...Array.from({ length: 10 }, () => ({ status: 502 })))
  await assert.rejects(tmdb.search('movie', 'heat', null), MetadataUnavailable)
  assert.deepEqual([asked.length, kept.size, tmdb.state()], [4, 0, 'waiting'])
  assert.ok(waits.length >= 3, 'it waits between')
})

test('one question is asked once within its time, then only whether the answer changed', async () => {
  const { tmdb, asked, replies, later } = setUp()
  replies.push({ body: '{"results":[{"id":949,"title":"Heat"}]}', headers: { etag: '"a"' } })
  const together = await Promise.all([1, 2, 3].map(() => tmdb.search('movie', 'heat', 1995)))
  assert.deepEqual(
    together.map((items) => items[0]?.id),
    [949, 949, 949],
  )
  await tmdb.search('movie', 'heat', 1995)
  assert.equal(asked.length, 1)
  later(25 * HOUR_MS)
  replies.push({ status: 304 })
  assert.equal((await tmdb.search('movie', 'heat', 1995))[0]?.id, 949)
  assert.equal(asked[1]?.headers.get('if-none-match'), '"a"')
  await tmdb.search('movie', 'heat', 1995)
  assert.equal(asked.length, 2)
  // Another language, year or kind is another question.
  await tmdb.search('tv', 'heat', 1995)
  assert.equal(asked.length, 3)
})

test('what is not there is remembered; a refused key is said; the key stands in no cache', async () => {
  const { tmdb, asked, replies, kept } = setUp()
  replies.push({ status: 404, body: '{"status_code":34}' })
  assert.equal(await tmdb.details('movie', 5), null)
  assert.equal(await tmdb.details('movie', 5), null)
  assert.equal(asked.length, 1)
  replies.push({ status: 401 })
  await assert.rejects(tmdb.details('movie', 6), MetadataUnavailable)
  assert.equal(tmdb.state(), 'refused')
  assert.equal(asked[0]?.url.searchParams.get('api_key'), 'k'.repeat(32))
  assert.doesNotMatch(JSON.stringify([...kept]), /kkkk/)
  const token = setUp('t'.repeat(100))
  await token.tmdb.details('movie', 5)
  assert.equal(token.asked[0]?.headers.get('authorization'), `Bearer ${'t'.repeat(100)}`)
  assert.equal(token.asked[0]?.url.searchParams.get('api_key'), null)
})

test('answers of other shapes than promised give nothing, and pictures come from nowhere else', async () => {
  const { tmdb, asked, replies } = setUp()
  replies.push({ body: '{"results":[{"id":"x"},{"id":3,"title":null},{"id":949,"title":"Heat"},null]}' })
  assert.deepEqual((await tmdb.search('movie', 'heat', null)).map(({ id }) => id).at(-1), 949)
  const before = asked.length
  for (const path of ['//evil.test/a.jpg', '/../a.jpg', 'https://evil.test/a.jpg', '/a.exe'])
    assert.equal(await tmdb.image(path, 'w780'), null)
  assert.equal(asked.length, before)
})

test('a key and a language that are changed count from the next question on', async () => {
  const { tmdb, change, asked, replies } = setUp(null)
  assert.deepEqual([tmdb.isOn(), tmdb.state(), await tmdb.details('movie', 5)], [false, 'off', null])
  change({ key: 'wrong' })
  replies.push({ status: 401 })
  await assert.rejects(tmdb.details('movie', 5), MetadataUnavailable)
  assert.equal(tmdb.state(), 'refused')
  change({ key: 'right', language: 'de-DE' })
  assert.deepEqual([tmdb.isOn(), tmdb.state()], [true, 'ready'])
  await tmdb.details('movie', 5)
  assert.equal(asked.at(-1)?.url.searchParams.get('api_key'), 'right')
  assert.equal(asked.at(-1)?.url.searchParams.get('language'), 'de-DE')
})
