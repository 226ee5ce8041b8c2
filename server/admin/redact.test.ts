// Secrets stay out of the audit log.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { auditDetail } from './redact.ts'

test('secrets are blotted out wherever they are', () => {
  const detail = auditDetail({
    body: { name: 'Eve', password: 'hunter22', more: [{ apiKey: 'x', token: null }] },
  })
  assert.deepEqual(JSON.parse(detail), {
    body: { name: 'Eve', password: '[redacted]', more: [{ apiKey: '[redacted]', token: null }] },
  })
})

test('a long request is cut and still JSON', () => {
  const detail = auditDetail({ folders: Array.from({ length: 1000 }, (_, n) => `/media/${n}`) })
  assert.ok(detail.length < 4100)
  assert.equal(typeof JSON.parse(detail), 'string')
})
