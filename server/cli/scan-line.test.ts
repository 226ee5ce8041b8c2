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
})
