// An administrator's day: status, jobs that failed, playbacks and the cache, and the log of who did what.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addPerson, removePerson } from '../../shared/api/accounts.ts'
import {
  cancelJob,
  changeJob,
  getStatus,
  listAudit,
  listJobs,
  retryFailedJobs,
  retryJob,
  stopPlayback,
} from '../../shared/api/admin.ts'
import { evictCache, getStorage } from '../../shared/api/admin-storage.ts'
import { newId } from '../../server/platform/ids.ts'
import { createTestApp } from '../support/app.ts'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isOnPostgres, openTestDatabase } from '../support/database.ts'

const LIBRARY = { id: 'films', name: 'Silent films', kind: 'films' as const, created_at_ms: 1 }

/** A job as a failed run leaves it, of a kind that no worker takes. */
const row = (state: 'buried' | 'waiting', key: string | null) => ({
  id: newId(),
  kind: 'test.nobody',
  unique_key: key,
  state,
  payload: JSON.stringify({ libraryId: LIBRARY.id }),
  priority: 0,
  attempt: 3,
  progress: JSON.stringify({ done: 1, total: 4 }),
  reason: 'the file is broken',
  request_id: null,
  cancel_asked: 0,
  created_at_ms: 1,
  run_at_ms: 1,
  started_at_ms: 1,
  finished_at_ms: Date.now(),
})

test('status, metrics and refusals', async () => {
  await using at = await createTestApp()
  const owner = await at.owner()
  const status = await owner.call(getStatus, {})
  assert.equal(status.databaseKind, isOnPostgres ? 'postgres' : 'sqlite')
  assert.deepEqual([status.playbacks, status.encodes, status.parties], [[], [], 0])
  const [self] = status.processes
  assert.deepEqual([self?.role, self?.encodes, self?.playbacks, self?.sockets], ['all', 0, 0, 0])
  assert.ok(self && self.memoryBytes > 0 && self.machine.cores > 0 && self.machine.freeMemoryBytes > 0)
  const storage = await owner.call(getStorage, {})
  assert.ok((storage.freeBytes ?? 0) > 0)
  assert.deepEqual(
    storage.kinds.map(({ kind, bytes }) => [kind, bytes > 0]),
    [['database', true]],
  )
  assert.deepEqual(storage.titles, [])
  for (const e of [getStatus, getStorage, listJobs, listAudit])
    assert.equal((await at.client().refused(e, { query: {} })).status, 401)
  const nobody = { params: { id: 'nobody' }, body: {} }
  assert.equal((await owner.refused(stopPlayback, nobody)).status, 404)
  assert.equal((await owner.refused(retryJob, nobody)).status, 404)
  assert.equal((await owner.refused(listJobs, { query: { state: 'asleep' } })).status, 400)
  assert.deepEqual(await owner.call(evictCache, { body: {} }), { freedBytes: 0 })
  assert.equal((await owner.refused(evictCache, { body: { id: 'nobody' } })).status, 404)

  const metrics = await (await fetch(`${at.url}/metrics`)).text()
  for (const name of [
    'mediaserver_library_files_total',
    'mediaserver_transcode_queue_depth',
    'mediaserver_playback_sessions',
    'mediaserver_playback_errors_total',
    'mediaserver_job_wait_seconds',
    'mediaserver_jobs',
    'mediaserver_nodejs_eventloop_lag_p99_seconds',
  ])
    assert.match(metrics, new RegExp(`^# TYPE ${name} `, 'm'))
})

test('a failed job is read, tried again, moved forward and cancelled', async (t) => {
  const dataPath = await mkdtemp(join(tmpdir(), 'mediaserver-admin-'))
  t.after(() => rm(dataPath, { recursive: true, force: true }))
  const [buried, twin] = [row('buried', 'film'), row('waiting', null)]
  {
    await using database = await openTestDatabase(dataPath, { isKept: true })
    await database.db.insertInto('libraries').values(LIBRARY).execute()
    await database.db.insertInto('jobs').values([buried, twin]).execute()
  }
  await using at = await createTestApp({ dataPath })
  const owner = await at.owner()
  const failed = await owner.call(listJobs, { query: { state: 'buried' } })
  assert.deepEqual(
    failed.items.map(({ id, reason, progress, subject }) => [id, reason, progress, subject]),
    [[buried.id, 'the file is broken', 0.25, LIBRARY.name]],
  )
  const params = { id: buried.id }
  assert.deepEqual(await owner.call(retryFailedJobs, { body: {} }), { count: 1 })
  await owner.call(cancelJob, { params, body: {} })
  await owner.call(retryJob, { params, body: {} })
  assert.equal((await owner.refused(retryJob, { params, body: {} })).status, 409)
  await owner.call(changeJob, { params, body: { priority: 50 } })
  assert.equal((await owner.refused(changeJob, { params, body: { priority: 500 } })).status, 400)
  const of = async (id: string) =>
    (await owner.call(listJobs, { query: {} })).items.find((job) => job.id === id)
  assert.deepEqual([(await of(buried.id))?.state, (await of(buried.id))?.priority], ['waiting', 50])
  await owner.call(cancelJob, { params, body: {} })
  assert.equal((await owner.refused(cancelJob, { params, body: {} })).status, 409)
  assert.equal((await of(buried.id))?.state, 'cancelled')

  const first = await owner.call(listJobs, { query: { limit: 1 } })
  assert.equal(first.items[0]?.id, (await owner.call(listJobs, { query: {} })).items[0]?.id)
  assert.ok(first.nextCursor)
})

test('what administrators do is written down, without secrets, and refusals too', async () => {
  await using at = await createTestApp()
  const owner = await at.owner()
  const person = { name: 'Eve', password: 'hunter2 hunter2', role: 'viewer' as const }
  const { id } = await owner.call(addPerson, { body: person })
  await owner.refused(addPerson, { body: person })
  await owner.call(removePerson, { params: { id } })
  const { items, nextCursor } = await owner.call(listAudit, { query: { limit: 2 } })
  assert.deepEqual(
    items.map(({ action, status, personName }) => [action, status, personName]),
    [
      ['DELETE /api/people/:id', 200, 'Ada'],
      ['POST /api/people', 409, 'Ada'],
    ],
  )
  const rest = await owner.call(listAudit, { query: { cursor: nextCursor ?? '' } })
  assert.equal(rest.items.length, 1)
  assert.deepEqual(JSON.parse(rest.items[0]?.detail ?? ''), {
    params: {},
    body: { name: 'Eve', password: '[redacted]', role: 'viewer' },
  })
})
