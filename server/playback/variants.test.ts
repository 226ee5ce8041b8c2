// What the master playlist promises of a copy is what the file really has.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FILM } from '../../tests/support/film.ts'
import { createAsset } from './asset.ts'
import type { Offer } from './ticket.ts'
import { masterOf } from './variants.ts'

const OFFER: Offer = {
  copyVideo: true,
  copyAudio: true,
  maxHeight: 1080,
  maxBitrateBps: null,
  channels: 2,
  burnSubtitleIndex: null,
}

function bandwidthsOf(videoBps: number | null, fileBps: number): [number, number] {
  const [track] = FILM.video
  assert.ok(track)
  const media = { ...FILM, bitrateBps: fileBps, video: [{ ...track, bitrateBps: videoBps }] }
  const asset = createAsset({ id: 'f1', path: '/f.mp4', identity: 'one', media }, [0, 2, 4, 6], 60)
  const text = masterOf(asset, OFFER, [])
  const [, peak, average] = /BANDWIDTH=(\d+),AVERAGE-BANDWIDTH=(\d+)[^\n]*\nv-original\//.exec(text) ?? []
  return [Number(peak), Number(average)]
}

test('the bandwidth of a copy follows the bit rate of the track, and that of the file where none is stated', () => {
  const [slowPeak, slow] = bandwidthsOf(1_000_000, 1_200_000)
  const [fastPeak, fast] = bandwidthsOf(20_000_000, 20_200_000)
  assert.ok(slow >= 1_000_000 && slow < 1_100_000, `${slow}`)
  assert.ok(fast >= 20_000_000 && fast < 20_400_000, `${fast}`)
  assert.ok(slowPeak > slow && fastPeak > fast)
  const [, unstated] = bandwidthsOf(null, 6_000_000)
  assert.ok(unstated >= 5_000_000 && unstated < 6_400_000, `${unstated}`)
})
