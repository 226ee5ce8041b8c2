// What the player does otherwise than hls.js would: no segment is left half-way, no encode counts as network, seeks go cheap.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AbrController, FragBufferedData, FragLoadedData } from 'hls.js'
import { createQualityController } from './quality-controller.ts'

/** What hls.js' own controller would have done. */
class Base {
  abandonChecks = 0
  samples = 0
  nextLevel = 3
  get nextAutoLevel(): number {
    return this.nextLevel
  }
  set nextAutoLevel(level: number) {
    this.nextLevel = level
  }
  onFragLoading(): void {
    this.abandonChecks++
  }
  onFragBuffered(): void {
    this.samples++
  }
}

function setUp() {
  let loaded: (name: string, data: FragLoadedData) => void = () => assert.fail('nobody listens')
  const hls = {
    on: (_name: string, listener: typeof loaded) => void (loaded = listener),
    media: { seeking: true, readyState: 1 },
    config: { startLevel: 1 },
    levels: ['avc1', 'avc1', 'avc1', 'hvc1'].map((codecSet) => ({ codecSet })),
    loadLevel: -1,
  }
  const Controller = createQualityController(Base as unknown as typeof AbrController) as unknown as new (
    given: unknown,
  ) => Base
  const controller = new Controller(hls)
  const load = (level: number, tookMs: number, timing: string) => {
    const stats = { loading: { start: 0, first: 100, end: tookMs } }
    const frag = { type: 'main', sn: 1, level, duration: 2, stats }
    const networkDetails = new Response('', { headers: { 'server-timing': timing } })
    loaded('', { frag, networkDetails } as unknown as FragLoadedData)
    const buffered = controller.onFragBuffered as (name: string, data: FragBufferedData) => void
    buffered.call(controller, '', { frag } as unknown as FragBufferedData)
  }
  return { controller, load, hls }
}

test('a segment that is slow to come is never left for another encode', () => {
  const { controller } = setUp()
  controller.onFragLoading()
  assert.equal(controller.abandonChecks, 0)
})

test('how long an encode took says nothing about the network', () => {
  const { controller, load } = setUp()
  load(1, 900, 'enc')
  assert.equal(controller.samples, 0)
  load(1, 900, 'cache')
  assert.equal(controller.samples, 1)
})

test('a seek waits for the cheap rendition; playing on, the better one is wanted again', () => {
  const { controller, hls } = setUp()
  assert.equal(controller.nextAutoLevel, 1)
  Object.assign(globalThis, { HTMLMediaElement: { HAVE_FUTURE_DATA: 3 } })
  hls.media = { seeking: false, readyState: 4 }
  assert.equal(controller.nextAutoLevel, 3)
})
