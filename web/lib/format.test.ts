// What people read: rounding, missing values, the odd tag.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  durationText,
  episodeText,
  frameRateText,
  languageText,
  relativeText,
  resolutionText,
  shareOf,
  sizeOf,
  sizeText,
  spanText,
} from './format.ts'

test('durations', () => {
  assert.equal(durationText(20), '1 min')
  assert.equal(durationText(7260), '2 h 1 min')
})

test('resolutions: films are cropped, and a phone’s pictures stand upright', () => {
  const said = [
    [1920, 800],
    [1440, 1080],
    [720, 1280],
    [1080, 1920],
    [2160, 3840],
    [640, 480],
  ].map(([width = 0, height = 0]) => resolutionText(width, height))
  assert.deepEqual(said, ['1080p', '1080p', '720p', '1080p', '4K', 'SD'])
})

test('sizes', () => {
  assert.equal(sizeText(0, 'en'), '0 B')
  assert.equal(sizeText(1_500_000, 'en'), '1.5 MB')
  assert.equal(sizeText(1_500_000, 'de'), '1,5 MB')
  assert.equal(sizeText(42_000_000_000, 'de'), '42 GB')
})

test('sizes that people write, with a unit or in the one that is shown', () => {
  const read = ['20', '1.5 GB', '1,5gb', '512 MiB', '2T', '300 B', 'a lot', '', '1.2.3 GB', '5 XB']
  assert.deepEqual(
    read.map((text) => sizeOf(text, 'GB')),
    [20e9, 1.5e9, 1.5e9, 512 * 1024 ** 2, 2e12, 300, null, null, null, null],
  )
})

test('spans and moments in their largest unit', () => {
  assert.equal(spanText(7_260_000, 'en'), '2 hours')
  assert.equal(spanText(400, 'de'), '0 Sekunden')
  assert.equal(relativeText(-172_800_000, 'de'), 'vor 2 Tagen')
  assert.equal(relativeText(90_000, 'en'), 'in 1 minute')
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

test('no frame rate where a file claims nonsense', () => {
  assert.equal(frameRateText({ num: 24_000, den: 1001 }), '23.976 fps')
  assert.deepEqual(
    [frameRateText({ num: 1000, den: 1 }), frameRateText({ num: 1, den: 0 }), frameRateText(null)],
    [null, null, null],
  )
})
