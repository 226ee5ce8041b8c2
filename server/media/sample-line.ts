// Sound on an absolute line of samples (pure): jitter taken out, gaps filled with silence, overlaps cut.

/** Coarser ticks than this are no rounding of sample times any more. */
const MOST_ROUNDING_SECONDS = 0.0015

/**
 * Takes the container's rounding out of frame times: a frame that lies a whole number of frames from the track's
 * start, give or take a tick of the container, lies there exactly. So any starting point gives the same samples.
 */
export function createSteadyClock(originSeconds: number, tickSeconds: number) {
  const rounding = Math.min(MOST_ROUNDING_SECONDS, tickSeconds * 1.5)
  return (seconds: number, frameSeconds: number): number => {
    const steady = originSeconds + Math.round((seconds - originSeconds) / frameSeconds) * frameSeconds
    return Math.abs(steady - seconds) <= rounding ? steady : seconds
  }
}

/** Collects planes that begin anywhere; gives blocks of a fixed size from `start` on without a hole. */
export function createSampleLine(channels: number, blockSamples: number, start: number) {
  let block = new Float32Array(channels * blockSamples)
  /** Where the current block begins, and the first sample that is not decided yet. */
  let blockStart = start
  let next = start

  function* advance(to: number, write: (offset: number, from: number, count: number) => void) {
    while (next < to) {
      const offset = next - blockStart
      const count = Math.min(to - next, blockSamples - offset)
      write(offset, next, count)
      next += count
      if (next < blockStart + blockSamples) return
      const full = { start: blockStart, samples: block }
      block = new Float32Array(channels * blockSamples)
      blockStart = next
      yield full
    }
  }

  return {
    get next() {
      return next
    },
    /** Samples that begin at `at`; what lies before the line's end is cut. */
    *put(at: number, planes: readonly Float32Array[]) {
      yield* this.silence(at)
      yield* advance(at + (planes[0]?.length ?? 0), (offset, from, count) => {
        planes.forEach((plane, channel) => {
          block.set(plane.subarray(from - at, from - at + count), channel * blockSamples + offset)
        })
      })
    },
    /** Silence up to a sample. */
    silence: (to: number) => advance(to, () => {}),
  }
}
