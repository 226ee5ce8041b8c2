// The server's problem decides what the player says; without one the status does.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { problemBody } from '../../shared/problems.ts'
import { ApiProblem } from '../api/call.ts'
import { explainLoad, explainStart } from './explain.ts'
import { isFinal } from './player-state.ts'

test('what could not be fetched is said in the words of the server', () => {
  const body = JSON.stringify(problemBody('file-offline', 'Its disk is not connected.'))
  assert.deepEqual(explainLoad(409, body, 'fragLoadError'), {
    code: 'fileAway',
    says: 'Its disk is not connected.',
    detail: 'fragLoadError (409)',
  })
  const noWorker = JSON.stringify(problemBody('not-ready', 'No process that converts films runs.'))
  assert.equal(explainLoad(503, noWorker, '').code, 'notReady')
  assert.equal(explainLoad(500, JSON.stringify(problemBody('encode-failed')), '').code, 'convert')
})

test('without words the status says what it is', () => {
  const codes = [0, 403, 404, 500, 502].map((status) => explainLoad(status, '<html>', '').code)
  assert.deepEqual(codes, ['unreachable', 'permission', 'permission', 'convert', 'unreachable'])
})

test('what could not be opened says why', () => {
  const damaged = new ApiProblem(problemBody('not-playable', 'The file is damaged.'))
  const error = explainStart(damaged)
  assert.deepEqual(error, { code: 'unplayable', says: 'The file is damaged.', detail: '' })
  assert.ok(isFinal(error), 'another attempt is not offered')
  const nobody = new ApiProblem({ type: '/problems/unreachable', title: '', status: 0 })
  assert.equal(explainStart(nobody).code, 'unreachable')
  const away = explainStart(new ApiProblem(problemBody('file-offline')))
  assert.equal(away.code, 'fileAway')
  assert.ok(!isFinal(away), 'it may come back')
  assert.deepEqual(explainStart(new Error('no hls.js')), { code: 'start', detail: 'no hls.js' })
})
