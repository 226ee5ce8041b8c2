// One question to all processes: each answers once, who is asked answers first, and nobody waits for the silent.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLog } from '../log.ts'
import { createGathering } from './gathering.ts'
import { createInProcessCoordination } from './in-process.ts'

/** Processes that share one messenger; it counts as many listeners as there are. */
async function processes(names: readonly string[], waitMs?: number) {
  const one = createInProcessCoordination({ nowMs: () => performance.now(), log: silentLog() })
  const coordination = {
    onSignal: one.onSignal,
    signal: async (channel: string, message: string) => {
      await one.signal(channel, message)
      return channel === 'who' ? names.length : 1
    },
  }
  const all = names.map((name) =>
    createGathering({
      coordination,
      topic: 'who',
      answer: (question: string) => `${name}: ${question}`,
      ...(waitMs !== undefined && { waitMs }),
    }),
  )
  return { all: await Promise.all(all), coordination }
}

test('every process answers once, the one that was asked first', async () => {
  const { all } = await processes(['a', 'b', 'c'])
  const answers = await Promise.all(all.map((one) => one.ask('here?')))
  assert.deepEqual(answers[1]?.[0], 'b: here?')
  for (const heard of answers) assert.deepEqual(heard.toSorted(), ['a: here?', 'b: here?', 'c: here?'])
})

test('a process that is counted and does not answer is left out', async () => {
  const { all } = await processes(['a', 'b'], 20)
  await all[1]?.[Symbol.asyncDispose]()
  assert.deepEqual(await all[0]?.ask('here?'), ['a: here?'])
})

test('without a messenger a process has its own answer', async () => {
  const away = async () => Promise.reject(new Error('Redis is away'))
  const alone = await createGathering({
    coordination: { signal: away, onSignal: async () => ({ [Symbol.asyncDispose]: async () => {} }) },
    topic: 'who',
    answer: () => 'me',
  })
  assert.deepEqual(await alone.ask('here?'), ['me'])
})
