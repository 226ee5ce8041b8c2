// An operator of several processes: one list of what is played, settings for all, every log; and what is lost with Redis comes back.
import assert from 'node:assert/strict'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { getStatus, stopPlayback } from '../../shared/api/admin.ts'
import { listLogs } from '../../shared/api/admin-logs.ts'
import { getStorage } from '../../shared/api/admin-storage.ts'
import { changeSettings, listSettings } from '../../shared/api/admin-settings.ts'
import { listMovies } from '../../shared/api/catalog.ts'
import { addLibrary, listMediaFiles } from '../../shared/api/library.ts'
import { listPrepared, prepareTitle, startPlayback } from '../../shared/api/playback.ts'
import { openDatabase } from '../../server/platform/database/database.ts'
import { createTestApp } from '../support/app.ts'
import { NO_FFMPEG, makeFilms } from '../support/films.ts'
import { untilScanned } from '../support/scanned.ts'
import { freePort, freshPostgres, lacking, startRedis } from '../support/servers.ts'

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
    await using worker = await start('worker')
    const [here, there] = [await first.owner(), await second.owner()]
    await here.call(addLibrary, { body: { name: 'Films', kind: 'films', folders: [films.films] } })
    await untilScanned(here)
    const titleId = (await here.call(listMovies, { query: {} })).items[0]!.id

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
  },
)
