// The media engine with eyes on it: what each kind of work takes, how fast encodes run, spans, and a log line for each.
import type { Log } from '../platform/log.ts'
import type { Metrics } from '../platform/metrics.ts'
import type { Tracer } from '../platform/tracing.ts'
import type { Head, HeadSink, MediaEngine, Rendition } from './media-engine.ts'

type Deps = { metrics: Metrics; tracer: Tracer; log: Log }

/** Where a segment begins and ends, seconds. */
function secondsOf(rendition: Rendition, segment: number): number {
  if ('startsSeconds' in rendition) {
    const { startsSeconds: starts } = rendition
    return (starts[segment + 1] ?? 0) - (starts[segment] ?? 0)
  }
  const { frames, frameRate } = rendition.boundaries
  return (((frames[segment + 1] ?? 0) - (frames[segment] ?? 0)) * frameRate.den) / frameRate.num
}

export function observeEngine(engine: MediaEngine, { metrics, tracer, log }: Deps): MediaEngine {
  const works = metrics.histogram({
    name: 'mediaserver_media_work_seconds',
    help: 'How long media workers took for one request, by kind and outcome.',
    labels: ['kind', 'outcome'],
    buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60, 600],
  })
  const speeds = metrics.histogram({
    name: 'mediaserver_encode_speed_ratio',
    help: 'Seconds of film made in one second, by kind of rendition; below 1 viewers would have to wait.',
    labels: ['kind'],
    buckets: [0.25, 0.5, 0.75, 1, 1.5, 2, 4, 8, 16, 64],
  })
  const made = metrics.counter({
    name: 'mediaserver_encoded_media_seconds_total',
    help: 'Seconds of film that were encoded or copied, by kind of rendition.',
    labels: ['kind'],
  })

  async function observed<T>(kind: string, work: () => Promise<T>): Promise<T> {
    const startedAtMs = performance.now()
    const over = (outcome: 'done' | 'failed', err?: unknown): void => {
      const seconds = (performance.now() - startedAtMs) / 1000
      works.observe({ kind, outcome }, seconds)
      log.debug(
        { kind, outcome, ms: Math.round(seconds * 1000), ...(err !== undefined && { err }) },
        'media work',
      )
    }
    try {
      const value = await tracer.span(`media ${kind}`, {}, work)
      over('done')
      return value
    } catch (error) {
      over('failed', error)
      throw error
    }
  }

  function startHead(rendition: Rendition, fromSegment: number, sink: HeadSink): Head {
    const { kind } = rendition
    const span = tracer.start(`media head`, {
      attributes: { 'media.kind': kind, 'media.segment': fromSegment },
    })
    let segments = 0
    // Time while it rests says nothing of its speed; the opening of the first segment is part of what viewers wait for.
    let sinceMs: number | null = performance.now()
    const over = (error: Error | null): void => {
      span.end({ attributes: { 'media.segments': segments }, ...(error && { error: error.message }) })
      log.debug({ kind, fromSegment, segments, ...(error && { err: error }) }, 'media head ended')
    }
    log.debug({ kind, fromSegment }, 'media head began')
    const head = engine.startHead(rendition, fromSegment, {
      fragment: sink.fragment,
      segmentEnd(segment) {
        const mediaSeconds = secondsOf(rendition, segment)
        segments++
        made.inc({ kind }, mediaSeconds)
        const nowMs = performance.now()
        if (sinceMs !== null && nowMs > sinceMs)
          speeds.observe({ kind }, mediaSeconds / ((nowMs - sinceMs) / 1000))
        sinceMs = nowMs
        sink.segmentEnd(segment)
      },
      ended(error) {
        over(error)
        sink.ended(error)
      },
    })
    return {
      pause() {
        sinceMs = null
        head.pause()
      },
      resume() {
        // The rest of a segment half made before would look too fast: measured from the next one on.
        head.resume()
      },
      async stop() {
        await head.stop()
        over(null)
      },
    }
  }

  return {
    probe: (...asked) => observed('probe', () => engine.probe(...asked)),
    describe: (...asked) => observed('describe', () => engine.describe(...asked)),
    keyframes: (...asked) => observed('keyframes', () => engine.keyframes(...asked)),
    init: (...asked) => observed('init', () => engine.init(...asked)),
    startHead,
    poster: (...asked) => observed('poster', () => engine.poster(...asked)),
    previews: (...asked) => observed('previews', () => engine.previews(...asked)),
    subtitles: (...asked) => observed('subtitles', () => engine.subtitles(...asked)),
    attachment: (...asked) => observed('attachment', () => engine.attachment(...asked)),
    [Symbol.asyncDispose]: () => engine[Symbol.asyncDispose](),
  }
}
