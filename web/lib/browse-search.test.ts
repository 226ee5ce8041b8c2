// Addresses are typed by people: what is not understood is dropped.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseBrowse } from './browse-search.ts'

test('known filters stay', () => {
  const given = { sort: 'year', order: 'desc', genre: 'Drama', resolution: '4k', watched: false } as const
  assert.deepEqual(parseBrowse(given), given)
})

test('unknown and mistyped ones are dropped', () => {
  assert.deepEqual(parseBrowse({ sort: 'size', watched: 'yes', genre: 7, evil: '<b>' }), {})
})
