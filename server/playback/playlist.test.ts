// Playlists: exact durations, rates that cover the sound, names that differ, nothing that breaks a line.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { masterPlaylist, mediaPlaylist, subtitlePlaylist } from './playlist.ts'
import { peakBps } from './variants.ts'

const video = {
  uri: 'v-720p/index.m3u8',
  codec: 'avc1.64001f',
  width: 1280,
  height: 720,
  frameRate: 24_000 / 1001,
  averageBps: 3_000_000,
  peakBps: 4_500_000,
}
const sound = {
  uri: 'a1-2/index.m3u8',
  codec: 'mp4a.40.2',
  name: 'English',
  language: 'eng',
  isDefault: true,
  channels: 2,
  averageBps: 160_000,
}

test('a variant promises picture and the dearest sound together', () => {
  const text = masterPlaylist([video], [sound, { ...sound, averageBps: 400_000, isDefault: false }], [])
  assert.match(text, /BANDWIDTH=4900000,AVERAGE-BANDWIDTH=3400000,CODECS="avc1\.64001f,mp4a\.40\.2"/)
  assert.match(text, /RESOLUTION=1280x720,FRAME-RATE=23\.976,AUDIO="audio"\nv-720p\/index\.m3u8\n$/)
  assert.match(text, /NAME="English".*DEFAULT=YES/)
  assert.match(text, /NAME="English \(2\)".*DEFAULT=NO/)
})

test('names from a file cannot break out of their line', () => {
  const evil = { ...sound, name: 'x"\n#EXT-X-ENDLIST', language: 'e"n' }
  const lines = masterPlaylist(
    [video],
    [evil],
    [{ uri: 's2/index.m3u8', name: 'y\r"', language: null, isForced: true }],
  ).split('\n')
  assert.ok(!lines.some((line) => line.startsWith('#EXT-X-ENDLIST')))
  assert.equal(lines.filter((line) => line.startsWith('#EXT-X-MEDIA')).length, 2)
  assert.ok(lines.every((line) => (line.match(/"/g)?.length ?? 0) % 2 === 0))
})

test('sound alone is a variant; a picture without sound names no group', () => {
  assert.match(masterPlaylist([], [sound], []), /BANDWIDTH=160000.*\na1-2\/index\.m3u8\n$/)
  assert.doesNotMatch(masterPlaylist([video], [], []), /AUDIO=/)
})

test('a media playlist is whole, ends, and its durations are those of the table', () => {
  const text = mediaPlaylist({ starts: [0, 2.002, 4.1, 10.6] })
  assert.deepEqual(
    [...text.matchAll(/#EXTINF:([\d.]+),\n(\S+)/g)].map(([, seconds, uri]) => `${uri} ${seconds}`),
    ['0.m4s 2.002000', '1.m4s 2.098000', '2.m4s 6.500000'],
  )
  // RFC 8216 §4.3.3.1: rounded to the nearest whole second.
  assert.match(text, /#EXT-X-TARGETDURATION:7\n/)
  assert.match(text, /#EXT-X-PLAYLIST-TYPE:VOD\n[^]*#EXT-X-ENDLIST\n$/)
  assert.match(subtitlePlaylist(90.5), /TARGETDURATION:91\n[^]*EXTINF:90\.500000,\nall\.vtt\n#EXT-X-ENDLIST/)
})

test('the peak holds the sustained maximum and a full buffer in the shortest segment', () => {
  const limits = { maxBps: 1_500_000, bufferBits: 2_000_000 }
  assert.ok(peakBps(limits, { starts: [0, 2, 6, 8] }) >= 1_500_000 + 2_000_000 / 2)
  // A scrap at the end counts for nothing.
  assert.equal(peakBps(limits, { starts: [0, 2, 4, 4.1] }), peakBps(limits, { starts: [0, 2, 4, 6] }))
})
