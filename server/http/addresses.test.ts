// Forwarded headers are believed from listed proxies only, from the nearest hop on.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createAddressOf } from './addresses.ts'

test('an address is the peer’s own unless a listed proxy says otherwise', () => {
  const alone = createAddressOf([])
  assert.equal(alone('::ffff:203.0.113.9', '198.51.100.1'), '203.0.113.9')
  const behind = createAddressOf(['10.0.0.0/8', '::1'])
  assert.equal(behind('10.1.2.3', '198.51.100.1'), '198.51.100.1')
  assert.equal(behind('::ffff:10.1.2.3', '198.51.100.1, 10.9.9.9'), '198.51.100.1')
  assert.equal(behind('10.1.2.3', 'invented, 198.51.100.1'), '198.51.100.1', 'what a client writes itself')
  assert.equal(behind('203.0.113.9', '198.51.100.1'), '203.0.113.9', 'a stranger is no proxy')
  assert.equal(behind('::1', undefined), '::1')
})
