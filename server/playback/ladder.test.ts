// The ladder: sizes, shapes and limits.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { VideoTrack } from '#shared/media.ts'
import { ladderOf } from './ladder.ts'

const video = (width: number, height: number, more: Partial<VideoTrack> = {}) =>
  ({
    width,
    height,
    sampleAspect: { num: 1, den: 1 },
    rotationDegrees: 0,
    frameRate: { num: 24, den: 1 },
    bitrateBps: 8e6,
    ...more,
  }) as VideoTrack

const sizes = (track: VideoTrack, maxHeight = 2160) =>
  ladderOf(track, { copyVideo: false, maxHeight, fileBitrateBps: null }).map(
    (r) => `${r.name} ${r.width}x${r.height}`,
  )

test('renditions never rise above the source, keep its shape and have even sides', () => {
  const cases: [VideoTrack, string[]][] = [
    [video(3840, 2160), ['1080p 1920x1080', '720p 1280x720', '480p 854x480', '360p 640x360']],
    [video(1920, 804), ['1080p 1920x804', '720p 1280x536', '480p 854x358', '360p 640x268']],
    [video(1281, 721), ['1080p 1282x722', '720p 1280x720', '480p 852x480', '360p 640x360']],
    [video(640, 272), ['360p 640x272']],
    [video(160, 120), ['360p 160x120']],
    [
      video(720, 576, { sampleAspect: { num: 64, den: 45 } }),
      ['720p 1024x576', '480p 854x480', '360p 640x360'],
    ],
    [
      video(1920, 1080, { rotationDegrees: 90 }),
      ['1080p 1080x1920', '720p 720x1280', '480p 480x854', '360p 360x640'],
    ],
  ]
  for (const [track, expected] of cases) assert.deepEqual(sizes(track), expected)
})

test('nothing larger than the screen is offered, but something always is', () => {
  assert.deepEqual(sizes(video(3840, 2160), 720), ['720p 1280x720', '480p 854x480', '360p 640x360'])
  assert.deepEqual(sizes(video(3840, 2160), 100), ['360p 640x360'])
})

test('the original is the first rung where it can be copied', () => {
  const [first] = ladderOf(video(1920, 1080), { copyVideo: true, maxHeight: 720, fileBitrateBps: null })
  assert.deepEqual(first, { name: 'original', width: 1920, height: 1080, bitrateBps: 8e6, isOriginal: true })
})
