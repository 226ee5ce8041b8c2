// Addresses of calls: what is filled in, what is left out, what is escaped.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addressOf } from './call.ts'

test('parameters are filled in and escaped', () => {
  assert.equal(addressOf('/api/titles/:id', { id: 'a/b?' }), '/api/titles/a%2Fb%3F')
})

test('an absent query value is not sent', () => {
  assert.equal(
    addressOf('/api/search', {}, { q: 'two words', limit: undefined, hdr: false }),
    '/api/search?q=two+words&hdr=false',
  )
})
