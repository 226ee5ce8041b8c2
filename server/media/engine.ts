// The media engine: FFmpeg's libraries in warm child processes, behind the `MediaEngine` interface.
import { availableParallelism } from 'node:os'
import { startHead } from './encoder.ts'
import type { Log } from '../platform/log.ts'
import { DRIVER_ENVIRONMENT, NO_HARDWARE, type Hardware } from './hardware.ts'
import type { MediaEngine } from './media-engine.ts'
import { describe } from './describe.ts'
import { createRequests } from './requests.ts'
import { createWorkerPool } from './worker-pool.ts'

export type MediaEngineOptions = {
  /** Heads running at once at most (each is one process); further ones wait. */
  maxHeads?: number
  /** Short requests (probe, poster, …) running at once. */
  readers?: number
  /** Encoders stand ready before anybody plays; otherwise the first to play waits for theirs. */
  isWarm?: boolean
  hardware?: Hardware
  log?: Log
  /** The media worker's program; tests pass one that fails. */
  entry?: URL
}

const MIB = 1024 * 1024

export function createMediaEngine(options: MediaEngineOptions = {}): MediaEngine {
  const cores = availableParallelism()
  const { isWarm = true } = options
  const shared = {
    env: DRIVER_ENVIRONMENT,
    ...(options.log && { log: options.log }),
    ...(options.entry && { entry: options.entry }),
  }
  // Two pools, so that describing a file never waits behind an encode.
  const mostReaders = options.readers ?? Math.max(2, Math.min(8, cores))
  const readers = createWorkerPool({
    ...shared,
    warm: 1,
    max: mostReaders,
    maxWaiting: 10_000,
    maxJobs: 2000,
    maxRssBytes: 512 * MIB,
  })
  const encoders = createWorkerPool({
    ...shared,
    // Playing starts a video and an audio head; a seek may come before one of them has stopped.
    warm: isWarm ? 3 : 0,
    max: options.maxHeads ?? Math.max(6, cores * 3),
    maxWaiting: 100,
    maxJobs: 50,
    maxRssBytes: 700 * MIB,
  })
  const request = createRequests(readers, Math.max(1, mostReaders - 1))
  readers.start()
  // A process that encodes nothing keeps none warm.
  if (options.maxHeads !== 0 && isWarm) encoders.start()

  return {
    probe: (path, signal) => request('probe', { path }, signal),
    describe: (paths, signal) => describe(request, paths, signal),
    keyframes: (path, info, trackIndex, { scan = false, signal } = {}) =>
      request('keyframes', { path, info, trackIndex, scan }, signal),
    init: (rendition) => request('init', { rendition }),
    startHead: (rendition, fromSegment, sink) =>
      startHead(encoders, rendition, fromSegment, sink, options.hardware ?? NO_HARDWARE),
    poster: (path, trackIndex, atSeconds, { width, height }) =>
      request('poster', { path, trackIndex, atSeconds, width, height }),
    previews: (path, trackIndex, durationSeconds, startSeconds, signal) =>
      request('previews', { path, trackIndex, durationSeconds, startSeconds }, signal),
    subtitles: (path, trackIndex, format, startSeconds) =>
      request('subtitles', { path, trackIndex, format, startSeconds }),
    attachment: (path, index) => request('attachment', { path, index }),
    async [Symbol.asyncDispose]() {
      await Promise.all([readers[Symbol.asyncDispose](), encoders[Symbol.asyncDispose]()])
    },
  }
}
