// Addresses are typed by people: what is not understood is dropped.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { countFilters, parseBrowse, type BrowseSearch } from './browse-search.ts'

const ALL: BrowseSearch = {
  sort: 'year',
  order: 'desc',
  genre: 'Drama',
  year: 1994,
  resolution: '4k',
  hdr: true,
  videoCodec: 'hevc',
  audioLanguage: 'eng',
  subtitleLanguage: 'ger',
  watched: false,
  favourite: true,
}

test('known filters stay', () => {
  assert.deepEqual(parseBrowse(ALL), ALL)
})

test('unknown and mistyped ones are dropped', () => {
  const raw = { sort: 'size', watched: 'yes', genre: 7, evil: '<b>', hdr: 1, videoCodec: 'h 264' }
  assert.deepEqual(parseBrowse(raw), {})
  assert.deepEqual(parseBrowse({ year: 12, audioLanguage: '%', subtitleLanguage: 'Deutsch', genre: '' }), {})
  assert.deepEqual(parseBrowse({ year: 1994.5 }), {})
})

test('sort and order are no filters', () => assert.equal(countFilters(ALL), 9))
