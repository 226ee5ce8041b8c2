// An administrator looks up what the server was started with, changes some of it while it runs, and reads its log.
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { addPerson } from '../../shared/api/accounts.ts'
import { listAudit } from '../../shared/api/admin.ts'
import { listLogs } from '../../shared/api/admin-logs.ts'
import { getStorage } from '../../shared/api/admin-storage.ts'
import { changeSettings, listSettings } from '../../shared/api/admin-settings.ts'
import { getMetadataStatus } from '../../shared/api/review.ts'
import { type Client, createTestApp, OWNER } from '../support/app.ts'

const setting = async (owner: Client, name: string) =>
  (await owner.call(listSettings, {})).items.find((one) => one.name === name)!
const change = (owner: Client, changes: Record<string, string | null>) =>
  owner.call(changeSettings, { body: { changes } })

test('every setting says what it is and where that comes from; secrets are not told', async () => {
  await using at = await createTestApp({
    env: { MEDIASERVER_METRICS_TOKEN: 'let-me-in', MEDIASERVER_CACHE_BYTES: '1000000' },
  })
  const owner = await at.owner()
  const { items } = await owner.call(listSettings, {})
  const of = (name: string) => items.find((one) => one.name === name)!
  assert.deepEqual(
    [of('MEDIASERVER_CACHE_BYTES').value, of('MEDIASERVER_CACHE_BYTES').source],
    ['1000000', 'environment'],
  )
  assert.deepEqual(
    [of('MEDIASERVER_LANGUAGE').value, of('MEDIASERVER_LANGUAGE').source],
    ['en-US', 'default'],
  )
  const token = of('MEDIASERVER_METRICS_TOKEN')
  assert.deepEqual([token.isSecret, token.isSet, token.value, token.counts], [true, true, null, null])
  for (const secret of ['let-me-in', OWNER.password])
    assert.ok(!JSON.stringify(items).includes(secret), secret)
  assert.ok(items.every(({ means }) => means.length > 8))

  await owner.call(addPerson, { body: { name: 'Eve', password: 'hunter2 hunter2', role: 'viewer' } })
  const eve = at.client()
  const body = JSON.stringify({ name: 'Eve', password: 'hunter2 hunter2' })
  await eve.request('/api/sign-in', { method: 'POST', body, headers: { 'content-type': 'application/json' } })
  for (const who of [eve, at.client()])
    for (const e of [listSettings, listLogs])
      assert.ok([401, 403].includes((await who.refused(e, { query: {} })).status))
})

test('what is changed counts at once, outlives a restart, can be taken back, and is written down', async (t) => {
  const dataPath = await mkdtemp(join(tmpdir(), 'mediaserver-settings-'))
  t.after(() => rm(dataPath, { recursive: true, force: true }))
  {
    await using at = await createTestApp({ dataPath })
    const owner = await at.owner()
    await change(owner, { MEDIASERVER_CACHE_BYTES: '123456789', MEDIASERVER_MAX_ENCODES: '1' })
    assert.equal((await owner.call(getStorage, {})).budgetBytes, 123456789)
    await change(owner, { MEDIASERVER_TMDB_KEY: 'sesame-open', MEDIASERVER_LANGUAGE: 'de-DE' })
    const { state, language } = await owner.call(getMetadataStatus, {})
    assert.deepEqual([state, language], ['ready', 'de-DE'])
    assert.ok(!JSON.stringify(await owner.call(listSettings, {})).includes('sesame'))
    const { items } = await owner.call(listAudit, { query: {} })
    assert.equal(items[0]?.action, 'PATCH /api/admin/settings')
    assert.deepEqual(JSON.parse(items[0].detail).body.changes, {
      MEDIASERVER_TMDB_KEY: '[redacted]',
      MEDIASERVER_LANGUAGE: 'de-DE',
    })
    assert.equal(JSON.parse(items[1]!.detail).body.changes.MEDIASERVER_MAX_ENCODES, '1')

    await change(owner, { MEDIASERVER_RATE_LIMITS: 'on' })
    const limits = await setting(owner, 'MEDIASERVER_RATE_LIMITS')
    assert.deepEqual([limits.value, limits.source, limits.waitsForRestart], ['on', 'changed', true])
  }
  await using again = await createTestApp({ dataPath })
  const owner = await again.owner()
  const limits = await setting(owner, 'MEDIASERVER_RATE_LIMITS')
  assert.deepEqual([limits.value, limits.source, limits.waitsForRestart], ['on', 'changed', false])
  assert.equal((await owner.call(getStorage, {})).budgetBytes, 123456789)
  await change(owner, { MEDIASERVER_CACHE_BYTES: null })
  const budget = await setting(owner, 'MEDIASERVER_CACHE_BYTES')
  assert.deepEqual([budget.value, budget.source], ['20000000000', 'default'])
  assert.equal((await owner.call(getStorage, {})).budgetBytes, 20e9)
})

test('nonsense, and what must not be changed here, is refused in a sentence and changes nothing', async () => {
  await using at = await createTestApp()
  const owner = await at.owner()
  for (const [name, value, says] of [
    ['MEDIASERVER_MAX_ENCODES', 'many', /whole number from 1 to 256/],
    ['MEDIASERVER_LOG_LEVEL', 'loud', /must be one of trace/],
    ['MEDIASERVER_DATA', '/elsewhere', /Not to be changed while the server runs/],
    ['MEDIASERVER_OWNER_PASSWORD', 'hunter2 hunter2', /Not to be changed/],
    ['toString', 'x', /Not to be changed/],
  ] as const) {
    const refusal = await owner.refused(changeSettings, {
      body: { changes: { MEDIASERVER_LANGUAGE: 'fr-FR', [name]: value } },
    })
    assert.equal(refusal.status, 400)
    assert.match(refusal.detail ?? '', says)
  }
  assert.equal((await setting(owner, 'MEDIASERVER_LANGUAGE')).value, 'en-US')
})

test('the log is read by level, feature, request and text; its level is changed for all of it at once', async () => {
  await using at = await createTestApp({ env: { MEDIASERVER_LOG_LEVEL: 'warn' }, onLog: () => {} })
  const owner = await at.owner()
  const logs = async (query: object = {}) => (await owner.call(listLogs, { query })).items
  await change(owner, { MEDIASERVER_LOG_LEVEL: 'info' })
  await change(owner, { MEDIASERVER_LOG_LEVEL: 'debug' })
  await owner.request('/api/session', { headers: { 'x-request-id': 'asked-1' } })
  const [line, ...others] = await logs({ id: 'asked-1' })
  assert.equal(others.length, 0)
  assert.deepEqual([line?.level, line?.feature, line?.message], ['debug', 'http', 'request'])
  assert.match(line?.process ?? '', /^all-/)
  assert.ok((await logs({ feature: 'http', text: '/API/Session' })).length > 0)
  assert.deepEqual(await logs({ level: 'fatal' }), [])
  await change(owner, { MEDIASERVER_LOG_LEVEL: 'warn' })
  await owner.request('/api/session', { headers: { 'x-request-id': 'asked-2' } })
  assert.deepEqual(await logs({ id: 'asked-2' }), [])
  assert.equal((await logs({ limit: 3 })).length, 3)
  assert.equal((await owner.refused(listLogs, { query: { level: 'loud' as 'info' } })).status, 400)
})
