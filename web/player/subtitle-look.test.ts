// What was kept of subtitles' look and timing is read again, whatever else stands there.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { offsetOf, PLAIN_LOOK, readLook, withOffset } from './subtitle-look.ts'

test('a look is read piece by piece', () => {
  const look = { size: 'large', colour: 'yellow', background: 'solid' } as const
  assert.deepEqual(readLook(JSON.stringify(look)), look)
  assert.deepEqual(readLook('{"size":"large","colour":"plaid"}'), { ...PLAIN_LOOK, size: 'large' })
  for (const text of [null, '', 'large', '[1]', 'null']) assert.deepEqual(readLook(text), PLAIN_LOOK)
})

test('each file keeps its own offset, and the oldest are forgotten', () => {
  let kept: string | null = null
  for (let n = 0; n < 150; n++) kept = withOffset(kept, `file ${n}`, n / 10 + 0.1)
  assert.equal(offsetOf(kept, 'file 149'), 15)
  assert.equal(offsetOf(kept, 'file 49'), 0)
  assert.equal(Object.keys(JSON.parse(kept ?? '') as object).length, 100)
  assert.equal(offsetOf(withOffset(kept, 'file 149', 0), 'file 149'), 0)
  assert.equal(offsetOf('{"a":"5"}', 'a'), 0)
})
