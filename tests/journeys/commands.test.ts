// The operator's commands, beside a server that runs and without one.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { listPeople } from '../../shared/api/accounts.ts'
import { listLibraries } from '../../shared/api/library.ts'
import { listJobs } from '../../shared/api/admin.ts'
import { createTestApp, OWNER } from '../support/app.ts'
import { freshPostgres, lacking } from '../support/servers.ts'

const MAIN = new URL('../../server/main.ts', import.meta.url).pathname

async function folder(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'mediaserver-commands-'))
  t.after(() => rm(path, { recursive: true, force: true }))
  return path
}

async function command(dataPath: string, args: string[], input = '', env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [MAIN, ...args, '--data', dataPath], {
    env: { PATH: process.env.PATH ?? '', MEDIASERVER_PORT: '0', ...env },
  })
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk))
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk))
  child.stdin.end(input)
  const [code] = (await once(child, 'close')) as [number | null]
  assert.ok(!stderr.includes('    at '), `a stack is not for people: ${stderr}`)
  return { code, stdout, stderr }
}

async function until(what: () => Promise<boolean>): Promise<void> {
  while (!(await what())) await new Promise((resolve) => setTimeout(resolve, 20))
}

const signIn = (at: { client: () => { request: (path: string, init: RequestInit) => Promise<Response> } }) =>
  async function (name: string, password: string) {
    const client = at.client()
    const { status } = await client.request('/api/sign-in', {
      method: 'POST',
      body: JSON.stringify({ name, password }),
      headers: { 'content-type': 'application/json' },
    })
    return { client, status }
  }

test('people are added, given a new password and removed while the server runs', async (t) => {
  const dataPath = await folder(t)
  await using at = await createTestApp({ dataPath })
  const as = signIn(at)
  const added = await command(dataPath, ['user', 'add', 'Grace', 'admin'], 'first password\n')
  assert.deepEqual([added.code, added.stderr], [0, ''])
  const { client, status } = await as('Grace', 'first password')
  assert.equal(status, 200)
  assert.match((await command(dataPath, ['user', 'list'])).stdout, /^owner {3}Ada\nadmin {3}Grace\n$/)

  assert.match(
    (await command(dataPath, ['user', 'add', 'grace'], 'long enough\n')).stderr,
    /already somebody/,
  )
  assert.match(
    (await command(dataPath, ['user', 'add', 'Eve', 'owner'], 'long enough\n')).stderr,
    /an owner already/,
  )
  assert.match((await command(dataPath, ['user', 'add', 'Eve'], 'short\n')).stderr, /at least 8/)
  assert.match((await command(dataPath, ['user', 'add', 'Eve'])).stderr, /No password/)
  const tooMuch = await command(dataPath, ['user', 'list', 'Grace'])
  assert.deepEqual([tooMuch.code, /user list\n/.test(tooMuch.stderr)], [1, true], 'Grace stays')

  assert.equal((await command(dataPath, ['user', 'password', 'Grace'], 'second password\n')).code, 0)
  assert.equal((await as('Grace', 'first password')).status, 401)
  assert.equal((await as('Grace', 'second password')).status, 200)
  await until(async () => (await client.request('/api/people', {})).status === 401)

  assert.equal((await command(dataPath, ['user', 'remove', 'grace'])).code, 0)
  assert.match((await command(dataPath, ['user', 'remove', 'Ada'])).stderr, /owner cannot be removed/)
  assert.equal((await as('Grace', 'second password')).status, 401)
  assert.equal((await (await at.owner()).call(listPeople, {})).items.length, 1)
})

test('a scan asked for in the terminal is done by the server that runs', async (t) => {
  const dataPath = await folder(t)
  const films = join(await folder(t), 'Films')
  await mkdir(films)
  await using at = await createTestApp({ dataPath, folders: [films] })
  const owner = await at.owner()
  const scans = async () =>
    (await owner.call(listJobs, { query: { state: 'done' } })).items.filter(
      ({ kind }) => kind === 'library.scan',
    )
  await until(async () => (await scans()).length > 0)
  const before = (await scans()).length
  const { code, stdout } = await command(dataPath, ['scan', 'films'])
  assert.deepEqual([code, stdout], [0, 'Films will be scanned.\nFilms: 0 files.\n'])
  assert.ok((await scans()).length > before, 'the command waited for it')
  assert.match((await command(dataPath, ['scan', 'Nothing'])).stderr, /there are: Films/)
  assert.match((await command(dataPath, ['scan', 'Films', 'Series'])).stderr, /does not take "Series"/)
})

test('a backup made while serving brings everything back', async (t) => {
  const dataPath = await folder(t)
  const outside = await folder(t)
  const file = join(outside, 'backup.db')
  const films = join(outside, 'Films')
  await mkdir(films)
  {
    await using at = await createTestApp({ dataPath, folders: [films] })
    assert.equal((await command(dataPath, ['backup', file, '--with-artwork'])).code, 0)
    assert.match((await command(dataPath, ['backup', file])).stderr, /exists already/)
    assert.match(
      (await command(dataPath, ['backup', join(outside, 'none', 'x.db')])).stderr,
      /There is no folder/,
    )
    assert.match((await command(dataPath, ['restore', file])).stderr, /already using/)
    assert.equal((await command(dataPath, ['user', 'add', 'Later'], 'after the backup\n')).code, 0)
    assert.equal((await (await at.owner()).call(listPeople, {})).items.length, 2)
  }
  await writeFile(join(outside, 'broken.db'), 'not a database at all, '.repeat(100))
  assert.match(
    (await command(dataPath, ['restore', join(outside, 'broken.db')])).stderr,
    /not a whole backup/,
  )
  assert.match((await command(dataPath, ['restore', join(outside, 'none.db')])).stderr, /no backup at/)
  const database = (await readdir(dataPath)).find((name) => name.endsWith('.db')) ?? ''
  // Of a restore that was killed.
  await writeFile(join(dataPath, `${database}.before-restore-2026-01-01T000000.000Z.unfinished`), 'half')
  const restored = await command(dataPath, ['restore', file])
  assert.equal(restored.code, 0, restored.stderr)
  assert.match(restored.stdout, /is kept in/)
  assert.ok((await readdir(dataPath)).some((name) => name.includes('before-restore')))
  assert.ok(!(await readdir(dataPath)).some((name) => name.includes('unfinished')))
  await using at = await createTestApp({ dataPath })
  const owner = await at.owner()
  assert.deepEqual(
    (await owner.call(listPeople, {})).items.map(({ name }) => name),
    [OWNER.name],
  )
  assert.deepEqual(
    (await owner.call(listLibraries, {})).items.map(({ name }) => name),
    ['Films'],
  )
})

test('doctor says what is right and what to do', async (t) => {
  const dataPath = await folder(t)
  const well = await command(dataPath, ['doctor'])
  assert.equal(well.code, 0, well.stdout)
  assert.match(well.stdout, /pictures encoded by x264, and decoded again/)
  const ill = await command(dataPath, ['doctor'], '', {
    MEDIASERVER_LIBRARIES: '/nowhere/at/all:/nowhere/else',
    MEDIASERVER_DATABASE_URL: 'postgres://me:secret@127.0.0.1:1/none',
    MEDIASERVER_TMDB_KEY: 'key',
    MEDIASERVER_TMDB_URL: 'http://127.0.0.1:1',
  })
  assert.equal(ill.code, 1)
  assert.match(ill.stdout, /FAIL {2}The folder \/nowhere\/else does not exist/, 'not only the first')
  assert.match(ill.stdout, /FAIL {2}PostgreSQL at \S+127\.0\.0\.1:1\/none cannot be reached .* is it running/)
  assert.match(ill.stdout, /warn {2}127\.0\.0\.1:1 cannot be reached/)
  assert.doesNotMatch(ill.stdout, /secret/)
  assert.match(ill.stdout, /FAIL {2}The folder \/nowhere\/at\/all does not exist/)
})

test('doctor finds a damaged database', async (t) => {
  const dataPath = await folder(t)
  await writeFile(join(dataPath, 'mediaserver.db'), 'nonsense '.repeat(1000))
  const { code, stdout } = await command(dataPath, ['doctor'])
  assert.equal(code, 1)
  assert.match(stdout, /FAIL {2}The database/)
})

test('a server moves to PostgreSQL and back', { skip: lacking('postgres') }, async (t) => {
  const dataPath = await folder(t)
  await using database = await freshPostgres()
  const { url } = database
  {
    await using _at = await createTestApp({ dataPath })
    assert.match((await command(dataPath, ['migrate-to', url])).stderr, /Stop the server first/)
  }
  const there = await command(dataPath, ['migrate-to', url])
  assert.equal(there.code, 0, there.stderr)
  const env = { MEDIASERVER_DATABASE_URL: url }
  const file = join(await folder(t), 'back.db')
  {
    await using at = await createTestApp({ dataPath: await folder(t), env })
    assert.equal((await (await at.owner()).call(listPeople, {})).items.length, 1)
    const backup = join(await folder(t), 'from-postgres.db')
    assert.equal((await command(dataPath, ['backup', backup], '', env)).code, 0)
    // Without Redis the jobs and parties of two servers would know nothing of each other.
    const second = assert.rejects(
      createTestApp({ dataPath, env }),
      /another MediaServer: stop it first\. Several/,
    )
    assert.match((await command(dataPath, ['migrate-to', file], '', env)).stderr, /another MediaServer: stop/)
    await second
  }
  const back = await command(dataPath, ['migrate-to', file], '', env)
  assert.equal(back.code, 0, back.stderr)
})
