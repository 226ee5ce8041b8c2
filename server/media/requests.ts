// Short media requests: one answer each, a deadline, one retry in a fresh worker after a crash.
import { createLimiter } from '../platform/async.ts'
import { MediaRefused } from './media-engine.ts'
import { faultError, WorkerCrashed, type WorkerPool } from './worker-pool.ts'
import type { RequestKind, Requests, ToWorker } from './worker/messages.ts'

/** How long an honest file may take; beyond, the worker hangs and is killed. Waiting in line does not count. */
const DEADLINE_MS: Record<RequestKind, number> = {
  probe: 30_000,
  describe: 30_000,
  keyframes: 30_000,
  init: 20_000,
  poster: 20_000,
  // A picture every ten seconds of a film, from a slow disk.
  previews: 1_800_000,
  // Reads the whole file.
  subtitles: 600_000,
  attachment: 60_000,
}
const SCAN_DEADLINE_MS = 3_600_000

/** These read a whole film: for minutes, from a slow disk. */
const isLong = (kind: RequestKind, input: object): boolean =>
  kind === 'previews' || kind === 'subtitles' || ('scan' in input && input.scan === true)

/** `longAtOnce`: fewer than the pool has workers, so that nobody who presses play waits behind the reading of other films. */
export function createRequests(pool: Pick<WorkerPool, 'acquire'>, longAtOnce: number) {
  let lastId = 0
  const inTurn = createLimiter(longAtOnce)

  const once = <K extends RequestKind>(
    kind: K,
    input: Requests[K]['input'],
    signal?: AbortSignal,
  ): Promise<Requests[K]['output']> =>
    isLong(kind, input)
      ? inTurn(async () => {
          signal?.throwIfAborted()
          return ask(kind, input, signal)
        })
      : ask(kind, input, signal)

  async function ask<K extends RequestKind>(
    kind: K,
    input: Requests[K]['input'],
    signal?: AbortSignal,
  ): Promise<Requests[K]['output']> {
    const lease = await pool.acquire()
    const id = ++lastId
    const { promise, resolve, reject } = Promise.withResolvers<Requests[K]['output']>()
    const deadlineMs = 'scan' in input && input.scan ? SCAN_DEADLINE_MS : DEADLINE_MS[kind]
    const timer = setTimeout(() => {
      lease.release('kill')
      reject(new WorkerCrashed(`Reading the file took longer than ${deadlineMs / 1000} s`))
    }, deadlineMs)
    const abort = () => {
      lease.release('kill')
      reject(signal?.reason)
    }
    lease.onCrash = reject
    lease.onMessage = (message) => {
      if (!('id' in message) || message.id !== id) return
      lease.release()
      // The value's type follows from the request's kind, which this very function sent.
      if (message.kind === 'answer') resolve(message.value as Requests[K]['output'])
      else if (message.kind === 'fault') reject(faultError(message.fault))
    }
    if (signal?.aborted) abort()
    else {
      signal?.addEventListener('abort', abort)
      lease.send({ id, kind, input } as ToWorker)
    }
    try {
      return await promise
    } finally {
      clearTimeout(timer)
      signal?.removeEventListener('abort', abort)
    }
  }

  /** A file that takes a worker down twice is refused, so that it is left alone from then on. */
  return async function request<K extends RequestKind>(
    kind: K,
    input: Requests[K]['input'],
    signal?: AbortSignal,
  ): Promise<Requests[K]['output']> {
    signal?.throwIfAborted()
    try {
      return await once(kind, input, signal)
    } catch (error) {
      if (!(error instanceof WorkerCrashed)) throw error
    }
    try {
      return await once(kind, input, signal)
    } catch (error) {
      if (!(error instanceof WorkerCrashed)) throw error
      throw new MediaRefused(`The file cannot be read: it stopped the media worker twice. ${error.message}`)
    }
  }
}
