// Two web processes and workers on one PostgreSQL and one Redis: work goes where its role is, and nothing is lost.
import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { addPerson, listPeople, removePerson } from '../../shared/api/accounts.ts'
import { getStatus, listJobs } from '../../shared/api/admin.ts'
import { addLibrary, listLibraries, scanLibrary } from '../../shared/api/library.ts'
import { createClient, createTestApp } from '../support/app.ts'
import { freshPostgres, lacking, startRedis } from '../support/servers.ts'

async function until<T>(what: () => Promise<T | undefined | false>): Promise<T> {
  for (;;) {
    const found = await what()
    if (found) return found
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

test('web and worker processes', { skip: lacking('postgres', 'redis'), timeout: 60_000 }, async (t) => {
  await using postgres = await freshPostgres()
  await using redis = await startRedis()
  const folder = await mkdtemp(join(tmpdir(), 'mediaserver-scaled-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const films = join(folder, 'Films')
  await mkdir(films)
  const start = (role: string) =>
    createTestApp({
      dataPath: join(folder, 'data'),
      env: {
        MEDIASERVER_ROLE: role,
        MEDIASERVER_DATABASE_URL: postgres.url,
        MEDIASERVER_REDIS_URL: redis.url,
      },
    })
  await using first = await start('web')
  await using second = await start('web')
  const owner = await first.owner()
  assert.equal((await owner.call(getStatus, {})).databaseKind, 'postgres')

  // Nobody works yet: the job waits.
  const { id } = await owner.call(addLibrary, { body: { name: 'Films', kind: 'films', folders: [films] } })
  const jobs = async (state: string) => (await owner.call(listJobs, { query: { state } })).items
  assert.equal((await jobs('waiting')).filter(({ kind }) => kind === 'library.scan').length, 1)

  // A worker answers for its health and nothing else.
  const worker = await start('worker')
  assert.equal((await fetch(`${worker.url}/ready`)).status, 200)
  assert.equal((await fetch(`${worker.url}/api/session`)).status, 404)
  const scans = async () => (await jobs('done')).filter(({ kind }) => kind === 'library.scan').length
  await until(async () => (await scans()) > 0)
  assert.match(
    await (await fetch(`${worker.url}/metrics`)).text(),
    /mediaserver_job_run_seconds_count\{kind="library.scan"/,
  )

  // What one web process does, the other knows; a person removed on one is out on the other.
  const other = createClient(second.url)
  for (const [name, value] of owner.cookies) other.cookies.set(name, value)
  assert.equal((await other.call(listLibraries, {})).items[0]?.id, id)
  const eve = { name: 'Eve', password: 'long enough', role: 'admin' as const }
  const person = await owner.call(addPerson, { body: eve })
  const client = createClient(second.url)
  await client.request('/api/sign-in', {
    method: 'POST',
    body: JSON.stringify(eve),
    headers: { 'content-type': 'application/json' },
  })
  assert.equal((await client.call(listPeople, {})).items.length, 2)
  await owner.call(removePerson, { params: { id: person.id } })
  await until(async () => (await client.request('/api/people')).status === 401)

  // The worker goes, work waits; another comes and does it.
  const before = await scans()
  await worker[Symbol.asyncDispose]()
  await owner.call(scanLibrary, { params: { id }, body: {} })
  await using _next = await start('worker')
  await until(async () => (await scans()) > before)
})
