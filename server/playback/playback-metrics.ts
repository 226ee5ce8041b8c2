// Figures of playing: waits, first pictures, errors, how many play.
import type { Metrics } from '../platform/metrics.ts'

export function createPlaybackMetrics(metrics: Metrics, count: () => number) {
  const errors = metrics.counter({
    name: 'mediaserver_playback_errors_total',
    help: 'Errors that players reported and segments that could not be served.',
    labels: ['kind'],
  })
  const firstFrame = metrics.histogram({
    name: 'mediaserver_playback_first_frame_seconds',
    help: 'From the click to the first picture, as players report it.',
    buckets: [0.1, 0.2, 0.3, 0.5, 0.75, 1, 2, 5, 10],
  })
  const waits = metrics.histogram({
    name: 'mediaserver_segment_wait_seconds',
    help: 'From the request of a segment to its first byte.',
    buckets: [0.005, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 5, 15],
  })
  metrics.gauge({ name: 'mediaserver_playback_sessions', help: 'Playbacks that run.' }, (gauge) =>
    gauge.set(count()),
  )
  return {
    error: (kind: string): void => errors.inc({ kind }),
    firstFrame: (seconds: number): void => firstFrame.observe(seconds),
    segmentWait: (seconds: number): void => waits.observe(seconds),
  }
}
