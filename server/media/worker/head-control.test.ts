// A head that never waits for anything still hears that it shall stop.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createHeadControl } from './head-control.ts'

test('messages come through between the turns of a busy head', async () => {
  const control = createHeadControl()
  setImmediate(() => control.stop())
  const until = performance.now() + 5000
  while (!control.stopped && performance.now() < until) await control.turn()
  assert.ok(control.stopped)
})
