// The timeline of a file: its first picture lies on the grid, and the sound keeps its distance to it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FILM, VIDEO } from '../../tests/support/film.ts'
import { gridLead } from './asset.ts'

const RATE = { num: 25, den: 1 }
const leadOf = (pictureSeconds: number | null, fileSeconds: number): number => {
  const video = [{ ...VIDEO, startSeconds: pictureSeconds }]
  return Math.round(gridLead({ ...FILM, startSeconds: fileSeconds, video }, RATE) * 1e6) / 1e6
}

test('a timeline begins less than a frame before its file, so that the first picture is on the grid', () => {
  assert.equal(leadOf(0, 0), 0)
  assert.equal(leadOf(0.421, 0), 0.019)
  assert.equal(leadOf(3600.021, 3600), 0.019)
  assert.equal(leadOf(-0.3, -0.6), 0.02)
})

test('what is a frame but for the rounding of a container moves nothing', () => {
  assert.equal(leadOf(0.4, 0), 0)
  assert.equal(leadOf(0.401, 0), 0)
  assert.equal(leadOf(0.399, 0), 0)
  assert.equal(leadOf(null, 2), 0)
  assert.equal(gridLead({ ...FILM, video: [] }, RATE), 0)
})
