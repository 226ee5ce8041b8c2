// Sound that plays over a picture that stands still is noticed; pauses, seeks and hidden pages are not taken for it.
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { watchForFrozenPicture } from './frozen-picture.ts'

function setUp(t: TestContext) {
  const page = { hidden: false }
  Object.assign(globalThis, { document: page })
  t.after(() => Reflect.deleteProperty(globalThis, 'document'))
  const media = Object.assign(new EventTarget(), {
    videoWidth: 640,
    paused: false,
    seeking: false,
    playbackRate: 1,
    currentTime: 0,
    frames: 0,
    getVideoPlaybackQuality: () => ({ totalVideoFrames: media.frames }),
  })
  let frozen = 0
  watchForFrozenPicture(media as unknown as HTMLVideoElement, new AbortController().signal, () => frozen++)
  /** Plays on in steps of a quarter of a second, as browsers tell it. */
  const play = (seconds: number, framesPerStep: number) => {
    for (let n = 0; n < seconds * 4; n++) {
      media.currentTime += 0.25
      media.frames += framesPerStep
      media.dispatchEvent(new Event('timeupdate'))
    }
    return frozen > 0
  }
  return { media, page, play }
}

test('a picture that moves, however seldom, is none', (t) => {
  const { media, play } = setUp(t)
  assert.equal(play(20, 6), false)
  for (let n = 0; n < 20; n++) {
    media.frames += 1
    assert.equal(play(1.5, 0), false)
  }
})

test('sound without pictures is noticed after two seconds', (t) => {
  const { play } = setUp(t)
  assert.equal(play(2, 0), false)
  assert.equal(play(1, 0), true)
})

test('nobody looks, nothing plays, a film without picture: none', (t) => {
  for (const still of [{ paused: true }, { seeking: true }, { videoWidth: 0 }]) {
    const { media, play } = setUp(t)
    Object.assign(media, still)
    assert.equal(play(10, 0), false, JSON.stringify(still))
  }
  const { page, play } = setUp(t)
  page.hidden = true
  assert.equal(play(10, 0), false)
})
