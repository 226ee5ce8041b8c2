// Who encodes when there are more wishes than encoders: in order, and whoever is far ahead makes way.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createEncoderSlots, type Slot } from './encoder-slots.ts'

function createWishes(given: number) {
  let limit = given
  const slots = createEncoderSlots(() => limit)
  const started: string[] = []
  const yielded: string[] = []
  const held = new Map<string, Slot>()
  const wish = (name: string, leadSeconds = 0) =>
    slots.request({ leadSeconds: () => leadSeconds, yieldSlot: () => void yielded.push(name) }, (slot) => {
      started.push(name)
      held.set(name, slot)
    })
  return { slots, started, yielded, held, wish, setLimit: (to: number) => void (limit = to) }
}

test('wishes are served in order as slots come free; one taken back is passed over', () => {
  const { slots, started, held, wish } = createWishes(2)
  const [, , third] = [wish('a'), wish('b'), wish('c'), wish('d')]
  assert.deepEqual(started, ['a', 'b'])
  assert.equal(slots.waiting(), 2)
  third?.cancel()
  held.get('a')?.release()
  held.get('a')?.release()
  assert.deepEqual(started, ['a', 'b', 'd'])
  assert.equal(slots.active(), 2)
})

test('whoever is furthest ahead makes way, once; nobody who is about to run dry does', () => {
  const { started, yielded, held, wish } = createWishes(2)
  wish('near', 3)
  wish('far', 20)
  wish('new')
  wish('newer')
  assert.deepEqual(yielded, ['far'])
  held.get('far')?.release()
  assert.deepEqual(started, ['near', 'far', 'new'])
})

test('a queue that is full says so instead of growing', () => {
  const { wish } = createWishes(1)
  for (let n = 0; n < 65; n++) wish(String(n))
  assert.throws(() => wish('one too many'), { code: 'encoders-busy' })
})

test('a limit that is changed counts at the next look: more begin, and none is cut short', () => {
  const { slots, started, held, wish, setLimit } = createWishes(1)
  for (const name of ['a', 'b', 'c', 'd']) wish(name)
  assert.deepEqual(started, ['a'])
  setLimit(3)
  slots.pump()
  assert.deepEqual(started, ['a', 'b', 'c'])
  setLimit(1)
  held.get('a')?.release()
  held.get('b')?.release()
  assert.deepEqual(started, ['a', 'b', 'c'])
  held.get('c')?.release()
  assert.deepEqual(started, ['a', 'b', 'c', 'd'])
})
