// Which pictures the seek bar gets, and where they are said to lie.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { previewPlan, previewsWebVtt } from './previews.ts'

test('a picture every ten seconds, fewer for a very long file', () => {
  assert.deepEqual(previewPlan(25).times, [0, 10, 20])
  assert.deepEqual(previewPlan(0.5).times, [0])
  const day = previewPlan(86_400)
  assert.ok(day.times.length <= 900)
  assert.equal(day.everySeconds, 96)
})

test('WebVTT names the sheet and the place on it', () => {
  const pictures = [{ startSeconds: 3600, endSeconds: 3610, sheet: 3, x: 240, y: 102 }]
  assert.equal(
    previewsWebVtt({ width: 240, height: 102, pictures }, (sheet) => `${sheet}.jpg`),
    'WEBVTT\n\n01:00:00.000 --> 01:00:10.000\n3.jpg#xywh=240,102,240,102\n\n',
  )
})
