// One queue to a metadata service for all callers: spaced, paused when told to wait, timed, limited in size.
import { JOB_REASONS } from '#shared/job-reasons.ts'
import { backoffMs, createLimiter } from '../../platform/async.ts'

/** The service cannot be asked now; worth another try after `afterMs`. */
export class MetadataUnavailable extends Error {
  readonly afterMs: number
  constructor(afterMs: number, reason: string, options?: ErrorOptions) {
    super(reason, options)
    this.afterMs = afterMs
  }
}

export type Outcome = { status: number; headers: Headers; body: Uint8Array }

export type OutboundDeps = {
  fetch: typeof fetch
  nowMs: () => number
  sleep: (ms: number, signal?: AbortSignal) => Promise<void>
  /** Least time between the starts of two requests. */
  spacingMs: number
  atOnce: number
  timeoutMs: number
  maxBytes: number
}

/** Waits up to this long stay inside one call; longer ones go back to the job queue. */
const PATIENCE_MS = 15_000
const TRIES = 4
const LONGEST_WAIT_MS = 6 * 3_600_000
/** What waits beyond this is told to come again: the queue is bounded. */
const MAX_WAITING = 2_000

/** RFC 9110 §10.2.3: seconds or a date. */
export function retryAfterMs(value: string | null, nowMs: number): number | null {
  if (value === null) return null
  const ms = /^\s*\d+\s*$/.test(value) ? Number(value) * 1000 : Date.parse(value) - nowMs
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), LONGEST_WAIT_MS) : null
}

async function readAll(response: Response, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength
    if (size > maxBytes) throw new Error(`the answer is larger than ${maxBytes} bytes`)
    chunks.push(chunk)
  }
  const declared = response.headers.get('content-length')
  if (declared !== null && !response.headers.has('content-encoding') && Number(declared) !== size)
    throw new Error('the answer ended early')
  return Buffer.concat(chunks)
}

export function createOutbound({ fetch, nowMs, sleep, ...limits }: OutboundDeps) {
  const turn = createLimiter(limits.atOnce)
  let nextStartMs = 0
  let paused = { fromMs: 0, untilMs: 0 }
  let waiting = 0

  async function once(url: URL, headers: Record<string, string>, signal?: AbortSignal): Promise<Outcome> {
    for (;;) {
      const now = nowMs()
      // A clock that was set back must not make a pause of years.
      const pauseMs = now < paused.fromMs ? 0 : paused.untilMs - now
      const waitMs = Math.max(pauseMs, Math.min(nextStartMs - now, limits.spacingMs))
      if (waitMs <= 0) break
      if (waitMs > PATIENCE_MS) throw new MetadataUnavailable(waitMs, JOB_REASONS['asked-to-wait'])
      await sleep(waitMs, signal)
    }
    nextStartMs = nowMs() + limits.spacingMs
    const timeout = AbortSignal.timeout(limits.timeoutMs)
    // A redirect could lead into the local network: only the configured host is asked.
    const response = await fetch(url, {
      headers,
      redirect: 'manual',
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    })
    return {
      status: response.status,
      headers: response.headers,
      body: await readAll(response, limits.maxBytes),
    }
  }

  /** Answers below 500 other than 429; everything else is tried again, then `MetadataUnavailable`. */
  async function ask(
    url: URL,
    headers: Record<string, string>,
    signal?: AbortSignal,
    check?: (outcome: Outcome) => void,
  ): Promise<Outcome> {
    let reason: unknown
    for (let attempt = 1; attempt <= TRIES; attempt++) {
      signal?.throwIfAborted()
      let waitMs = backoffMs(attempt, 500, PATIENCE_MS)
      try {
        const outcome = await once(url, headers, signal)
        const asked = retryAfterMs(outcome.headers.get('retry-after'), nowMs())
        if (outcome.status === 429 || (outcome.status >= 500 && asked !== null)) {
          const now = nowMs()
          const untilMs = now + (asked ?? Math.max(waitMs, 1000))
          paused = { fromMs: now, untilMs: now < paused.fromMs ? untilMs : Math.max(paused.untilMs, untilMs) }
          reason = new Error(`status ${outcome.status}`)
          continue
        }
        if (outcome.status < 500) {
          check?.(outcome)
          return outcome
        }
        reason = new Error(`status ${outcome.status}`)
      } catch (error) {
        if (signal?.aborted || error instanceof MetadataUnavailable) throw error
        reason = error
        waitMs = backoffMs(attempt, 500, PATIENCE_MS)
      }
      if (attempt < TRIES) await sleep(waitMs, signal)
    }
    throw new MetadataUnavailable(60_000, JOB_REASONS['no-answer'], { cause: reason })
  }

  return async (
    url: URL,
    headers: Record<string, string>,
    options: { signal?: AbortSignal; check?: (outcome: Outcome) => void } = {},
  ): Promise<Outcome> => {
    if (waiting >= MAX_WAITING) throw new MetadataUnavailable(30_000, JOB_REASONS['too-many-waiting'])
    waiting++
    try {
      return await turn(() => ask(url, headers, options.signal, options.check))
    } finally {
      waiting--
    }
  }
}
export type Outbound = ReturnType<typeof createOutbound>
