// A bar that lies is worse than none: unknown stays unknown.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ScanProgress } from '#shared/api/library.ts'
import { isRunning, scanShare, secondsLeft } from './scan-text.ts'

const scan = (part: Partial<ScanProgress>): ScanProgress => ({
  libraryId: 'l',
  phase: 'probe',
  filesSeen: 100,
  filesAdded: 100,
  filesChanged: 0,
  filesMoved: 0,
  filesGone: 0,
  filesBroken: 0,
  probesDone: 25,
  probesTotal: 100,
  filesPerSecond: 25,
  startedAtMs: 0,
  finishedAtMs: null,
  message: null,
  ...part,
})

test('share and time left while probing', () => {
  assert.equal(scanShare(scan({})), 0.25)
  assert.equal(secondsLeft(scan({})), 3)
})

test('nothing is promised while walking or standing still', () => {
  assert.equal(scanShare(scan({ phase: 'walk' })), null)
  assert.equal(secondsLeft(scan({ filesPerSecond: 0 })), null)
})

test('what has ended does not run', () => {
  assert.equal(isRunning(scan({ phase: 'failed' })), false)
  assert.equal(isRunning(scan({ phase: 'queued' })), true)
})
