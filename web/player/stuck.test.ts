// A picture that waits for nothing is tried once more, then given up; one that gets something, or rests, is left alone.
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { createObservable } from '../lib/observable.ts'
import { INITIAL_STATE, type PlayerState } from './player-state.ts'
import { AGAIN_SECONDS, GIVE_UP_SECONDS, watchForStuck } from './stuck.ts'

function setUp(t: TestContext, part: Partial<PlayerState>) {
  t.mock.timers.enable({ apis: ['setInterval'] })
  const ending = new AbortController()
  const state = createObservable<PlayerState>({ ...INITIAL_STATE, paused: false, ...part })
  const seen: string[] = []
  watchForStuck(state, ending.signal, { again: () => seen.push('again'), giveUp: () => seen.push('gave up') })
  return { state, seen, ending, pass: (seconds: number) => t.mock.timers.tick(1000 * seconds) }
}

test('a picture that waits is tried once more and then given up', (t) => {
  const { seen, pass } = setUp(t, { waiting: true })
  pass(AGAIN_SECONDS + 1)
  assert.deepEqual(seen, ['again'])
  pass(GIVE_UP_SECONDS - AGAIN_SECONDS)
  assert.deepEqual(seen, ['again', 'gave up'])
})

test('what comes slowly is waited for', (t) => {
  const { state, seen, pass } = setUp(t, { waiting: true })
  for (let n = 1; n < 5; n++) {
    state.set({ ...state.get(), buffered: [[0, n]] })
    pass(AGAIN_SECONDS - 1)
  }
  assert.deepEqual(seen, [])
})

test('a pause is no wait, nor is what plays', (t) => {
  const { state, seen, pass } = setUp(t, { waiting: true, paused: true })
  pass(GIVE_UP_SECONDS + 1)
  state.set({ ...state.get(), paused: false, waiting: false })
  pass(GIVE_UP_SECONDS + 1)
  assert.deepEqual(seen, [])
})
