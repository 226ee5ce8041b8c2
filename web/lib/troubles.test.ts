// What an operator is told is wrong: each trouble when it is there, and nothing when all is well.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Status } from '#shared/api/admin.ts'
import type { Library } from '#shared/api/library.ts'
import { troublesOf } from './troubles.ts'

const status = (changes: object = {}): Status =>
  ({
    processes: [{ role: 'all', version: '1' }],
    encodes: [{ state: 'encoding', speed: 3 }],
    hardware: [{ encoder: 'h264_vaapi', fault: null }],
    jobs: { done: 5 },
    freeBytes: 50e9,
    ...changes,
  }) as unknown as Status
const library = (state: string, phase: string): Library =>
  ({ name: 'Films', folders: [{ path: '/films', state }], scan: { phase } }) as unknown as Library

test('nothing is said when all is well', () => {
  assert.deepEqual(troublesOf(status(), [library('available', 'done')]), [])
  assert.deepEqual(troublesOf(status({ freeBytes: null }), []), [])
})

test('each trouble is named with its values', () => {
  const named = (changes: object, libraries: Library[] = []) =>
    troublesOf(status(changes), libraries).map(({ name, values }) => [name, values])
  assert.deepEqual(named({ processes: [{ role: 'web', version: '1' }] }), [['noWorker', {}]])
  const two = [
    { role: 'web', version: '1' },
    { role: 'worker', version: '2' },
  ]
  assert.deepEqual(named({ processes: two }), [['versions', {}]])
  assert.deepEqual(named({ freeBytes: 1e9 }), [['diskFull', { bytes: 1e9 }]])
  assert.deepEqual(named({}, [library('unavailable', 'failed')]), [
    ['folderAway', { name: 'Films', path: '/films' }],
    ['scanFailed', { name: 'Films' }],
  ])
  assert.deepEqual(named({ jobs: { buried: 2 } }), [['jobsFailed', { count: 2 }]])
  assert.deepEqual(named({ encodes: [{ state: 'waiting', speed: null }] }), [['encodesWait', { count: 1 }]])
  assert.deepEqual(named({ encodes: [{ state: 'encoding', speed: 0.5 }] }), [['encodesSlow', { count: 1 }]])
  const hardware = [{ encoder: 'h264_vaapi', fault: 'no device' }]
  assert.deepEqual(named({ hardware }), [['encoderFailed', { encoder: 'h264_vaapi', fault: 'no device' }]])
})
