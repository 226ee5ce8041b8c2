// A media engine without media: segments are words, made when the test says so or as fast as they are taken.
import type { Head, HeadSink, MediaEngine, Rendition } from '../../server/media/media-engine.ts'

export type FakeHead = {
  rendition: Rendition
  from: number
  sink: HeadSink
  isStopped: boolean
  isPaused: boolean
}

export const fakeSegment = (segment: number): string => `<${segment} begin><${segment} end>`

export function createFakeEngine(options: { manual?: boolean; segments?: number } = {}) {
  const heads: FakeHead[] = []
  const count = (rendition: Rendition): number =>
    ('boundaries' in rendition ? rendition.boundaries.frames.length : rendition.startsSeconds.length) - 1

  const run = async (head: FakeHead): Promise<void> => {
    for (let n = head.from; n < count(head.rendition); n++) {
      await new Promise((go) => setImmediate(go))
      while (head.isPaused && !head.isStopped) await new Promise((go) => setImmediate(go))
      if (head.isStopped) return
      head.sink.fragment(n, Buffer.from(`<${n} begin>`))
      head.sink.fragment(n, Buffer.from(`<${n} end>`))
      head.sink.segmentEnd(n)
      if (head.isStopped) return
    }
    head.sink.ended(null)
  }

  const engine: MediaEngine = {
    probe: () => Promise.reject(new Error('not here')),
    describe: () => Promise.reject(new Error('not here')),
    keyframes: async () => null,
    init: async () => Buffer.concat([Buffer.from('....avcC'), Buffer.from([1, 0x64, 0x00, 0x28, 0xff])]),
    startHead(rendition, from, sink): Head {
      const head: FakeHead = { rendition, from, sink, isStopped: false, isPaused: false }
      heads.push(head)
      if (!options.manual) void run(head)
      return {
        pause: () => void (head.isPaused = true),
        resume: () => void (head.isPaused = false),
        stop: async () => void (head.isStopped = true),
      }
    },
    poster: () => Promise.reject(new Error('not here')),
    previews: () => Promise.reject(new Error('not here')),
    subtitles: async () => Buffer.from('WEBVTT\n'),
    attachment: () => Promise.reject(new Error('not here')),
    [Symbol.asyncDispose]: async () => {},
  }
  return { engine, heads, running: () => heads.filter((h) => !h.isStopped) }
}
