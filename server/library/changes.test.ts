// Disk against rows: the pure decisions of a scan.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compare, type KnownFile, type KnownSidecar, looksUnmounted, type Step } from './changes.ts'
import type { Sidecar } from './sidecars.ts'
import type { Walked } from './walked.ts'

const seen = (relativePath: string, sizeBytes = 10, modifiedAtMs = 1, inode = '1:5') => ({
  relativePath,
  sizeBytes,
  modifiedAtMs,
  inode,
})
const known = (id: string, path: string, extra: Partial<KnownFile> = {}): KnownFile => ({
  ...seen(path),
  id,
  fingerprint: `print-${id}`,
  isOffline: false,
  isMissed: false,
  ...extra,
})
const sidecar = (relativePath: string, language = 'eng'): Sidecar => ({
  relativePath,
  mediaPath: 'film.mkv',
  format: 'srt',
  language,
  isForced: false,
  isHearingImpaired: false,
})
const media = (path: string, ...rest: [number?, number?, string?]): Walked => ({
  kind: 'media',
  file: seen(path, ...rest),
})
const closed = (relativePath: string): Walked => ({ kind: 'unreadable', relativePath })

async function* pagesOf<T>(items: readonly T[], size: number): AsyncGenerator<T[]> {
  for (let at = 0; at < items.length; at += size) yield items.slice(at, at + size)
}

/** All steps as one, whatever the pages. */
async function compared(
  rows: readonly KnownFile[],
  walked: readonly Walked[],
  sidecars: readonly KnownSidecar[] = [],
  page = 2,
) {
  const steps: Step[] = []
  const both = { files: pagesOf(rows, page), sidecars: pagesOf(sidecars, page) }
  for await (const step of compare(both, pagesOf(walked, 3))) steps.push(step)
  const all = <T>(list: (step: Step) => readonly T[]) => steps.flatMap(list)
  return {
    seen: steps.reduce((sum, step) => sum + step.filesSeen, 0),
    rows: steps.reduce((sum, step) => sum + step.rowsPassed, 0),
    added: all((step) => step.added.map((file) => file.relativePath)),
    changed: all((step) => step.changed.map(({ row }) => row.id)),
    doubtful: all((step) => step.doubtful.map(({ row }) => row.id)),
    back: all((step) => step.back.map(({ id }) => id)),
    missed: all((step) => step.missed.map(({ id }) => id)),
    sidecarsAdded: all((step) => step.sidecarsAdded.map((one) => one.relativePath)),
    sidecarsGone: all((step) => step.sidecarsGone.map(({ id }) => id)),
    most: Math.max(...steps.map((step) => step.missed.length)),
  }
}

test('size or time make a file changed, presence makes it back, absence missed', async () => {
  const rows = [
    known('4', 'a gone'),
    known('3', 'away', { isOffline: true }),
    known('2', 'grown'),
    known('6', 'missed before', { isMissed: true }),
    known('1', 'same'),
    known('5', 'z gone'),
  ]
  const walked = [
    media('away'),
    media('grown', 11),
    media('missed before'),
    media('new'),
    media('same', 10, 1, '9:5'),
  ]
  const found = await compared(rows, walked)
  assert.deepEqual([found.seen, found.rows], [5, 6])
  assert.deepEqual(found.added, ['new'])
  assert.deepEqual(found.changed, ['2'])
  assert.deepEqual(found.back, ['3', '6'])
  assert.deepEqual(found.missed, ['4', '5'])
  // Another device number is only a disk mounted again.
  assert.deepEqual(found.doubtful, [])
})

test('another number on disk under the same size and time is doubtful', async () => {
  const found = await compared([known('1', 'a'), known('2', 'b')], [media('a', 10, 1, '1:6'), media('b')])
  assert.deepEqual([found.doubtful, found.changed], [['1'], []])
})

test('what lies below a folder that cannot be listed is unknown, not missed', async () => {
  const rows = ['a', 'b/x', 'b/y/z', 'b0', 'c/d', 'e'].map((path) => known(path, path))
  const found = await compared(rows, [closed('b'), closed('c'), media('e')])
  assert.deepEqual(found.missed, ['a', 'b0'])
  assert.deepEqual((await compared(rows, [closed('')])).missed.length, rows.length)
})

test('a whole disk that is gone comes in steps', async () => {
  const rows = Array.from({ length: 5000 }, (_, nth) => known(`${nth}`, String(nth).padStart(5, '0')))
  const found = await compared(rows, [], [], 500)
  assert.equal(found.missed.length, 5000)
  assert.ok(found.most <= 1500, `${found.most} rows in one step`)
})

test('however many files there are, a page of rows and a batch of the walk are all that is held', async () => {
  const FILES = 100_000
  const [PAGE, BATCH] = [1000, 500]
  const pathOf = (n: number) => `${String(n).padStart(6, '0')}.mkv`
  async function* pages<T>(size: number, make: (n: number) => T, onPage: (count: number) => void) {
    for (let at = 0; at < FILES; at += size) {
      onPage(size)
      yield Array.from({ length: size }, (_, n) => make(at + n))
    }
  }
  let [read, walked, passed, held] = [0, 0, 0, 0]
  const hold = () => (held = Math.max(held, read - passed, walked - passed))
  const rows = pages(
    PAGE,
    (n) => known(`${n}`, pathOf(n)),
    (count) => {
      read += count
      hold()
    },
  )
  const files = pages(
    BATCH,
    (n) => media(pathOf(n)),
    (count) => {
      walked += count
      hold()
    },
  )
  for await (const step of compare({ files: rows, sidecars: pagesOf<KnownSidecar>([], 1) }, files)) {
    passed += step.rowsPassed
    assert.deepEqual([step.added, step.changed, step.missed], [[], [], []])
  }
  assert.equal(passed, FILES)
  assert.ok(held <= PAGE + BATCH, `${held} at once`)
})

test('subtitles are new, gone, or of another language; nothing is said of them where nothing could be listed', async () => {
  const rows = ['a.srt', 'b.srt', 'c.srt'].map((path) => ({ ...sidecar(path), id: path }))
  const walked: Walked[] = [sidecar('b.srt'), sidecar('c.srt', 'deu'), sidecar('d.srt')].map((one) => ({
    kind: 'sidecar',
    sidecar: one,
  }))
  const found = await compared([], walked, rows)
  assert.deepEqual(
    [found.sidecarsAdded, found.sidecarsGone],
    [
      ['c.srt', 'd.srt'],
      ['a.srt', 'c.srt'],
    ],
  )
  assert.deepEqual((await compared([], [closed('')], rows)).sidecarsGone, [])
})

test('much gone at once looks unmounted; a few deleted files do not', () => {
  assert.equal(looksUnmounted(100, 21, 79), true)
  assert.equal(looksUnmounted(100, 20, 80), false)
  assert.equal(looksUnmounted(3, 1, 2), false)
  assert.equal(looksUnmounted(1, 1, 0), true)
  assert.equal(looksUnmounted(0, 0, 0), false)
})
