// Renewed tickets in old addresses.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { haveSameAsset, underTicketOf } from './addresses.ts'

test('a segment is asked for under the new ticket, all else stays', () =>
  assert.equal(
    underTicketOf('https://tv.example/v/old$&1/k12/v480p/7.m4s', '/v/new$&2/k12/master.m3u8'),
    'https://tv.example/v/new$&2/k12/v480p/7.m4s',
  ))

test('without a new ticket the address stays', () => {
  assert.equal(underTicketOf('/v/old/k12/file', null), '/v/old/k12/file')
  assert.equal(underTicketOf('/hls/file.m4s', '/v/new/k12/master.m3u8'), '/hls/file.m4s')
})

test('the same asset under two tickets', () => {
  assert.equal(haveSameAsset('/v/a/k12/master.m3u8', '/v/b/k12/master.m3u8'), true)
  assert.equal(haveSameAsset('/v/a/k12/master.m3u8', '/v/a/k13/master.m3u8'), false)
  assert.equal(haveSameAsset(null, null), false)
})
