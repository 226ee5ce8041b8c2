// What the log is narrowed by survives any address.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseLogSearch } from './log-search.ts'

test('what is known stays; nonsense and emptiness go', () => {
  const search = { level: 'warn', feature: 'library', text: 'Ω' } as const
  assert.deepEqual(parseLogSearch(search), search)
  assert.deepEqual(parseLogSearch({ level: 'loud', feature: '', text: 5, more: 'x' }), {})
  assert.equal(parseLogSearch({ text: 'x'.repeat(500) }).text?.length, 100)
})
