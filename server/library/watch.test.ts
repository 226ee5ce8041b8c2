// Events on disk become one scan of each folder they happened in, once it is quiet.
import assert from 'node:assert/strict'
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { silentLog } from '../platform/log.ts'
import { createDebounce, watchFolders } from './watch.ts'

function debounced(t: TestContext) {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const flushed: string[][] = []
  return { flushed, debounce: createDebounce((parts) => void flushed.push(parts.toSorted())) }
}

test('a folder that is still being written to waits until it is quiet', (t) => {
  const { flushed, debounce } = debounced(t)
  debounce.add('a')
  t.mock.timers.tick(2900)
  debounce.add('b')
  debounce.add('a')
  t.mock.timers.tick(2900)
  assert.deepEqual(flushed, [])
  t.mock.timers.tick(100)
  assert.deepEqual(flushed, [['a', 'b']])
  t.mock.timers.tick(600_000)
  assert.equal(flushed.length, 1)
})

test('what never gets quiet is scanned once a minute all the same', (t) => {
  const { flushed, debounce } = debounced(t)
  for (let second = 0; second < 130; second += 1) {
    debounce.add('download')
    t.mock.timers.tick(1000)
  }
  assert.deepEqual(flushed, [['download'], ['download']])
})

test('a flood of folders stays small in memory, and a stopped watch fires no more', (t) => {
  const { flushed, debounce } = debounced(t)
  for (let nth = 0; nth < 10_000; nth += 1) debounce.add(`folder ${nth}`)
  t.mock.timers.tick(3000)
  assert.equal(flushed[0]?.length, 21)
  debounce.add('late')
  debounce.stop()
  t.mock.timers.tick(600_000)
  assert.equal(flushed.length, 1)
})

test('a new file asks for a scan of its folder; a folder that cannot be watched stops nobody', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const root = await realpath(await mkdtemp(join(tmpdir(), 'mediaserver-watch-')))
  t.after(() => rm(root, { recursive: true }))
  await mkdir(join(root, 'Films/Alien'), { recursive: true })
  const asked: object[] = []
  await using _watch = await watchFolders({
    folders: async () => [
      { library_id: 'l', path: join(root, 'absent') },
      { library_id: 'l', path: join(root, 'Films') },
    ],
    scan: async (request) => void asked.push(request),
    log: silentLog(),
  })
  await writeFile(join(root, 'Films/Alien/Alien (1979).mkv'), 'x')
  while (asked.length === 0) {
    t.mock.timers.tick(3000)
    await new Promise<void>((go) => setImmediate(go))
  }
  assert.deepEqual(asked[0], { libraryId: 'l', subPath: 'Alien' })
})
