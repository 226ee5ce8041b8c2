// One rendition for all its viewers: what one head has made no other one makes.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createFakeEngine, fakeSegment } from '../../tests/support/fake-engine.ts'
import { silentLog } from '../platform/log.ts'
import { createEncoderSlots } from './encoder-slots.ts'
import type { SegmentCache } from './segment-cache.ts'
import { RenditionSession } from './session.ts'

test('what a head made while the store was asked is not made again', async () => {
  const { engine, heads } = createFakeEngine({ manual: true })
  const kept = new Map<number, Uint8Array>()
  const answers: (() => void)[] = []
  const cache: Partial<SegmentCache> = {
    // The store knows of nothing, and says so when the test lets it.
    read: () => new Promise((resolve) => answers.push(() => resolve(null))),
    near: (_, segment) => kept.get(segment) ?? null,
    has: (_, segment) => kept.has(segment),
    keep: (_, segment, bytes) => void kept.set(segment, bytes),
  }
  await using session = new RenditionSession({
    key: 'k',
    rendition: {
      kind: 'copied-audio',
      path: 'film',
      trackIndex: 0,
      startSeconds: 0,
      startsSeconds: [0, 2, 4],
    },
    times: { starts: [0, 2, 4] },
    engine,
    cache: cache as SegmentCache,
    slots: createEncoderSlots(() => 1),
    nowMs: () => 0,
    log: silentLog(),
  })
  const first = session.want(0, 'ada')
  const second = session.want(0, 'bob')
  answers[0]?.()
  assert.equal((await first).kind, 'live')
  const [head] = heads
  head?.sink.fragment(0, Buffer.from(fakeSegment(0)))
  head?.sink.segmentEnd(0)
  answers[1]?.()
  const wanted = await second
  assert.equal(wanted.kind === 'whole' && String(wanted.bytes), fakeSegment(0))
  assert.equal(heads.length, 1)
})
