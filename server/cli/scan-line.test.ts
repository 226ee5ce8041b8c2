// The terminal's line about a scan.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ScanProgress } from '#shared/api/library.ts'
import { silentLog } from '../platform/log.ts'
import { createScanLine, scanLine } from './scan-line.ts'

const PROGRESS: ScanProgress = {
  libraryId: 'a',
  phase: 'probe',
  filesSeen: 20,
  filesAdded: 20,
  filesChanged: 0,
  filesMoved: 0,
  filesGone: 0,
  filesBroken: 1,
  probesDone: 5,
  probesTotal: 20,
  filesPerSecond: 123.4,
  startedAtMs: 0,
  finishedAtMs: null,
  message: null,
}

test('a scan is told in one line that changes in place and stays when it is over', () => {
  assert.equal(scanLine(PROGRESS, 'Films'), 'Films: reading 5 of 20, 123 a second, 1 broken')
  let now = 0
  const written: string[] = []
  const show = createScanLine(
    { isTTY: true, columns: 40, write: (text) => written.push(text) },
    silentLog(),
    () => now,
  )
  show(PROGRESS, 'Films')
  show({ ...PROGRESS, probesDone: 6 }, 'Films')
  now = 200
  show({ ...PROGRESS, probesDone: 7 }, 'Films')
  show({ ...PROGRESS, phase: 'done', finishedAtMs: 1 }, 'Films')
  assert.equal(written.length, 3)
  assert.ok(written.every((text) => text.startsWith('\r\u001b[2K  Films') && text.length < 50))
  assert.match(written[2] ?? '', /20 files, 1 broken\.\n$/)
  // A rescan that found nothing new leaves no line of its own.
  const rescan = { ...PROGRESS, filesAdded: 0, filesBroken: 0 }
  show({ ...rescan, phase: 'done', finishedAtMs: 2 }, 'Films')
  assert.equal(written.at(-1), '\r\u001b[2K')
  show({ ...rescan, phase: 'failed', message: 'The folder is away.', finishedAtMs: 3 }, 'Films')
  assert.match(written.at(-1) ?? '', /The folder is away\.\n$/)
  show({ ...PROGRESS, phase: 'done', filesSeen: 1, finishedAtMs: 4 }, 'Films')
  assert.match(written.at(-1) ?? '', /1 file, 1 broken\.\n$/)
})
