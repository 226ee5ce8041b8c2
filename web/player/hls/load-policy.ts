// How often hls.js asks again: for a while where nobody answers or the server is busy, never where it says that it cannot.
import { SEGMENT_WAIT_MS } from '#shared/api/playback.ts'
import type { LoadPolicy, RetryConfig } from 'hls.js'

const TRIES = 30
const EVERY_MS = 1000
/** The server answers before, be it that the segment is late; the rest is for the way. */
export const FIRST_BYTE_MS = SEGMENT_WAIT_MS + 5000
const WHOLE_MS = 120_000
/** 0: no answer. The others come from a proxy before a server that starts, or from a server that has too much to do. */
const PASSING = new Set([0, 408, 425, 429, 502, 503, 504])

export const isPassing = (status: number): boolean => PASSING.has(status)

const retry: RetryConfig = {
  maxNumRetry: TRIES,
  retryDelayMs: EVERY_MS,
  maxRetryDelayMs: EVERY_MS,
  backoff: 'linear',
  shouldRetry: (_config, retries, isTimeout, response) =>
    retries < (isTimeout ? 2 : TRIES) && (isTimeout || isPassing(response?.code ?? 0)),
}

export const LOAD_POLICY: LoadPolicy = {
  default: {
    maxTimeToFirstByteMs: FIRST_BYTE_MS,
    maxLoadTimeMs: WHOLE_MS,
    timeoutRetry: retry,
    errorRetry: retry,
  },
}
