// Two web processes and workers on one PostgreSQL and one Redis are one server: work goes where its role is, people and operators see one, nothing is lost.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { addPerson, listPeople, removePerson, signIn } from '../../shared/api/accounts.ts'
import { getStatus, listJobs, stopPlayback } from '../../shared/api/admin.ts'
import { listLogs } from '../../shared/api/admin-logs.ts'
import { getStorage } from '../../shared/api/admin-storage.ts'
import { changeSettings, listSettings } from '../../shared/api/admin-settings.ts'
import { listMovies } from '../../shared/api/catalog.ts'
import { addLibrary, listMediaFiles, scanLibrary } from '../../shared/api/library.ts'
import { listPrepared, prepareTitle, startPlayback } from '../../shared/api/playback.ts'
import { openDatabase } from '../../server/platform/database/database.ts'
import { createTestApp } from '../support/app.ts'
import { NO_FFMPEG, makeFilms } from '../support/films.ts'
import { untilScanned } from '../support/scanned.ts'
import { freePort, freshPostgres, lacking, startRedis } from '../support/servers.ts'

const MAIN = new URL('../../server/main.ts', import.meta.url).pathname

async function until<T>(what: () => Promise<T | undefined | false>): Promise<T> {
  for (;;) {
    const found = await what()
    if (found) return found
    await sleep(100)
  }
}

test(
  'several processes are one server',
  { skip: lacking('postgres', 'redis') || NO_FFMPEG, timeout: 90_000 },
  async (t) => {
    using films = makeFilms()
    await using postgres = await freshPostgres()
    await using redis = await startRedis()
    const start = async (role: string) => {
      const port = await freePort()
      return createTestApp({
        onLog: () => {},
        dataPath: join(films.films, '..', 'data'),
        env: {
          MEDIASERVER_ROLE: role,
          MEDIASERVER_PORT: `${port}`,
          MEDIASERVER_INTERNAL_URL: `http://127.0.0.1:${port}`,
          MEDIASERVER_DATABASE_URL: postgres.url,
          MEDIASERVER_REDIS_URL: redis.url,
        },
      })
    }
    await using first = await start('web')
    await using second = await start('web')
    const [here, there] = [await first.owner(), await second.owner()]
    assert.equal((await here.call(getStatus, {})).databaseKind, 'postgres')

    // Nobody works yet: the job waits.
    const { id: libraryId } = await here.call(addLibrary, {
      body: { name: 'Films', kind: 'films', folders: [films.films] },
    })
    const jobs = async (state: string) =>
      (await here.call(listJobs, { query: { state } })).items.filter(({ kind }) => kind === 'library.scan')
    assert.equal((await jobs('waiting')).length, 1)

    await using worker = await start('worker')
    await untilScanned(here)
    const titleId = (await here.call(listMovies, { query: {} })).items[0]!.id

    await t.test('a worker answers for its health and nothing else', async () => {
      assert.equal((await fetch(`${worker.url}/ready`)).status, 200)
      assert.equal((await fetch(`${worker.url}/api/session`)).status, 404)
      assert.match(
        await (await fetch(`${worker.url}/metrics`)).text(),
        /mediaserver_job_run_seconds_count\{kind="library.scan"/,
      )
    })

    await t.test('the doctor knows a process of this installation by its port', async () => {
      const env = { PATH: process.env['PATH'] ?? '', MEDIASERVER_PORT: new URL(first.url).port }
      const where = { MEDIASERVER_DATABASE_URL: postgres.url, MEDIASERVER_REDIS_URL: redis.url }
      const args = [MAIN, 'doctor', '--role', 'web', '--data', join(films.films, '..', 'data')]
      const doctor = spawn(process.execPath, args, { env: { ...env, ...where } })
      assert.match(await text(doctor.stdout), /^ok +A server is running here/m)
    })

    await t.test('a person who is removed on one web process is out on the other', async () => {
      const eve = { name: 'Eve', password: 'long enough', role: 'admin' as const }
      const { id } = await here.call(addPerson, { body: eve })
      const client = second.client()
      await client.call(signIn, { body: eve })
      assert.equal((await client.call(listPeople, {})).items.length, 2)
      await here.call(removePerson, { params: { id } })
      await until(async () => (await client.request('/api/people')).status === 401)
    })

    let smallest = ''

    await t.test('every process is known', async () => {
      const { processes } = await here.call(getStatus, {})
      assert.deepEqual(processes.map(({ role }) => role).toSorted(), ['web', 'web', 'worker'])
    })

    await t.test(
      'a playback of one web process is seen on the other with its reasons, and stopped from there',
      async () => {
        const capabilities = { mse: [], direct: [], maxWidth: 1920, maxHeight: 1080 }
        const { id, hlsUrl, rungs } = await there.call(startPlayback, { body: { titleId, capabilities } })
        smallest = rungs.at(-1)!.name
        const seen = (await here.call(getStatus, {})).playbacks
        assert.deepEqual(
          seen.map((playback) => playback.id),
          [id],
        )
        assert.ok(seen[0]!.reasons.some(({ text }) => /does not play/.test(text)))
        assert.equal((await there.request(`${hlsUrl}`)).status, 200)
        await here.call(stopPlayback, { params: { id }, body: {} })
        await until(async () => (await there.request(`${hlsUrl}`)).status === 403)
        for (const owner of [here, there]) assert.deepEqual((await owner.call(getStatus, {})).playbacks, [])
      },
    )

    await t.test(
      'a setting that is changed on one counts on all, and the logs of all are read on one',
      async () => {
        const changes = { MEDIASERVER_CACHE_BYTES: '5000000' }
        await here.call(changeSettings, { body: { changes } })
        await until(async () =>
          (await there.call(listSettings, {})).items.some(
            ({ name, value }) => name === 'MEDIASERVER_CACHE_BYTES' && value === '5000000',
          ),
        )
        assert.equal((await there.call(getStorage, {})).budgetBytes, 5_000_000)
        await there.request('/api/session', { headers: { 'x-request-id': 'asked-there' } })
        await fetch(`${worker.url}/health`, { headers: { 'x-request-id': 'asked-a-worker' } })
        const whose = async (id: string) =>
          (await here.call(listLogs, { query: { id } })).items.map((line) => line.process.split('-')[0])
        assert.deepEqual(await whose('asked-there'), ['web'])
        assert.deepEqual(await whose('asked-a-worker'), ['worker'])
      },
    )

    await t.test('a queue that is lost with Redis is told again of what is wanted', async () => {
      await here.call(prepareTitle, { body: { titleId, rungs: [smallest] } })
      const isComplete = async () => (await here.call(listPrepared, {})).items[0]?.isComplete
      await until(isComplete)
      // As if the queue had been lost in the middle of it.
      const folder = join(films.films, '..', 'data', 'blobs', 'prepared')
      const path = join(folder, (await readdir(folder))[0]!)
      await writeFile(
        path,
        JSON.stringify({ ...JSON.parse(await readFile(path, 'utf8')), isComplete: false }),
      )
      assert.equal(await isComplete(), false)
      // And as if a scan had not read its files yet, and no picture had been made.
      await using database = await openDatabase({ kind: 'postgres', url: postgres.url }, Date.now)
      const { db } = database
      await db.updateTable('media_files').set({ state: 'new' }).execute()
      await db.updateTable('titles').set({ poster: null, backdrop: null }).execute()
      const connection = new Redis(redis.url)
      await connection.flushall()
      connection.disconnect()
      await until(isComplete)
      await until(async () => {
        const { items } = await here.call(listMediaFiles, { query: {} })
        return items.every(({ state }) => state === 'ready')
      })
      await until(async () => (await here.call(listMovies, { query: {} })).items.every((one) => one.poster))
    })

    await t.test('a worker goes, work waits; another comes and does it', async () => {
      await until(async () => (await jobs('active')).length === 0)
      const before = (await jobs('done')).length
      await worker[Symbol.asyncDispose]()
      await here.call(scanLibrary, { params: { id: libraryId }, body: {} })
      await using _next = await start('worker')
      await until(async () => (await jobs('done')).length > before)
    })
  },
)
