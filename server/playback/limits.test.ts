// Who counts as being in the house, and which limit holds.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isInHouse, limitOf, NO_LIMITS } from './limits.ts'

test('private, link-local and own addresses are in the house, all others and nonsense outside', () => {
  for (const inside of [
    '192.168.1.7',
    '10.9.8.7',
    '::ffff:172.20.0.1',
    '127.0.0.1',
    '::1',
    'fe80::1%eth0',
    'fd12::1',
  ])
    assert.ok(isInHouse(inside), inside)
  for (const outside of ['172.32.0.1', '8.8.8.8', '2001:db8::1', '::ffff:9.9.9.9', '', 'localhost'])
    assert.ok(!isInHouse(outside), outside)
})

test('the tighter limit holds; nobody is limited by nothing', () => {
  const limits = { remoteBps: 4_000_000, viewersBps: { ada: 2_000_000, bob: 9_000_000 } }
  assert.equal(limitOf(NO_LIMITS, 'ada', '8.8.8.8'), null)
  assert.equal(limitOf(limits, 'cy', '192.168.0.2'), null)
  assert.equal(limitOf(limits, 'cy', '8.8.8.8'), 4_000_000)
  assert.equal(limitOf(limits, 'ada', '8.8.8.8'), 2_000_000)
  assert.equal(limitOf(limits, 'bob', '8.8.8.8'), 4_000_000)
  assert.equal(limitOf(limits, 'bob', '10.0.0.1'), 9_000_000)
})
