// What people read: rounding, missing values, the odd tag.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  containerText,
  durationText,
  episodeText,
  frameRateText,
  languageText,
  shareOf,
  sizeText,
} from './format.ts'

test('durations', () => {
  assert.equal(durationText(20), '1 min')
  assert.equal(durationText(7260), '2 h 1 min')
})

test('sizes', () => {
  assert.equal(sizeText(0), '0 B')
  assert.equal(sizeText(1_500_000), '1.5 MB')
  assert.equal(sizeText(42_000_000_000), '42 GB')
})

test('episode numbers, also with a part missing', () => {
  assert.equal(episodeText(1, 4), 'S01 E04')
  assert.equal(episodeText(null, 12), 'E12')
  assert.equal(episodeText(null, null), '')
})

test('an unknown language tag does not throw', () => {
  assert.equal(languageText('ger', 'en'), 'German')
  assert.equal(languageText('not a tag', 'en'), 'not a tag')
})

test('a share stays between none and all', () => {
  assert.equal(shareOf(50, null), 0)
  assert.equal(shareOf(200, 100), 1)
})

test('containers by their usual ending, and no frame rate where a file claims nonsense', () => {
  assert.deepEqual(['matroska', 'mp4', 'mpegts', null].map(containerText), ['MKV', 'MP4', 'TS', null])
  assert.equal(frameRateText({ num: 24_000, den: 1001 }), '23.976 fps')
  assert.deepEqual(
    [frameRateText({ num: 1000, den: 1 }), frameRateText({ num: 1, den: 0 }), frameRateText(null)],
    [null, null, null],
  )
})
