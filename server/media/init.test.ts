// The init writer, judged by an independent reader.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { initSegment, type InitTrack } from './init.ts'

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex')
const hasProbe = spawnSync('/usr/bin/ffprobe', ['-version']).status === 0
const skip = hasProbe ? false : 'no system ffprobe'

function probe(track: InitTrack): Record<string, unknown> {
  const entries = 'stream=codec_name,width,height,channels,sample_rate,time_base,sample_aspect_ratio'
  const run = spawnSync(
    '/usr/bin/ffprobe',
    ['-v', 'error', '-of', 'json', '-show_entries', entries, '-f', 'mov', '-i', 'pipe:0'],
    { input: initSegment(track), encoding: 'utf8' },
  )
  return JSON.parse(run.stdout).streams[0]
}

const AVC_ANNEX_B = hex('00000001 6764001eacd940a02ff970110000030001000003003c0f162d96 00000001 68ebe3cb22c0')
const AAC_STEREO = hex('1190')
const OPUS_HEAD = hex('4f70757348656164 01 02 3801 80bb0000 0000 00')
const STREAMINFO = hex('1000 1000 000000 000000 0bb802f0 00000000 00000000000000000000000000000000')

test('H.264 from Annex B parameter sets', { skip }, () => {
  const stream = probe({
    codec: 'h264',
    width: 640,
    height: 360,
    displayWidth: 853,
    extradata: AVC_ANNEX_B,
    timescale: 24_000,
  })
  assert.equal(stream.codec_name, 'h264')
  assert.deepEqual([stream.width, stream.height], [640, 360])
  assert.equal(stream.time_base, '1/24000')
  assert.equal(stream.sample_aspect_ratio, '853:640')
})

for (const [codec, extradata] of [
  ['aac', AAC_STEREO],
  ['opus', OPUS_HEAD],
  ['flac', STREAMINFO],
  ['ac3', hex('101000')],
  ['eac3', hex('0c002000')],
  ['mp3', hex('')],
] as const) {
  test(`${codec} is named with channels and rate`, { skip }, () => {
    const stream = probe({ codec, channels: 2, sampleRateHz: 48_000, extradata, timescale: 48_000 })
    assert.equal(stream.codec_name, codec)
    assert.equal(stream.channels, 2)
    assert.equal(stream.sample_rate, '48000')
    assert.equal(stream.time_base, '1/48000')
  })
}

for (const [codec, extradata] of [
  ['hevc', hex('01 01 60000000 900000000000 5d f000 fc fd f8 f8 00000f 00')],
  ['av1', hex('81050c00')],
  ['vp9', hex('01000000 00 1f 80 02 02 02 0000')],
] as const) {
  test(`${codec} is named with its size`, { skip }, () => {
    const stream = probe({ codec, width: 1920, height: 1080, extradata, timescale: 90_000 })
    assert.equal(stream.codec_name, codec)
    assert.deepEqual([stream.width, stream.height], [1920, 1080])
  })
}

test('an H.264 stream without parameter sets is refused, not written', () => {
  assert.throws(
    () => initSegment({ codec: 'h264', width: 2, height: 2, extradata: hex('00000001'), timescale: 1 }),
    /parameter sets/,
  )
})
