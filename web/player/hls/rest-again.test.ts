// A place where the player rests is asked for once more, and what moves on is left alone.
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import type Hls from 'hls.js'
import { showRestAgain } from './rest-again.ts'

function createMedia(t: TestContext) {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const sought: number[] = []
  let currentTime = 0
  const media = Object.assign(new EventTarget(), { paused: true, seeking: false })
  Object.defineProperty(media, 'currentTime', {
    get: () => currentTime,
    set: (seconds: number) => {
      currentTime = seconds
      sought.push(seconds)
    },
  })
  let destroy = () => {}
  const hls = { once: (_: string, then: () => void) => void (destroy = then) }
  showRestAgain(
    media as unknown as HTMLVideoElement,
    hls as unknown as Hls,
    {
      DESTROYING: 'destroying',
    } as unknown as typeof import('hls.js').Events,
  )
  const seek = (seconds: number) => {
    Object.assign(media, { currentTime: seconds })
    media.dispatchEvent(new Event('seeked'))
  }
  return { media, sought, seek, destroy: () => destroy(), after: (ms: number) => t.mock.timers.tick(ms) }
}

test('the place of rest is asked for once more, and once only', (t) => {
  const { media, sought, seek, after } = createMedia(t)
  seek(7)
  after(100)
  seek(9)
  after(200)
  media.dispatchEvent(new Event('seeked'))
  after(200)
  assert.deepEqual(sought, [7, 9, 9])
})

test('what plays or has ended is left alone', (t) => {
  const { media, sought, seek, destroy, after } = createMedia(t)
  seek(7)
  media.paused = false
  after(200)
  seek(8)
  after(200)
  media.paused = true
  seek(9)
  destroy()
  after(200)
  assert.deepEqual(sought, [7, 8, 9])
})
