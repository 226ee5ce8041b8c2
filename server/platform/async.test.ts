// A limiter keeps order and has a bound: what would wait without end is refused, and what runs goes on.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLimiter } from './async.ts'
import type { Problem } from './problem.ts'

test('beyond its bound a limiter refuses, with the time to try again', async () => {
  const limit = createLimiter(1, 2)
  const gate = Promise.withResolvers<void>()
  const done: number[] = []
  const run = (n: number) =>
    limit(async () => {
      await gate.promise
      done.push(n)
    })
  const accepted = [run(1), run(2), run(3)]
  await assert.rejects(run(4), ({ code, retryAfterSeconds }: Problem) => {
    assert.deepEqual([code, retryAfterSeconds], ['too-many-requests', 5])
    return true
  })
  gate.resolve()
  await Promise.all(accepted)
  await run(5)
  assert.deepEqual(done, [1, 2, 3, 5])
})
