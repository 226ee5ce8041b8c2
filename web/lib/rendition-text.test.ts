// Every kind of rendition that a server names has its own words.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { renditionText } from './rendition-text.ts'

test('pictures and sounds are told apart, copied from converted ones', () => {
  assert.deepEqual(['v-original', 'v-720p', 'v-1080p-b3', 'a0-original', 'a1-6', 'x-1'].map(renditionText), [
    ['copiedPicture', {}],
    ['picture', { size: '720p' }],
    ['burned', { size: '1080p' }],
    ['copiedSound', { n: 0 }],
    ['sound', { n: 1, channels: 6 }],
    ['other', { name: 'x-1' }],
  ])
})
