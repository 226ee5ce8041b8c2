// Who is waited for, as the page says it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { waitedFor } from './waited-for.ts'

const members = ['Ada', 'Bob', 'Cleo', 'Dan', 'Eve'].map((name) => ({ id: name.toLowerCase(), name }))
const waiting = (memberIds: string[], count = memberIds.length) => ({
  memberIds,
  count,
  sinceMs: 0,
  untilMs: 1,
})

test('[PW1] three of those waited for are named, all are counted', () => {
  assert.deepEqual(waitedFor(waiting(['bob']), members), { shown: 'Bob', more: 0 })
  assert.deepEqual(waitedFor(waiting(['ada', 'bob', 'cleo', 'dan'], 40), members), {
    shown: 'Ada, Bob, Cleo',
    more: 37,
  })
})

test('[PW1] nobody is counted as others beside nobody', () => {
  assert.deepEqual(waitedFor(waiting(['stranger']), members), { shown: '', more: 0 })
  assert.deepEqual(waitedFor(null, members), { shown: '', more: 0 })
})
