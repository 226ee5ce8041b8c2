// Figures of playing: waits, first pictures, seeks, stalls, errors, how many play and how.
import type { PlaybackMethod } from '#shared/api/playback.ts'
import type { Metrics } from '../platform/metrics.ts'
import type { newsOf } from './report.ts'

const PLAYER_SECONDS = [0.1, 0.2, 0.3, 0.5, 0.75, 1, 2, 5, 10]

export function createPlaybackMetrics(metrics: Metrics, playing: () => readonly PlaybackMethod[]) {
  const errors = metrics.counter({
    name: 'mediaserver_playback_errors_total',
    help: 'Errors that players reported and segments that could not be served.',
    labels: ['kind'],
  })
  const started = metrics.counter({
    name: 'mediaserver_playbacks_started_total',
    help: 'Playbacks begun, by method.',
    labels: ['method'],
  })
  const firstFrame = metrics.histogram({
    name: 'mediaserver_playback_first_frame_seconds',
    help: 'From the click to the first picture, as players report it.',
    buckets: PLAYER_SECONDS,
  })
  const seeks = metrics.histogram({
    name: 'mediaserver_playback_seek_seconds',
    help: 'From a seek to its picture, as players report it.',
    buckets: PLAYER_SECONDS,
  })
  const stalls = metrics.counter({
    name: 'mediaserver_playback_stalls_total',
    help: 'Times that a player ran out of film, as players report it.',
  })
  const dropped = metrics.counter({
    name: 'mediaserver_playback_dropped_frames_total',
    help: 'Pictures that players had no time to show.',
  })
  const waits = metrics.histogram({
    name: 'mediaserver_segment_wait_seconds',
    help: 'From the request of a segment to its first byte.',
    buckets: [0.005, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 5, 15],
  })
  metrics.gauge(
    { name: 'mediaserver_playback_sessions', help: 'Playbacks that run, by method.', labels: ['method'] },
    (gauge) => {
      for (const method of ['direct', 'remux', 'transcode'] as const) gauge.set({ method }, 0)
      for (const method of playing()) gauge.inc({ method })
    },
  )
  return {
    error: (kind: string): void => errors.inc({ kind }),
    started: (method: PlaybackMethod): void => started.inc({ method }),
    /** As a player's report has it. */
    seen(news: ReturnType<typeof newsOf>['news']): void {
      if (news.firstFrameMs !== null) firstFrame.observe(news.firstFrameMs / 1000)
      for (const ms of news.seeksMs) seeks.observe(ms / 1000)
      if (news.stalls > 0) stalls.inc(news.stalls)
      if (news.droppedFrames > 0) dropped.inc(news.droppedFrames)
    },
    segmentWait: (seconds: number): void => waits.observe(seconds),
  }
}
