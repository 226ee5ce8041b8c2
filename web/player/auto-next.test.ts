// When the next episode begins by itself, when it waits, and when somebody is asked.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type AfterEnd, EPISODES_ALONE, LONG_HIDDEN_SECONDS, nextMove } from './auto-next.ts'

const after = (part: Partial<AfterEnd>) =>
  nextMove({
    nextAfterSeconds: 10,
    countedSeconds: 0,
    isCancelled: false,
    episodesAlone: 0,
    hiddenSeconds: 0,
    ...part,
  })

test('it counts down and begins', () => {
  assert.deepEqual(after({}), { kind: 'count', leftSeconds: 10 })
  assert.deepEqual(after({ countedSeconds: 9 }), { kind: 'count', leftSeconds: 1 })
  assert.deepEqual(after({ countedSeconds: 10 }), { kind: 'start' })
})

test('cancelled or switched off it is offered and waits', () => {
  assert.deepEqual(after({ isCancelled: true, countedSeconds: 10 }), { kind: 'offer' })
  assert.deepEqual(after({ nextAfterSeconds: 0 }), { kind: 'offer' })
  assert.deepEqual(after({ isCancelled: true, episodesAlone: EPISODES_ALONE }), { kind: 'offer' })
})

test('where nobody seems to be there, somebody is asked first', () => {
  assert.deepEqual(after({ episodesAlone: EPISODES_ALONE }), { kind: 'ask' })
  assert.deepEqual(after({ episodesAlone: EPISODES_ALONE - 1 }), { kind: 'count', leftSeconds: 10 })
  assert.deepEqual(after({ hiddenSeconds: LONG_HIDDEN_SECONDS + 1, countedSeconds: 10 }), { kind: 'ask' })
  assert.deepEqual(after({ hiddenSeconds: LONG_HIDDEN_SECONDS }), { kind: 'count', leftSeconds: 10 })
})
