// What every coordination promises.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import type { Coordination } from '../../server/platform/coordination/coordination.ts'

export type CoordinationAtHand = AsyncDisposable & {
  coordination: Coordination
  advance: (ms: number) => Promise<void>
}

export function coordinationContract(name: string, open: () => Promise<CoordinationAtHand>): void {
  const it = (title: string, body: (at: CoordinationAtHand) => Promise<void>) =>
    void test(`coordination ${name}: ${title}`, async () => {
      await using at = await open()
      await body(at)
    })

  it('delivers signals in order to who listens on the channel, though a listener fails', async (at) => {
    const { coordination } = at
    const seen: string[] = []
    const arrived = new EventTarget()
    const done = once(arrived, 'end', { signal: AbortSignal.timeout(5_000) })
    await using _failing = await coordination.onSignal('a', () => {
      throw new Error('planned')
    })
    const gone = await coordination.onSignal('a', () => seen.push('gone'))
    await gone[Symbol.asyncDispose]()
    await using _other = await coordination.onSignal('b', () => seen.push('wrong channel'))
    await using _listener = await coordination.onSignal('a', (message) => {
      seen.push(message)
      if (message === 'end') arrived.dispatchEvent(new Event('end'))
    })
    for (const message of ['1', '2', 'end']) assert.equal(await coordination.signal('a', message), 1)
    assert.equal(await coordination.signal('nobody listens', ''), 0)
    await done
    assert.deepEqual(seen, ['1', '2', 'end'])
  })

  it('lends a lease to one holder until it is released or over', async ({ coordination, advance }) => {
    assert.equal(await coordination.acquire('l', 'x', 1_000), true)
    assert.equal(await coordination.acquire('l', 'y', 1_000), false)
    assert.equal(await coordination.holder('l'), 'x')
    assert.equal(await coordination.holder('other'), null)
    await coordination.release('l', 'y')
    assert.equal(await coordination.acquire('l', 'y', 1_000), false)
    await advance(600)
    assert.equal(await coordination.acquire('l', 'x', 1_000), true)
    await advance(600)
    assert.equal(await coordination.acquire('l', 'y', 1_000), false)
    await advance(600)
    assert.equal(await coordination.holder('l'), null)
    assert.equal(await coordination.acquire('l', 'y', 1_000), true)
    await coordination.release('l', 'y')
    assert.equal(await coordination.acquire('l', 'x', 1_000), true)
  })

  it('writes a document only over the version that was read', async ({ coordination }) => {
    assert.equal(await coordination.read('d'), null)
    assert.equal(await coordination.write('d', 'one', 1, 10_000), false)
    assert.equal(await coordination.write('d', 'one', 0, 10_000), true)
    assert.equal(await coordination.write('d', 'again', 0, 10_000), false)
    assert.equal(await coordination.write('d', 'two', 1, 10_000), true)
    assert.deepEqual(await coordination.read('d'), { value: 'two', version: 2 })
    await coordination.remove('d')
    assert.equal(await coordination.read('d'), null)
    assert.equal(await coordination.write('d', 'anew', 0, 10_000), true)
  })

  it('lets exactly one of many writers win each version', async ({ coordination }) => {
    const wins = await Promise.all(
      Array.from({ length: 20 }, (_, n) => coordination.write('r', `${n}`, 0, 10_000)),
    )
    assert.equal(wins.filter(Boolean).length, 1)
  })

  it('forgets a document after its time, which each write begins anew', async ({ coordination, advance }) => {
    await coordination.write('t', 'one', 0, 1_000)
    await advance(600)
    assert.equal(await coordination.write('t', 'two', 1, 1_000), true)
    await advance(600)
    assert.deepEqual(await coordination.read('t'), { value: 'two', version: 2 })
    await advance(600)
    assert.equal(await coordination.read('t'), null)
  })

  it('counts tries in windows that begin with the first one', async ({ coordination, advance }) => {
    assert.deepEqual((await coordination.count('c', 1_000)).count, 1)
    await advance(600)
    const { count, leftMs } = await coordination.count('c', 1_000)
    assert.equal(count, 2)
    assert.ok(leftMs > 0 && leftMs <= 400)
    assert.equal((await coordination.count('other', 1_000)).count, 1)
    await coordination.uncount('other')
    assert.equal((await coordination.count('other', 1_000)).count, 1)
    await advance(600)
    assert.equal((await coordination.count('c', 1_000)).count, 1)
  })

  it('tells one time to all', async ({ coordination }) => {
    const first = await coordination.timeMs()
    assert.ok((await coordination.timeMs()) >= first)
    assert.ok(Math.abs(first - Date.now()) < 60_000)
  })
}
