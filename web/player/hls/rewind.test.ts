// Sound from before the first that was appended: the parser begins anew there, and nowhere else.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fragment } from '../../../server/media/fragment.ts'
import { initSegment } from '../../../server/media/init.ts'
import { readTiming, startTicks } from './fragments.ts'
import { beginAnewBeforeFirst } from './rewind.ts'

const RATE = 48_000
const INIT = initSegment({
  codec: 'aac',
  channels: 2,
  sampleRateHz: RATE,
  extradata: Buffer.from('1190', 'hex'),
  timescale: RATE,
})
const sound = (seconds: number) => {
  const pts = seconds * RATE
  return fragment(1, pts, [{ pts, duration: 1024, isKey: true, data: new Uint8Array(9) }])
}

/** A buffer that notes what it is told; one that has ended refuses to begin anew. */
function createBuffer() {
  const notes: string[] = []
  const state = { hasEnded: false }
  const buffer = new (class extends EventTarget {
    appendBuffer(bytes: Uint8Array) {
      state.hasEnded = false
      const ticks = startTicks(bytes)
      const parts = [...(readTiming(bytes) ? ['init'] : []), ...(ticks === null ? [] : [`${ticks / RATE} s`])]
      notes.push(parts.join(' and ') || 'nothing')
    }
    abort() {
      if (state.hasEnded) throw new DOMException('It has ended.', 'InvalidStateError')
      notes.push('anew')
    }
  })()
  beginAnewBeforeFirst(buffer as unknown as SourceBuffer)
  return { buffer, notes, state }
}

test('what lies before all that came has the parser begin anew', () => {
  const { buffer, notes } = createBuffer()
  for (const bytes of [INIT, sound(12), sound(48), sound(30), sound(10), sound(11), sound(2)])
    buffer.appendBuffer(bytes)
  assert.deepEqual(notes, [
    'init',
    '12 s',
    '48 s',
    '30 s',
    'anew',
    'init and 10 s',
    '11 s',
    'anew',
    'init and 2 s',
  ])
})

test('after the last segment it is opened again first, and nobody hears of that', () => {
  const { buffer, notes, state } = createBuffer()
  for (const bytes of [INIT, sound(12)]) buffer.appendBuffer(bytes)
  state.hasEnded = true
  buffer.appendBuffer(sound(10))
  assert.deepEqual(notes, ['init', '12 s', 'nothing', 'anew', 'init and 10 s'])
  // Node calls listeners in the order of their coming, wherever they listen.
  let ends = 0
  buffer.addEventListener('updateend', () => ends++)
  for (let n = 0; n < 2; n++) buffer.dispatchEvent(new Event('updateend'))
  assert.equal(ends, 1)
})
