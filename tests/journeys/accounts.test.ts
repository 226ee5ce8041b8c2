// The first owner, signing in and out, and who may do what, through the whole server.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { get, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import * as accounts from '../../shared/api/accounts.ts'
import { OWNER, createTestApp } from '../support/app.ts'

const NO_OWNER = { MEDIASERVER_OWNER_NAME: '', MEDIASERVER_OWNER_PASSWORD: '' }

/** The status of an address as it is written: `fetch` would tidy it. */
const rawStatus = (url: string, method: string, path: string) =>
  new Promise<number | undefined>((resolve, reject) => {
    const asked = request(url, { method: method.toUpperCase(), path }, (reply) =>
      resolve(reply.resume().statusCode),
    )
    asked.on('error', reject).end()
  })

/** Ways to write an address that reach the same route. */
const SPELLINGS = [
  (path: string) => path.replace('/api', '/%61pi'),
  (path: string) => path.replace('/api', '/ap%69'),
  (path: string) => `http://anything${path}`,
]

test('a new server is claimed once, by one, even in a race', async () => {
  await using server = await createTestApp({ env: NO_OWNER })
  assert.equal((await server.client().call(accounts.getSession, {})).needsOwner, true)
  const tries = ['Ada', 'Bob', 'Cleo'].map((name) =>
    server.client().request('/api/owner', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name, password: 'long enough' }),
    }),
  )
  const statuses = (await Promise.all(tries)).map((r) => r.status).toSorted((a, b) => a - b)
  assert.deepEqual(statuses, [200, 403, 403])
  assert.equal(await server.app.claimCode(), null)
})

test('from elsewhere the code of the terminal is needed, whichever process printed it', async () => {
  await using printed = await createTestApp({ env: NO_OWNER })
  const code = await printed.app.claimCode()
  await printed.app[Symbol.asyncDispose]()
  await using server = await createTestApp({ env: NO_OWNER, dataPath: printed.dataPath })
  const claim = (sent: string | undefined) =>
    server.client().request('/api/owner', {
      method: 'POST',
      // A forwarded request is not from this machine, whoever passes it on.
      headers: { 'content-type': 'application/json', 'x-forwarded-for': '203.0.113.9' },
      body: JSON.stringify({
        name: 'Ada',
        password: 'long enough',
        ...(sent !== undefined && { code: sent }),
      }),
    })
  // Nor is a page elsewhere whose name points to this machine.
  const rebound = await new Promise<{ needsClaimCode: boolean }>((resolve, reject) => {
    // `fetch` sets `Host` itself.
    get(
      { port: server.app.port, host: '127.0.0.1', path: '/api/session', headers: { host: 'evil.example' } },
      (reply) => {
        let text = ''
        reply.on('data', (chunk: Buffer) => (text += chunk)).on('end', () => resolve(JSON.parse(text)))
      },
    ).on('error', reject)
  })
  assert.equal(rebound.needsClaimCode, true)
  assert.equal((await claim(undefined)).status, 403)
  assert.equal((await claim('WRONG-WRONG')).status, 403)
  assert.equal((await claim(code!.toLowerCase())).status, 200)
})

test('everything but the public addresses needs a sign-in, and says so as a problem', async (t) => {
  const pages = mkdtempSync(join(tmpdir(), 'web-'))
  t.after(() => rmSync(pages, { recursive: true }))
  writeFileSync(join(pages, 'index.html'), '<title>built</title>')
  await using server = await createTestApp({ webFolder: pages })
  const document = (await (await server.client().request('/api/openapi.json')).json()) as {
    paths: Record<string, Record<string, { description: string }>>
  }
  const PUBLIC = [
    'GET /api/session',
    'POST /api/owner',
    'POST /api/sign-in',
    'POST /api/sign-out',
    'GET /api/parties/{code}',
    'POST /api/parties/{code}/guests',
  ]
  for (const [path, operations] of Object.entries(document.paths))
    for (const method of Object.keys(operations)) {
      if (PUBLIC.includes(`${method.toUpperCase()} ${path}`)) continue
      const response = await server
        .client()
        .request(path.replace(/\{\w+\}/g, 'x'), { method: method.toUpperCase() })
      assert.equal(response.status, 401, `${method} ${path}`)
      assert.match(response.headers.get('content-type') ?? '', /application\/problem\+json/)
      assert.equal(((await response.json()) as { type: string }).type, '/problems/not-signed-in')
      for (const spelt of SPELLINGS)
        assert.equal(await rawStatus(server.url, method, spelt(path)), 401, `${method} ${spelt(path)}`)
    }
  const status = async (path: string) => (await server.client().request(path)).status
  assert.equal(await status(`/api/artwork/${'0'.repeat(40)}`), 401)
  // The same as where no web app is built, whose files are looked for below every address.
  assert.equal(await status('/api/nothing'), 404)
  assert.equal(await status('/title/1'), 200)
  assert.equal(await status('/api/docs/'), 200)
  assert.equal(await status('/v/forged/asset/master.m3u8'), 403)
})

test('sign in, sign out: the session is dead at once; wrong answers look alike', async () => {
  await using server = await createTestApp()
  const client = await server.owner()
  assert.equal((await client.call(accounts.listPeople, {})).items.length, 1)
  const cookie = client.cookieHeader()
  await client.call(accounts.signOut, { body: {} })
  const again = await fetch(new URL('/api/people', server.url), { headers: { cookie } })
  assert.equal(again.status, 401)

  const wrongPassword = await server
    .client()
    .refused(accounts.signIn, { body: { name: OWNER.name, password: 'nope nope' } })
  const unknownName = await server
    .client()
    .refused(accounts.signIn, { body: { name: 'nobody', password: 'nope nope' } })
  assert.deepEqual({ ...wrongPassword, instance: '' }, { ...unknownName, instance: '' })
})

test('a viewer is not an administrator, guessing passwords is limited, other sites are refused', async () => {
  await using server = await createTestApp()
  const owner = await server.owner()
  await owner.call(accounts.addPerson, { body: { name: 'Bob', password: 'long enough', role: 'viewer' } })
  assert.equal(
    (
      await owner.refused(accounts.addPerson, {
        body: { name: ' BOB ', password: 'long enough', role: 'viewer' },
      })
    ).status,
    409,
  )
  assert.equal(
    (await owner.refused(accounts.addPerson, { body: { name: 'Cleo', password: 'short', role: 'viewer' } }))
      .status,
    422,
  )

  const bob = server.client()
  await bob.call(accounts.signIn, { body: { name: 'bob', password: 'long enough' } })
  assert.equal((await bob.refused(accounts.listPeople, {})).status, 403)

  const statuses = []
  for (let n = 0; n < 12; n++)
    statuses.push(
      (await server.client().refused(accounts.signIn, { body: { name: 'bob', password: `guess ${n}` } }))
        .status,
    )
  assert.equal(statuses.at(-1), 429)

  const crossSite = await owner.request('/api/sign-out', {
    method: 'POST',
    body: '{}',
    headers: { 'content-type': 'application/json', origin: 'http://evil.example' },
  })
  assert.equal(crossSite.status, 403)
})
