// Reports repeat totals; each event is counted once.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NOTHING_TOLD, newsOf } from './report.ts'

test('the first picture counts once, totals by what they grew, seeks as they come', () => {
  const first = newsOf(NOTHING_TOLD, { firstFrameMs: 300, stalls: 1, droppedFrames: 4, seeksMs: [120] })
  assert.deepEqual(first.news, { firstFrameMs: 300, stalls: 1, droppedFrames: 4, seeksMs: [120] })
  const second = newsOf(first.told, { firstFrameMs: 300, stalls: 3, droppedFrames: 4 })
  assert.deepEqual(second.news, { firstFrameMs: null, stalls: 2, droppedFrames: 0, seeksMs: [] })
  assert.deepEqual(newsOf(second.told, {}).news, {
    firstFrameMs: null,
    stalls: 0,
    droppedFrames: 0,
    seeksMs: [],
  })
})

test('a source loaded again begins its totals anew', () => {
  const { told } = newsOf(NOTHING_TOLD, { droppedFrames: 50 })
  assert.equal(newsOf(told, { droppedFrames: 3 }).news.droppedFrames, 3)
})
