// The list of seek-bar pictures.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parsePreviews } from './previews.ts'

test('cues point into sheets beside the list', () => {
  const text =
    'WEBVTT\r\n\r\n00:00.000 --> 00:10.000\r\nsheet-0.jpg#xywh=0,0,160,90\r\n\r\n01:00:10.000 --> 01:00:20.500\r\nsheet-1.jpg#xywh=160,90,160,90\r\n'
  const [first, second, ...others] = parsePreviews(text, 'https://tv.example/v/t/a/previews/all.vtt')
  assert.deepEqual(others, [])
  assert.deepEqual(first, {
    startSeconds: 0,
    endSeconds: 10,
    url: 'https://tv.example/v/t/a/previews/sheet-0.jpg',
    x: 0,
    y: 0,
    width: 160,
    height: 90,
  })
  assert.deepEqual([second?.startSeconds, second?.endSeconds, second?.x], [3610, 3620.5, 160])
})

test('a list that is none shows nothing', () => assert.deepEqual(parsePreviews('<html>', 'https://a/b'), []))
