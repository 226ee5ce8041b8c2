// Ids are valid UUIDv7 and ascend.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newId } from './ids.ts'

test('ids look like UUIDv7 and ascend, also within one millisecond and when the clock steps back', () => {
  const ids = Array.from({ length: 10_000 }, (_, n) => newId(1_700_000_000_000 - (n % 3)))
  for (const id of ids)
    assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  assert.deepEqual(ids, ids.toSorted())
  assert.equal(new Set(ids).size, ids.length)
})
