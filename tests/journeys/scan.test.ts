// A folder becomes rows: what people do to their files, and what must never be lost by it.
import assert from 'node:assert/strict'
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { createLibrary, type LibraryFile } from '../../server/library/library.ts'
import type { ScanRequest } from '../../server/library/scan-request.ts'
import { createLibraryStore } from '../../server/library/store.ts'
import { keyframesOf } from '../../server/media/worker/keyframes.ts'
import { describeFiles } from '../../server/media/worker/describe.ts'
import { probeFile } from '../../server/media/worker/probe.ts'
import { systemClock } from '../../server/platform/clock.ts'
import { silentLog } from '../../server/platform/log.ts'
import { createMetrics } from '../../server/platform/metrics.ts'
import { openTestDatabase } from '../support/database.ts'

const corpus = join(import.meta.dirname, '../../../shared/corpora/media/files')
const skip = existsSync(corpus) ? false : 'the media corpus is not here'

async function setUp(t: TestContext) {
  const home = mkdtempSync(join(tmpdir(), 'scan-'))
  const films = join(home, 'films')
  mkdirSync(films)
  const database = await openTestDatabase(home)
  t.after(async () => {
    await database[Symbol.asyncDispose]()
    rmSync(home, { recursive: true })
  })
  const store = createLibraryStore(database.db)
  const probed: string[] = []
  const announced: LibraryFile[] = []
  const asked: string[] = []
  const inQueue: ScanRequest[] = []
  const make = (probe = probeFile, settleMs = 0, clock = systemClock) =>
    createLibrary({
      store,
      engine: {
        describe: async (paths, signal) => {
          const told = await describeFiles(paths, (path) => {
            probed.push(path)
            return probe(path)
          })
          signal?.throwIfAborted()
          return told
        },
        keyframes: (path, info, index, options) => keyframesOf(path, info, index, options),
      },
      probeConcurrency: 2,
      clock,
      log: silentLog(),
      metrics: createMetrics(),
      enqueueScan: async (_, { key }) => void asked.push(key),
      queuedScans: async () => inQueue,
      announce: async (files) => void announced.push(...files),
      settleMs,
    })
  const library = make()
  const copy = (from: string, to: string) => {
    mkdirSync(join(films, to, '..'), { recursive: true })
    copyFileSync(join(corpus, from), join(films, to))
  }
  const { id } = await library.add({ name: 'Films', kind: 'films', folders: [films] })
  const scan = async (subPath?: string) => {
    await library.runScan({ libraryId: id, ...(subPath !== undefined && { subPath }) })
    return (await library.list())[0]!
  }
  const files = () => library.filesOf(id)
  return { films, store, library, make, id, copy, scan, files, probed, announced, asked, inQueue }
}

test(
  'a first scan describes every file; a second one changes nothing and opens nothing',
  { skip },
  async (t) => {
    const { library, id, copy, scan, files, probed, announced } = await setUp(t)
    copy('androidx__sample.mp4', 'One (2001)/One (2001).mp4')
    copy('androidx__sample_with_ssa_subtitles.mkv', 'Two (2002)/Two (2002).mkv')
    copy('ums__czech-cp1250.srt', 'One (2001)/One (2001).cs.forced.srt')
    copy('musicmetadata__corrupt.mkv', 'Broken.mkv')
    copy('androidx__sample.mp4', 'Hidden/.nomedia')
    copy('androidx__sample.mp4', 'Hidden/Secret.mp4')
    copy('androidx__sample.mp4', '.trash/Old.mp4')

    const first = await scan()
    assert.deepEqual(
      [first.scan?.phase, first.scan?.filesAdded, first.scan?.filesBroken, first.fileCount],
      ['done', 3, 1, 3],
    )
    const rows = await files()
    const one = rows.find((file) => file.relativePath.startsWith('One'))!
    assert.equal(one.media?.video[0]?.codec, 'h264')
    assert.deepEqual(
      (await library.sidecars(one.id)).map((s) => [s.language, s.is_forced]),
      [['ces', 1]],
    )
    const broken = rows.find((file) => file.relativePath === 'Broken.mkv')!
    assert.equal(broken.state, 'broken')
    assert.match(broken.reason ?? '', /damaged/)
    assert.ok((await library.keyframes(one.id))!.length > 0)
    const opened = probed.length
    const told = announced.length

    const second = await scan()
    assert.deepEqual(await files(), rows)
    assert.deepEqual([probed.length, announced.length], [opened, told])
    assert.deepEqual([second.scan?.filesAdded, second.scan?.filesChanged, second.scan?.filesGone], [0, 0, 0])

    const page = await library.mediaFiles({ limit: 2, libraryId: id })
    const rest = await library.mediaFiles({ limit: 2, libraryId: id, cursor: page.nextCursor! })
    assert.deepEqual([page.items.length, rest.items.length, rest.nextCursor], [2, 1, null])
  },
)

test('renamed, moved and replaced files keep their id', { skip }, async (t) => {
  const { films, copy, scan, files, announced } = await setUp(t)
  copy('androidx__sample.mp4', 'a.mp4')
  copy('androidx__sample_ac3.mp4', 'b.mp4')
  copy('androidx__sample_eac3.mp4', 'c.mp4')
  await scan()
  const before = new Map((await files()).map((file) => [file.relativePath, file]))
  mkdirSync(join(films, 'deep'))
  renameSync(join(films, 'a.mp4'), join(films, 'deep/renamed.mp4'))
  // Copied away and deleted, as between two disks: another inode and another time.
  copyFileSync(join(films, 'b.mp4'), join(films, 'copied.mp4'))
  rmSync(join(films, 'b.mp4'))
  utimesSync(join(films, 'copied.mp4'), 1000, 1000)
  copyFileSync(join(corpus, 'androidx__sample_twos_pcm.mp4'), join(films, 'c.mp4'))
  announced.length = 0
  const { scan: done } = await scan()
  assert.deepEqual([done?.filesMoved, done?.filesChanged, done?.filesAdded, done?.filesGone], [2, 1, 0, 0])
  const after = new Map((await files()).map((file) => [file.relativePath, file]))
  assert.equal(after.get('deep/renamed.mp4')?.id, before.get('a.mp4')?.id)
  assert.equal(after.get('deep/renamed.mp4')?.identity, before.get('a.mp4')?.identity)
  assert.equal(after.get('copied.mp4')?.id, before.get('b.mp4')?.id)
  assert.equal(after.get('c.mp4')?.id, before.get('c.mp4')?.id)
  assert.notEqual(after.get('c.mp4')?.identity, before.get('c.mp4')?.identity)
  assert.equal(after.get('c.mp4')?.media?.audio[0]?.codec, 'pcm_s16be')
  assert.equal(new Set(announced.map((file) => file.id)).size, 3)
})

test(
  'an empty mount point wipes nothing; a few deleted files go offline and come back',
  { skip },
  async (t) => {
    const { films, library, id, copy, scan, files } = await setUp(t)
    for (let nth = 0; nth < 10; nth += 1) {
      copy('androidx__sample_ac3.mp4', `f${nth}.mp4`)
      appendFileSync(join(films, `f${nth}.mp4`), `${nth}`)
    }
    await scan()
    const ids = (await files()).map((file) => file.id)

    renameSync(films, `${films}-away`)
    mkdirSync(films)
    const empty = await scan()
    assert.equal(empty.folders[0]?.state, 'unavailable')
    assert.match(empty.scan?.message ?? '', /unplugged/)
    assert.deepEqual(
      (await files()).map((file) => [file.id, file.offline]),
      ids.map((one) => [one, true]),
    )
    await scan()
    assert.equal((await library.list())[0]?.folders[0]?.state, 'unavailable')

    rmSync(films, { recursive: true })
    const absent = await scan()
    assert.match(absent.scan?.message ?? '', /cannot be read/)

    renameSync(`${films}-away`, films)
    const back = await scan()
    assert.equal(back.folders[0]?.state, 'available')
    assert.ok((await files()).every((file) => !file.offline && file.state === 'ready'))

    rmSync(join(films, 'f0.mp4'))
    await scan()
    assert.deepEqual(
      (await files()).filter((file) => file.offline).map((file) => file.relativePath),
      ['f0.mp4'],
    )

    for (let nth = 1; nth < 6; nth += 1) rmSync(join(films, `f${nth}.mp4`))
    assert.match((await scan()).scan?.message ?? '', /vanished/)
    await library.runScan({ libraryId: id, acceptVanished: true })
    const accepted = (await library.list())[0]!
    assert.deepEqual([accepted.folders[0]?.state, accepted.fileCount], ['available', 10])
  },
)

test(
  'a scan cut off while probing goes on where it was; one folder can be scanned alone',
  { skip },
  async (t) => {
    const { store, make, id, copy, library, files, probed } = await setUp(t)
    copy('androidx__sample.mp4', 'x/a.mp4')
    copy('androidx__sample_ac3.mp4', 'y/b.mp4')
    await library.runScan({ libraryId: id, subPath: 'x' })
    assert.deepEqual(
      (await files()).map((file) => file.relativePath),
      ['x/a.mp4'],
    )

    const stop = new AbortController()
    const dying = make(() => {
      stop.abort()
      return Promise.reject(new Error('killed'))
    })
    await assert.rejects(dying.runScan({ libraryId: id }, stop.signal))
    assert.equal(await store.countPending(id), 1)
    probed.length = 0
    await library.runScan({ libraryId: id })
    assert.equal(probed.length, 1)
    assert.ok((await files()).every((file) => file.state === 'ready'))
  },
)

test('two scans of one library are one; folders of libraries may not overlap', { skip }, async (t) => {
  const { films, library, id, copy, probed, asked } = await setUp(t)
  copy('androidx__sample.mp4', 'a.mp4')
  // What the schedule does: each library is asked to be scanned.
  asked.length = 0
  await library.rescan()
  assert.deepEqual([asked.length, asked[0]?.includes(id)], [1, true])
  await Promise.all([library.runScan({ libraryId: id }), library.runScan({ libraryId: id })])
  assert.equal(probed.length, 1)
  await assert.rejects(library.add({ name: 'Again', kind: 'mixed', folders: [films] }), {
    code: 'folder-in-use',
  })
  await assert.rejects(library.add({ name: 'None', kind: 'mixed', folders: [`${films}/none`] }), {
    code: 'folder-unreadable',
  })
})

test(
  'whole and partial scans of a library never overlap; what is asked for while one runs is run after it',
  {
    skip,
  },
  async (t) => {
    const { id, make, copy, files, asked, library } = await setUp(t)
    copy('androidx__sample.mp4', 'x/a.mp4')
    copy('androidx__sample_ac3.mp4', 'y/b.mp4')
    let running = 0
    const busy = make(async (path) => {
      // The same scan is asked for while it runs: another key, so the queue takes it.
      if (running++ === 0) await library.startScan({ libraryId: id })
      return probeFile(path)
    })
    await library.startScan({ libraryId: id })
    await library.startScan({ libraryId: id })
    assert.equal(new Set(asked).size, 1)
    await Promise.all([busy.runScan({ libraryId: id }), busy.runScan({ libraryId: id, subPath: 'x' })])
    assert.equal(running, 2)
    assert.equal(new Set(asked).size, 2)
    assert.ok((await files()).every((file) => file.state === 'ready'))
  },
)

test('a file that grows, or vanishes between walk and probe, is looked at again', { skip }, async (t) => {
  const { films, id, make, copy, files, asked } = await setUp(t)
  copy('androidx__sample.mp4', 'a.mp4')
  copy('androidx__sample_ac3.mp4', 'b.mp4')
  await make((path) => {
    rmSync(path)
    return probeFile(path)
  }).runScan({ libraryId: id })
  assert.deepEqual(
    (await files()).map((file) => [file.state, file.reason]),
    [
      ['new', null],
      ['new', null],
    ],
  )
  assert.match(asked.at(-1) ?? '', /again/)

  copy('androidx__sample.mp4', 'grows.mp4')
  const path = join(films, 'grows.mp4')
  const growing = setInterval(() => appendFileSync(path, 'x'), 1)
  // Young however long a busy machine takes for the walk.
  const clock = { ...systemClock, nowMs: () => Math.trunc(statSync(path).mtimeMs) }
  try {
    await make(probeFile, 50, clock).runScan({ libraryId: id, acceptVanished: true })
  } finally {
    clearInterval(growing)
  }
  assert.equal(
    (await files()).some((file) => file.relativePath === 'grows.mp4'),
    false,
  )
  assert.ok((await files()).every((file) => file.offline))
  assert.match(asked.at(-1) ?? '', /keep.*again/)
})

test('a library removed under its scan leaves nothing behind', { skip }, async (t) => {
  const { id, make, copy, store, library } = await setUp(t)
  copy('androidx__sample.mp4', 'a.mp4')
  copy('androidx__sample_ac3.mp4', 'b.mp4')
  await make(async (path) => {
    await library.remove(id).catch(() => {})
    return probeFile(path)
  }).runScan({ libraryId: id })
  assert.deepEqual([await store.libraries(), await store.page({ limit: 9 })], [[], []])
  await library.runScan({ libraryId: id })
})

test('what a lost queue forgot is asked for again, and nothing else', { skip }, async (t) => {
  const { id, make, copy, asked, inQueue, library } = await setUp(t)
  copy('androidx__sample.mp4', 'a.mp4')
  asked.length = 0
  inQueue.push({ libraryId: id })
  await library.resume()
  await library.rescan()
  assert.equal(asked.length, 0, 'its first scan waits')
  inQueue.length = 0
  await library.resume()
  assert.equal(asked.length, 1)

  const stopping = new AbortController()
  const busy = make(async () => {
    inQueue.push({ libraryId: id })
    await library.resume()
    assert.equal(asked.length, 1, 'its scan runs')
    inQueue.length = 0
    await library.resume()
    assert.equal(asked.length, 2)
    stopping.abort()
    throw new Error('stopped')
  })
  await assert.rejects(busy.runScan({ libraryId: id }, stopping.signal))
  await library.resume()
  assert.equal(asked.length, 2, 'somebody stopped it')
  await library.runScan({ libraryId: id })
  await library.resume()
  assert.equal(asked.length, 2, 'all is done')
  inQueue.push({ libraryId: id, subPath: 'x' })
  await library.rescan()
  assert.equal(asked.length, 3, 'a scan of a part is none of the whole')
})
