// Finds or starts the session of a rendition; limits; sweep.
import type { MediaEngine, Rendition } from '../media/media-engine.ts'
import type { Log } from '../platform/log.ts'
import type { Metrics } from '../platform/metrics.ts'
import { createEncoderSlots } from './encoder-slots.ts'
import type { SegmentCache } from './segment-cache.ts'
import type { SegmentTimes } from './segments.ts'
import { RenditionSession, type Wanted } from './session.ts'

const SWEEP_MS = 5_000
/** Sound and copies cost little beside a video encode. */
const LIGHT_PER_ENCODE = 4

/** Heads of all kinds that may run at once: what the media engine has to have room for. */
export const mostHeads = (maxEncodes: number): number => maxEncodes * (1 + LIGHT_PER_ENCODE)

export type SessionsDeps = {
  engine: MediaEngine
  /** An administrator changes it while films run. */
  maxEncodes: () => number
  nowMs: () => number
  log: Log
  metrics: Metrics
}

export type RenditionRequest = {
  key: string
  /** Where another process finds the same rendition. */
  of: { fileId: string; assetId: string }
  rendition: Rendition
  times: SegmentTimes
  /** Its name for the administrator: video begins with `v`, audio with `a`. */
  label: string
}

export type EncodeView = {
  fileId: string
  rendition: string
  viewers: number
  /** From 0. */
  segment: number | null
  segments: number
  /** Seconds of film a second; null until a segment was made. */
  speed: number | null
  state: string
}

/** What playing asks of encodes, wherever they run. */
export type Sessions = {
  want(
    request: RenditionRequest,
    segment: number,
    viewerId: string,
    cache: SegmentCache,
    isPatient?: boolean,
  ): Promise<Wanted>
  /** What people watch of a file just now, made at another moment too. */
  makeAt(path: string, seconds: number, who: string, signal: AbortSignal): Promise<void>
  isProtected: (key: string, segment: number) => boolean
  leave(viewerId: string): void
  sweep: () => void
  /** An encode of video runs for somebody who watches. */
  isBusy: () => boolean
  encodes: () => EncodeView[]
}

export function createSessions({ engine, maxEncodes, nowMs, log, metrics }: SessionsDeps) {
  const sessions = new Map<string, { session: RenditionSession; label: string; fileId: string }>()
  const heavy = createEncoderSlots(maxEncodes)
  const light = createEncoderSlots(() => maxEncodes() * LIGHT_PER_ENCODE)

  metrics.gauge(
    { name: 'mediaserver_transcode_queue_depth', help: 'Encodes that wait for a free encoder.' },
    (gauge) => gauge.set(heavy.waiting() + light.waiting()),
  )
  metrics.gauge({ name: 'mediaserver_transcodes_active', help: 'Encodes that hold an encoder.' }, (gauge) =>
    gauge.set(heavy.active() + light.active()),
  )

  const begun = metrics.counter({
    name: 'mediaserver_encodes_total',
    help: 'Encodes and copies begun, by kind.',
    labels: ['kind'],
  })
  const counted: Pick<MediaEngine, 'startHead'> = {
    startHead(rendition, fromSegment, sink) {
      begun.inc({ kind: rendition.kind })
      return engine.startHead(rendition, fromSegment, sink)
    },
  }

  const sweep = (): void => {
    for (const [key, { session }] of sessions) {
      session.sweep()
      if (session.isIdle) sessions.delete(key)
    }
    heavy.pump()
    light.pump()
  }
  const timer = setInterval(sweep, SWEEP_MS)
  timer.unref()

  return {
    want(
      { key, of, rendition, times, label }: RenditionRequest,
      segment: number,
      viewerId: string,
      cache: SegmentCache,
      isPatient = false,
    ): Promise<Wanted> {
      let found = sessions.get(key)
      if (!found) {
        const slots = rendition.kind === 'encoded-video' ? heavy : light
        const session = new RenditionSession({
          key,
          rendition,
          times,
          engine: counted,
          cache,
          slots,
          nowMs,
          log,
        })
        found = { session, label, fileId: of.fileId }
        sessions.set(key, found)
      }
      // A player shows one picture and plays one sound: a change of quality or language frees the former encode.
      for (const other of sessions.values())
        if (other !== found && other.label[0] === label[0]) other.session.leave(viewerId)
      return found.session.want(segment, viewerId, isPatient)
    },
    async makeAt(path: string, seconds: number, who: string, signal: AbortSignal): Promise<void> {
      const watched = [...sessions.values()].filter(({ session }) => session.isWatched(path))
      await Promise.all(watched.map(({ session }) => session.makeAt(seconds, who, signal)))
    },
    isProtected: (key: string, segment: number): boolean =>
      sessions.get(key)?.session.protects(segment) ?? false,
    /** Everything, or one rendition. */
    leave(viewerId: string, key: string | null = null): void {
      for (const [its, { session }] of sessions) if (key === null || its === key) session.leave(viewerId)
    },
    sweep,
    isInUse: (key: string): boolean => sessions.has(key),
    /** Somebody else encodes it: whoever waits here is told to ask again. */
    drop(key: string): void {
      const found = sessions.get(key)
      sessions.delete(key)
      found?.session[Symbol.asyncDispose]().catch((err: unknown) =>
        log.warn({ err }, 'an encode did not stop'),
      )
    },
    /** Video encodes that run or wait, for each one that may run. */
    load: () => (heavy.active() + heavy.waiting()) / maxEncodes(),
    isBusy: () => [...sessions.values()].some(({ session, label }) => label[0] === 'v' && session.isUrgent),
    encodes: () =>
      [...sessions.values()].map(({ session, label, fileId }): EncodeView => ({
        fileId,
        rendition: label,
        ...session.status(),
      })),
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      await Promise.all([...sessions.values()].map(({ session }) => session[Symbol.asyncDispose]()))
      sessions.clear()
    },
  }
}
export type LocalSessions = ReturnType<typeof createSessions>
