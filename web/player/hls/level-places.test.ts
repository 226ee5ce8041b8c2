// hls.js puts an HEVC original above an H.264 rendition of more bits; what is called 480p stays what it is.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { qualitiesOf } from '../source-contract.ts'
import { placesOf } from './level-places.ts'

const rung = (name: string, height: number, bitrateBps: number) => ({
  name,
  width: height * 2,
  height,
  bitrateBps,
  isOriginal: name === 'original',
})
const QUALITIES = qualitiesOf([
  rung('original', 480, 1.1e6),
  rung('480p', 480, 1.4e6),
  rung('360p', 360, 8e5),
])

test('levels are known by the names in their addresses', () => {
  const uris = ['360p', '480p-b3', 'original'].map((name) => `http://a/v/t/asset/v-${name}/index.m3u8`)
  const places = placesOf(uris, QUALITIES)
  assert.deepEqual(
    places.map((place) => QUALITIES[place]?.name),
    ['360p', '480p', 'original'],
  )
})

test('a level of sound alone is in no list of pictures', () => {
  assert.deepEqual(placesOf(['http://a/v/t/asset/a1-original/index.m3u8'], QUALITIES), [-1])
})
