// One rendition for all its viewers: what one head has made no other one makes; which head a viewer waits for.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createFakeEngine, fakeSegment } from '../../tests/support/fake-engine.ts'
import { silentLog } from '../platform/log.ts'
import { createEncoderSlots } from './encoder-slots.ts'
import type { SegmentCache } from './segment-cache.ts'
import { RenditionSession } from './session.ts'

/** Segments of two seconds, made when the test says so. */
function openSession(read: SegmentCache['read'] = async () => null) {
  const { engine, heads } = createFakeEngine({ manual: true })
  const kept = new Map<number, Uint8Array>()
  const clock = { nowMs: 0 }
  const cache: Partial<SegmentCache> = {
    read,
    near: (_, segment) => kept.get(segment) ?? null,
    has: (_, segment) => kept.has(segment),
    keep: (_, segment, bytes) => void kept.set(segment, bytes),
  }
  const startsSeconds = [0, 2, 4, 6, 8]
  const session = new RenditionSession({
    key: 'k',
    rendition: { kind: 'copied-audio', path: 'film', trackIndex: 0, startSeconds: 0, startsSeconds },
    times: { starts: startsSeconds },
    engine,
    cache: cache as SegmentCache,
    slots: createEncoderSlots(() => 1),
    nowMs: () => clock.nowMs,
    log: silentLog(),
  })
  const make = (segment: number) => {
    const { sink } = heads.at(-1)!
    sink.fragment(segment, Buffer.from(fakeSegment(segment)))
    sink.segmentEnd(segment)
  }
  return { session, heads, clock, make }
}

test('what a head made while the store was asked is not made again', async () => {
  const answers: (() => void)[] = []
  // The store knows of nothing, and says so when the test lets it.
  const { session, heads, make } = openSession(
    () => new Promise((resolve) => answers.push(() => resolve(null))),
  )
  await using _ = session
  const first = session.want(0, 'ada')
  const second = session.want(0, 'bob')
  answers[0]?.()
  assert.equal((await first).kind, 'live')
  make(0)
  answers[1]?.()
  const wanted = await second
  assert.equal(wanted.kind === 'whole' && String(wanted.bytes), fakeSegment(0))
  assert.equal(heads.length, 1)
})

test('a seek a little ahead waits for the head only where that comes by before a new one would', async () => {
  const { session, heads, clock, make } = openSession()
  await using _ = session
  await session.want(0, 'ada')
  clock.nowMs = 1000
  make(0)
  // Twice as fast as it plays: a second for segment 1, of which 0.1 s have passed.
  clock.nowMs = 1100
  await session.want(2, 'ada')
  // The former head gives its place to the new one.
  await new Promise(setImmediate)
  assert.deepEqual(
    heads.map(({ from, isStopped }) => [from, isStopped]),
    [
      [0, true],
      [2, false],
    ],
  )
  clock.nowMs = 2100
  make(2)
  clock.nowMs = 3000
  await session.want(3, 'ada')
  assert.equal(heads.length, 2, 'what it makes just now')
  const { segment, segments } = session.status()
  assert.deepEqual([segment, segments], [3, 4])
})

test('a head that is nearly there is waited for', async () => {
  const { session, heads, clock, make } = openSession()
  await using _ = session
  await session.want(0, 'ada')
  clock.nowMs = 1000
  make(0)
  clock.nowMs = 1800
  assert.equal((await session.want(2, 'ada')).kind, 'live')
  assert.equal(heads.length, 1)
})

test('a head that is read to the last ends when its reader leaves, not with the next sweep', async () => {
  const { session, heads } = openSession()
  await using _ = session
  const wanted = await session.want(0, 'ada')
  heads[0]!.sink.fragment(0, Buffer.from('begin'))
  assert.ok(wanted.kind === 'live')
  const reading = new AbortController()
  await wanted.segment.begin(1000, reading.signal)
  const fragments = wanted.segment.fragments(reading.signal)
  await fragments.next()
  const more = fragments.next()
  // A seek: the new request may be here before the old connection is seen to be closed.
  await session.want(3, 'ada')
  assert.equal(heads[0]!.isStopped, false)
  reading.abort(new Error('gone'))
  await assert.rejects(more, /gone/)
  assert.equal(heads[0]!.isStopped, true)
})
