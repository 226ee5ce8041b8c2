// What an operator sees from outside: JSON log lines with request ids, health, readiness, the four metrics first asked for.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTestApp } from '../support/app.ts'

test('health, readiness and the metrics of the roadmap', async () => {
  await using server = await createTestApp()
  const client = server.client()
  assert.deepEqual(await (await client.request('/health')).json(), { status: 'ok' })
  const ready = (await (await client.request('/ready')).json()) as {
    status: string
    parts: Record<string, string>
  }
  assert.equal(ready.status, 'ready')
  assert.ok(Object.keys(ready.parts).includes('database'))

  for (const method of ['PROPFIND', 'PURGE']) await client.request('/anything', { method })
  const text = await (await client.request('/metrics')).text()
  assert.match(text, /_count\{method="\(other\)"/, 'methods that strangers think of make no series')
  assert.doesNotMatch(text, /PROPFIND|PURGE|anything/)
  for (const name of [
    'mediaserver_library_files_total',
    'mediaserver_transcode_queue_depth',
    'mediaserver_playback_sessions',
    'mediaserver_playback_errors_total',
    'mediaserver_http_request_seconds',
  ])
    assert.match(text, new RegExp(`# TYPE ${name} `), name)
})

test('metrics are for this machine, or for whoever has the token', async () => {
  const elsewhere = { headers: { 'x-forwarded-for': '203.0.113.9' } }
  await using closed = await createTestApp()
  assert.equal((await closed.client().request('/metrics', elsewhere)).status, 403)

  await using open = await createTestApp({ env: { MEDIASERVER_METRICS_TOKEN: 'let-me-in' } })
  const withToken = (token: string) =>
    open.client().request('/metrics', { headers: { ...elsewhere.headers, authorization: `Bearer ${token}` } })
  assert.equal((await withToken('guess')).status, 403)
  assert.equal((await withToken('let-me-in')).status, 200)
})

test('a request id of the caller is kept when it is harmless, and answered', async () => {
  await using server = await createTestApp()
  const idFor = async (given: string) =>
    (await server.client().request('/health', { headers: { 'x-request-id': given } })).headers.get(
      'x-request-id',
    )
  assert.equal(await idFor('proxy-123'), 'proxy-123')
  assert.match((await idFor('x'.repeat(200))) ?? '', /^[0-9a-f-]{36}$/)
})
