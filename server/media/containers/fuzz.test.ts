// Damaged and hostile containers: the pure readers give up with the one declared error, read no more than a bounded
// share of the file, and keep no more than the file can hold.
import assert from 'node:assert/strict'
import fs, { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { readAviKeyframes } from './avi.ts'
import { BadContainer } from './byte-source.ts'
import { readMatroskaChapters, readMatroskaKeyframes } from './matroska.ts'
import { readMp4Chapters, readMp4Keyframes } from './mp4.ts'

const corpus = join(import.meta.dirname, '../../../../shared/corpora/media/files')
const skip = existsSync(corpus) ? false : 'the media corpus is not here'
const ROUNDS = Number(process.env['FUZZ_ROUNDS'] ?? 60)

type Reader = (path: string) => unknown[] | null
const MP4: Reader[] = [
  (path) => readMp4Keyframes(path, 0),
  (path) => readMp4Keyframes(path, 1),
  (path) => readMp4Chapters(path, 10),
]
const MATROSKA: Reader[] = [
  (path) => readMatroskaKeyframes(path, 0),
  (path) => readMatroskaKeyframes(path, 1),
  (path) => readMatroskaChapters(path, 10),
]
const AVI: Reader[] = [(path) => readAviKeyframes(path, 0), (path) => readAviKeyframes(path, 1)]
const SEEDS: [string, Reader[]][] = [
  ['androidx__sample_fragmented_seekable_multiple_sidx.mp4', MP4],
  ['androidx__sample_fragmented.mp4', MP4],
  ['subtitleedit__sample_MP4_chapter_track.mp4', MP4],
  ['mp4parse__zero_empty_stsc.mp4', MP4],
  ['androidx__sample.mp4', MP4],
  ['exiftool__QuickTime.mov', MP4],
  ['libwebm__chapters_truncated_chapter_string_2.mkv', MATROSKA],
  ['libwebm__bbb_480p_vp9_opus_1second.webm', MATROSKA],
  ['androidx__sample_with_ssa_subtitles.mkv', MATROSKA],
  ['androidx__sample-with-large-length.avi', AVI],
]

/** Mulberry32: a failure can be made again by its number. */
function randomFrom(seed: number) {
  let state = seed >>> 0
  return (below: number): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) % Math.max(1, below)
  }
}

const WORDS = [0, 1, 7, 8, 0x7fffffff, 0x80000000, 0xffffffff, 0x01ffffff, 0x00ffffff]

/** Cut off, bytes flipped, sizes and counts made huge or nothing, pieces put into each other or said twice. */
function damage(source: Buffer, random: (below: number) => number): Buffer {
  let bytes = Buffer.from(source)
  // Tables stand at the ends of files: most of the damage is done there.
  const place = () => {
    const nth = random(3)
    const near = Math.min(bytes.length, 3000)
    return nth === 0 ? random(bytes.length) : nth === 1 ? random(near) : bytes.length - 1 - random(near)
  }
  for (let nth = random(4); nth >= 0; nth -= 1)
    switch (random(6)) {
      case 0:
        bytes = bytes.subarray(0, place())
        break
      case 1:
        for (let flips = random(8); flips >= 0 && bytes.length > 0; flips -= 1) bytes[place()] = random(256)
        break
      case 2:
      case 3: {
        const at = place()
        if (at + 4 <= bytes.length) bytes.writeUInt32BE(WORDS[random(WORDS.length)] ?? 0, at)
        break
      }
      case 4: {
        const [from, to] = [place(), place()]
        bytes = Buffer.concat([
          bytes.subarray(0, to),
          bytes.subarray(from, from + random(2000)),
          bytes.subarray(to),
        ])
        break
      }
      default: {
        const [from, to] = [place(), place()]
        bytes.copy(bytes, to, from, from + random(500))
      }
    }
  return bytes
}

test('damaged tables end in a table or in BadContainer', { skip, timeout: 120_000 }, (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'fuzz-'))
  let readBytes = 0
  const plain = fs.readSync
  t.mock.method(fs, 'readSync', (...args: Parameters<typeof plain>) => {
    const got = plain(...args)
    readBytes += got
    return got
  })
  syncBuiltinESMExports()
  t.after(() => {
    t.mock.restoreAll()
    syncBuiltinESMExports()
    rmSync(folder, { recursive: true })
  })
  const path = join(folder, 'a')
  let [told, refused] = [0, 0]
  for (const [name, readers] of SEEDS) {
    const whole = readFileSync(join(corpus, name))
    for (let round = 0; round < ROUNDS; round += 1) {
      const bytes = round === 0 ? whole : damage(whole, randomFrom(round * 7919 + whole.length))
      writeFileSync(path, bytes)
      for (const reader of readers) {
        readBytes = 0
        try {
          const found = reader(path)
          assert.ok((found?.length ?? 0) <= bytes.length, `${name} ${round}: more than the file holds`)
          told += found === null ? 0 : 1
        } catch (error) {
          if (!(error instanceof BadContainer))
            throw new Error(`${name}, round ${round}: ${String(error)}`, { cause: error })
          refused += 1
        }
        // Each of a few passes reads a window around what it looks at.
        assert.ok(readBytes <= 40 * (bytes.length + 65_536), `${name} ${round}: ${readBytes} bytes were read`)
      }
    }
  }
  assert.ok(told > SEEDS.length && refused > SEEDS.length, `${told} told, ${refused} refused`)
})

test('boxes that lie in themselves, name each other or claim everything', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'fuzz-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const box = (type: string, body: Buffer, size = body.length + 8) => {
    const head = Buffer.alloc(8)
    head.writeUInt32BE(size >>> 0, 0)
    head.write(type, 4, 'latin1')
    return Buffer.concat([head, body])
  }
  const nested = (type: string, depth: number): Buffer =>
    depth === 0 ? Buffer.alloc(0) : box(type, nested(type, depth - 1))
  const path = join(folder, 'a')
  const cases: [string, Buffer, Reader[]][] = [
    ['moov in moov', nested('moov', 3000), MP4],
    ['a size of nothing', box('moov', Buffer.alloc(64), 0), MP4],
    ['a size smaller than its head', box('moov', Buffer.alloc(64), 4), MP4],
    ['a size of 2^32', box('moov', Buffer.alloc(64), 0xffffffff), MP4],
    [
      'thousands of empty boxes',
      Buffer.concat(Array.from({ length: 30_000 }, () => box('free', Buffer.alloc(0)))),
      MP4,
    ],
    [
      // A SeekHead that names itself, over and over.
      'a SeekHead that leads to itself',
      Buffer.concat([
        Buffer.from('1a45dfa380', 'hex'),
        Buffer.from('18538067ff', 'hex'),
        ...Array.from({ length: 50 }, () => Buffer.from('114d9b748e4dbb8b53ab84114d9b7453ac8100', 'hex')),
      ]),
      MATROSKA,
    ],
    [
      'elements of unknown size',
      Buffer.concat([
        Buffer.from('1a45dfa380', 'hex'),
        ...Array.from({ length: 2000 }, () => Buffer.from('18538067ff', 'hex')),
      ]),
      MATROSKA,
    ],
    [
      'a list in a list',
      Buffer.concat(Array.from({ length: 500 }, () => Buffer.from('RIFF\xff\xff\xff\x7fAVI ', 'latin1'))),
      AVI,
    ],
  ]
  for (const [what, bytes, readers] of cases) {
    writeFileSync(path, bytes)
    for (const reader of readers)
      try {
        assert.equal(reader(path)?.length ?? 0, 0, what)
      } catch (error) {
        assert.ok(error instanceof BadContainer, `${what}: ${String(error)}`)
      }
  }
})
