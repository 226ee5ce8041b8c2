// Every reason for direct play, remux and transcode, and what the browser is asked.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AudioTrack, ClientCapabilities, MediaInfo, VideoTrack } from '#shared/media.ts'
import { VIDEO } from '../../tests/support/film.ts'
import de from '../../web/locales/de.json' with { type: 'json' }
import { type DecideInput, decide, questionsOf } from './decide.ts'

const track = { profile: null, language: null, title: null, isDefault: true, isForced: false }
const timed = { bitrateBps: null, startSeconds: 0, durationSeconds: 60 }
const video: VideoTrack = { ...VIDEO, bitrateBps: null }
const audio: AudioTrack = {
  ...track,
  ...timed,
  index: 1,
  codec: 'aac',
  codecString: 'mp4a.40.2',
  channels: 2,
  channelLayout: 'stereo',
  sampleRateHz: 48_000,
  isCommentary: false,
  isVisualImpaired: false,
}
const info: MediaInfo = {
  formatName: 'matroska,webm',
  container: 'matroska',
  durationSeconds: 60,
  startSeconds: 0,
  bitrateBps: 3_000_000,
  title: null,
  video: [video],
  audio: [audio],
  subtitles: [],
  chapters: [],
  attachments: [],
}
const MKV = 'video/x-matroska; codecs="avc1.64001f,mp4a.40.2"'
const capable: ClientCapabilities = {
  mse: ['video/mp4; codecs="avc1.64001f"', 'audio/mp4; codecs="mp4a.40.2"'],
  direct: [],
  maxWidth: 1920,
  maxHeight: 1080,
}
const ask = (change: Partial<DecideInput> = {}) =>
  decide({
    info,
    capabilities: capable,
    burnSubtitleIndex: null,
    prefer: null,
    longestGapSeconds: 4,
    limitBps: null,
    ...change,
  })
const codes = (change?: Partial<DecideInput>) => {
  const { method, reasons } = ask(change)
  for (const { code, text, values } of reasons) {
    assert.match(text, /^\p{Lu}.+\.$/u)
    const german = new Map(Object.entries(de.player.reasons)).get(code)
    assert.ok(german, code)
    const named = [...german.matchAll(/\{\{(\w+)/g)].map(([, name]) => name)
    assert.deepEqual(named, Object.keys(values ?? {}), code)
  }
  return [method, ...reasons.map((r) => r.code)]
}
const withVideo = (change: Partial<VideoTrack>) => ({ info: { ...info, video: [{ ...video, ...change }] } })
const withAudio = (...changes: Partial<AudioTrack>[]) => ({
  info: { ...info, audio: changes.map((change, n) => ({ ...audio, index: n + 1, ...change })) },
})

test('direct play comes first, then the copy, then the encode; each says why', () => {
  assert.deepEqual(codes({ capabilities: { ...capable, direct: [MKV] } }), ['direct', 'direct'])
  assert.deepEqual(codes(), ['remux', 'container-unsupported'])
  // By the ending that people know it by, not by FFmpeg's word.
  assert.deepEqual(ask().reasons[0]?.values, { container: 'MKV' })
  assert.deepEqual(codes({ prefer: 'hls', capabilities: { ...capable, direct: [MKV] } }), [
    'remux',
    'timeline',
  ])
  assert.deepEqual(codes({ capabilities: { ...capable, mse: [] } }), [
    'transcode',
    'container-unsupported',
    'video-codec-unsupported',
    'audio-converted',
  ])
})

test('whatever stands against the picture as it is leads to an encode of the picture', () => {
  const direct = { capabilities: { ...capable, direct: [MKV] } }
  assert.deepEqual(codes({ ...direct, burnSubtitleIndex: 3 }), ['transcode', 'subtitles-burned'])
  assert.deepEqual(codes({ ...direct, ...withVideo({ hdr: 'hdr10' }) }), ['transcode', 'hdr-unsupported'])
  assert.deepEqual(codes({ ...direct, ...withVideo({ scan: 'interlaced' }) }), ['transcode', 'interlaced'])
  assert.deepEqual(codes({ ...direct, limitBps: 1_000_000 }), ['transcode', 'bitrate-limit'])
  assert.deepEqual(codes({ capabilities: { ...capable, maxBitrateBps: 1_000_000 } }), [
    'transcode',
    'bitrate-limit',
  ])
  assert.deepEqual(codes({ ...direct, limitBps: 9_000_000 }), ['direct', 'direct'])
})

test('a picture that can be shown but not cut well is encoded', () => {
  assert.deepEqual(codes({ longestGapSeconds: null }).slice(2), ['no-index'])
  assert.deepEqual(codes({ longestGapSeconds: 60 }).slice(2), ['sparse-keyframes'])
  assert.deepEqual(codes(withVideo({ rotationDegrees: 90 })).slice(2), ['rotated'])
})

test('HDR goes as it is to a screen that shows it', () => {
  const capabilities = { ...capable, hdr: true }
  assert.deepEqual(codes({ capabilities, ...withVideo({ hdr: 'hdr10' }) }), [
    'remux',
    'container-unsupported',
  ])
})

test('sound is copied only where every track can be, in one codec and no more channels than there are', () => {
  const isCopied = (change: Partial<DecideInput>) => ask(change).offer.copyAudio
  assert.equal(isCopied(withAudio({}, {})), true)
  assert.equal(isCopied(withAudio({}, { codec: 'ac3', codecString: 'ac-3' })), false)
  assert.equal(isCopied(withAudio({ codec: 'dts', codecString: null })), false)
  assert.equal(isCopied(withAudio({ channels: 6 })), false)
  assert.equal(
    isCopied({ ...withAudio({ channels: 6 }), capabilities: { ...capable, maxAudioChannels: 6 } }),
    true,
  )
  assert.deepEqual(codes(withAudio({ codec: 'dts', codecString: null })).slice(2), ['audio-converted'])
})

test('sound alone is copied or converted', () => {
  const alone = { info: { ...info, video: [] } }
  assert.equal(ask(alone).method, 'remux')
  assert.equal(ask({ ...alone, capabilities: { ...capable, mse: [] } }).method, 'transcode')
})

test('the limit goes into the offer, the tighter one', () => {
  const wish = { capabilities: { ...capable, maxBitrateBps: 2_000_000 } }
  assert.equal(ask().offer.maxBitrateBps, null)
  assert.equal(ask(wish).offer.maxBitrateBps, 2_000_000)
  assert.equal(ask({ ...wish, limitBps: 1_500_000 }).offer.maxBitrateBps, 1_500_000)
})

test('the browser is asked about the very tracks', () => {
  assert.deepEqual(questionsOf(info), { mse: capable.mse, direct: [MKV] })
  assert.deepEqual(questionsOf({ ...info, container: 'avi' }).direct, [])
  assert.deepEqual(questionsOf(withAudio({ codecString: null }).info).direct, [])
})
