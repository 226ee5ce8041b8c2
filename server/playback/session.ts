// One rendition being encoded for all its viewers: which head makes which segment, how far ahead, until when.
import { MediaRefused, type Head, type MediaEngine, type Rendition } from '../media/media-engine.ts'
import type { Log } from '../platform/log.ts'
import { Problem } from '../platform/problem.ts'
import type { EncoderSlots, Slot } from './encoder-slots.ts'
import { LiveSegment } from './live-segment.ts'
import type { SegmentCache } from './segment-cache.ts'
import { type SegmentTimes, segmentAt } from './segments.ts'

/** An encode stops pulling frames so far ahead of its furthest viewer, and goes on when they come this near. */
const PAUSE_SECONDS = 30
const RESUME_SECONDS = 15
/** A head this near before the wanted segment may come by … */
const NEAR_SECONDS = 4
/** … and is waited for where it gets there sooner than a new one would have its first pictures. */
const HEAD_START_MS = 250
/** A viewer who asks for nothing so long has gone, or has all they need. */
export const GONE_MS = 30_000
const ATTEMPTS = 2
/** From the answer that a segment is coming to the first look at it. */
const EXPECTED_MS = 1000
/** Work for nobody who waits makes way first, whatever its lead. */
const PATIENT_LEAD_SECONDS = 86_400

export type Wanted = { kind: 'whole'; bytes: Uint8Array } | { kind: 'live'; segment: LiveSegment }

export type SessionDeps = {
  /** Content key: the same for everybody who watches this rendition. */
  key: string
  rendition: Rendition
  times: SegmentTimes
  engine: Pick<MediaEngine, 'startHead'>
  cache: SegmentCache
  slots: EncoderSlots
  nowMs: () => number
  log: Log
}

type Run = {
  /** The segment that it makes now. */
  current: number
  /** What it has made of it. */
  made: Uint8Array[]
  head: Head | null
  slot: Slot | null
  isPaused: boolean
  isStopped: boolean
  /** When the segment that is made now was begun; null where a pause lay in between. */
  sinceMs: number | null
  attempt: number
  cancelWait: () => void
}

export class RenditionSession implements AsyncDisposable {
  readonly #deps: SessionDeps
  readonly #viewers = new Map<string, { segment: number; atMs: number; isPatient: boolean }>()
  readonly #runs = new Set<Run>()
  readonly #live = new Map<number, LiveSegment>()
  readonly #stopping = new Set<Promise<void>>()
  /** Seconds of film a second, of the last segment. */
  #speed: number | null = null

  constructor(deps: SessionDeps) {
    this.#deps = deps
  }

  get isIdle(): boolean {
    return this.#runs.size === 0 && this.#viewers.size === 0
  }

  /** Somebody waits for what it encodes now. */
  get isUrgent(): boolean {
    return (
      [...this.#runs].some((run) => !run.isPaused) &&
      [...this.#viewers.values()].some((viewer) => !viewer.isPatient)
    )
  }

  /** Somebody watches this file in this rendition. */
  isWatched(path: string): boolean {
    const { rendition } = this.#deps
    return rendition.path === path && [...this.#viewers.values()].some((viewer) => !viewer.isPatient)
  }

  /** The segment of a moment, for somebody who is about to go there: resolves when it is whole. */
  async makeAt(seconds: number, who: string, signal: AbortSignal): Promise<void> {
    try {
      const wanted = await this.want(segmentAt(this.#deps.times, seconds), who)
      if (wanted.kind === 'live') await wanted.segment.finished(signal)
    } finally {
      this.leave(who)
    }
  }

  status() {
    const runs = [...this.#runs]
    return {
      viewers: this.#viewers.size,
      segment: runs[0]?.current ?? null,
      segments: this.#count,
      speed: runs.length === 0 ? null : this.#speed,
      state:
        runs.length === 0
          ? 'idle'
          : runs.some((r) => r.head && !r.isPaused)
            ? 'encoding'
            : runs.some((r) => r.head)
              ? 'paused'
              : 'waiting',
    }
  }

  /** The segment's bytes, or where they are coming. */
  async want(segment: number, viewerId: string, isPatient = false): Promise<Wanted> {
    this.#viewers.set(viewerId, { segment, atMs: this.#deps.nowMs(), isPatient })
    const live = this.#live.get(segment)
    if (live?.isOpen) {
      this.#steer()
      // Waits for a head that will come by, unless that head has been stopped meanwhile.
      if (this.#comesSoon(segment)) {
        live.expect(this.#deps.nowMs() + EXPECTED_MS)
        return { kind: 'live', segment: live }
      }
    }
    const { cache, key } = this.#deps
    // While the store was asked a head may have made it.
    const bytes = (await cache.read(key, segment)) ?? cache.near(key, segment)
    if (bytes) {
      this.#steer()
      return { kind: 'whole', bytes }
    }
    const wanted = this.#liveAt(segment)
    wanted.expect(this.#deps.nowMs() + EXPECTED_MS)
    if (!this.#comesSoon(segment)) this.#start(segment, 1)
    this.#steer()
    return { kind: 'live', segment: wanted }
  }

  /** Whether an active viewer is so near that this segment must stay. */
  protects(segment: number): boolean {
    const at = this.#startOf(segment)
    return [...this.#viewers.values()].some(
      (v) => Math.abs(this.#startOf(v.segment) - at) <= PAUSE_SECONDS * 2,
    )
  }

  leave(viewerId: string): void {
    if (this.#viewers.delete(viewerId)) this.#steer()
  }

  /** Called now and then: viewers that went silent are forgotten, what nobody needs stops. */
  sweep(): void {
    const goneBefore = this.#deps.nowMs() - GONE_MS
    for (const [id, viewer] of this.#viewers) if (viewer.atMs < goneBefore) this.#viewers.delete(id)
    this.#steer()
  }

  async [Symbol.asyncDispose]() {
    this.#viewers.clear()
    for (const run of this.#runs) this.#stop(run)
    this.#failOrphans()
    await Promise.all(this.#stopping)
  }

  #startOf(segment: number): number {
    return this.#deps.times.starts[segment] ?? 0
  }

  get #count(): number {
    return this.#deps.times.starts.length - 1
  }

  #willMake(run: Run, segment: number): boolean {
    if (run.isStopped || segment < run.current) return false
    for (let n = run.current; n < segment; n++) if (this.#deps.cache.has(this.#deps.key, n)) return false
    return this.#startOf(segment) - this.#startOf(run.current) <= NEAR_SECONDS
  }

  /** Whether a head has it under way, or gets to it before a new one would. */
  #comesSoon(segment: number): boolean {
    return [...this.#runs].some(
      (run) =>
        this.#willMake(run, segment) &&
        (run.current === segment || this.#msUntil(run, segment) <= HEAD_START_MS),
    )
  }

  /** Until the head begins that segment, as fast as it was with the last one. */
  #msUntil(run: Run, segment: number): number {
    const workMs = ((this.#startOf(segment) - this.#startOf(run.current)) * 1000) / (this.#speed ?? 1)
    return workMs - (run.sinceMs === null ? 0 : this.#deps.nowMs() - run.sinceMs)
  }

  /** Another head stands between this one and a segment further on. */
  #isOvertaken(run: Run, segment: number): boolean {
    return [...this.#runs].some((other) => other.current > run.current && other.current <= segment)
  }

  #liveAt(segment: number): LiveSegment {
    const existing = this.#live.get(segment)
    if (existing?.isOpen) return existing
    // Whoever leaves in the middle of it may have been the last to need its head.
    const live = new LiveSegment(() => this.#steer())
    this.#live.set(segment, live)
    return live
  }

  /** Another head makes this one's segment; of any encoder, the pieces of two would not belong together. */
  #isOthers(run: Run): boolean {
    return !this.#isExact && [...this.#runs].some((other) => other !== run && other.current === run.current)
  }

  get #isExact(): boolean {
    const { rendition } = this.#deps
    return rendition.kind !== 'encoded-video' || rendition.encoder === 'exact'
  }

  /** How far the head is ahead of the furthest viewer that it serves; infinite when it serves nobody. */
  #leadOf(run: Run): number {
    const head = this.#startOf(run.current)
    let lead = Number.POSITIVE_INFINITY
    for (const viewer of this.#viewers.values()) {
      const at = this.#startOf(viewer.segment)
      const isServed =
        viewer.segment <= run.current
          ? head - at <= PAUSE_SECONDS * 2
          : at - head <= NEAR_SECONDS && !this.#isOvertaken(run, viewer.segment)
      if (isServed) lead = Math.min(lead, Math.max(0, head - at))
    }
    // A player may have several requests open, not only where it asked last.
    const nowMs = this.#deps.nowMs()
    for (const [segment, live] of this.#live)
      if (live.isWanted(nowMs) && this.#willMake(run, segment) && !this.#isOvertaken(run, segment)) return 0
    return lead
  }

  /** How long its viewers would not miss it. */
  #spareOf(run: Run): number {
    const isPatient = [...this.#viewers.values()].every((viewer) => viewer.isPatient)
    return isPatient ? PATIENT_LEAD_SECONDS : this.#leadOf(run)
  }

  #giveWay(run: Run): void {
    this.#stop(run)
    this.#failOrphans()
  }

  /** Stops heads that serve nobody, pauses those far ahead, wakes those whose viewers come near. */
  #steer(): void {
    for (const run of this.#runs) {
      const lead = this.#leadOf(run)
      if (lead === Number.POSITIVE_INFINITY) this.#stop(run)
      else if (!run.isPaused && lead >= PAUSE_SECONDS) {
        run.isPaused = true
        run.sinceMs = null
        run.head?.pause()
        this.#deps.slots.pump()
      } else if (run.isPaused && lead < RESUME_SECONDS) {
        run.isPaused = false
        run.head?.resume()
      }
    }
    this.#failOrphans()
  }

  #start(from: number, attempt: number): void {
    const run: Run = {
      current: from,
      made: [],
      head: null,
      slot: null,
      isPaused: false,
      isStopped: false,
      sinceMs: null,
      attempt,
      cancelWait: () => undefined,
    }
    this.#runs.add(run)
    try {
      const wish = this.#deps.slots.request(
        { leadSeconds: () => this.#spareOf(run), yieldSlot: () => this.#giveWay(run) },
        (slot) => {
          run.slot = slot
          if (run.isStopped) slot.release()
          else this.#begin(run)
        },
      )
      run.cancelWait = wish.cancel
    } catch (error) {
      this.#runs.delete(run)
      this.#live.delete(from)
      throw error
    }
  }

  #begin(run: Run): void {
    const { engine, rendition, cache, key, nowMs } = this.#deps
    run.sinceMs = nowMs()
    try {
      run.head = engine.startHead(rendition, run.current, {
        fragment: (segment, bytes) => {
          if (run.isStopped) return
          run.made.push(bytes)
          this.#liveAt(segment).take(run.made)
        },
        segmentEnd: (segment) => {
          if (run.isStopped) return
          run.attempt = 1
          const [sinceMs, now] = [run.sinceMs, nowMs()]
          if (sinceMs !== null && now > sinceMs)
            this.#speed = ((this.#startOf(segment + 1) - this.#startOf(segment)) * 1000) / (now - sinceMs)
          run.sinceMs = run.isPaused ? null : now
          const live = this.#liveAt(segment)
          cache.keep(key, segment, live.finish())
          this.#live.delete(segment)
          run.current = segment + 1
          run.made = []
          // Another head that came to make the same segment is a little behind: one of them is enough.
          for (const other of this.#runs) if (other !== run && other.current === segment) this.#stop(other)
          // The rest is there already: whoever wants what lies behind it starts a new head.
          if (run.current >= this.#count || cache.has(key, run.current) || this.#isOthers(run))
            this.#stop(run)
          this.#steer()
        },
        ended: (error) => this.#ended(run, error),
      })
    } catch (error) {
      this.#ended(run, error instanceof Error ? error : new Error(String(error)))
    }
  }

  #ended(run: Run, error: Error | null): void {
    if (run.isStopped) return
    const { current, attempt } = run
    this.#stop(run)
    const broken = this.#live.get(current)
    const reason = error ?? new Error('the file ended before this segment')
    if (error) this.#deps.log.warn({ err: error, segment: current, attempt }, 'an encode failed')
    // Bytes that viewers already have cannot be taken back: their connection is reset and they ask again.
    if (broken?.hasBytes) {
      broken.fail(reason)
      this.#live.delete(current)
    }
    if (error && attempt < ATTEMPTS && !(error instanceof MediaRefused)) {
      if (this.#viewers.size > 0) this.#start(current, attempt + 1)
    } else {
      // What is refused is so at every place; a failure may be of this one only.
      const [code, detail] =
        error instanceof MediaRefused
          ? (['not-playable', error.message] as const)
          : (['encode-failed', 'The file may be damaged at this place.'] as const)
      for (const [segment, live] of this.#live)
        if (segment >= current) {
          live.fail(new Problem(code, detail, { cause: reason }))
          this.#live.delete(segment)
        }
    }
    this.#failOrphans()
  }

  #stop(run: Run): void {
    if (run.isStopped) return
    run.isStopped = true
    run.cancelWait()
    this.#runs.delete(run)
    // The next head would make other bytes of it: whoever has the first ones asks again.
    const broken = this.#live.get(run.current)
    if (!this.#isExact && run.made.length > 0 && broken) {
      broken.fail(new Problem('segment-late', undefined, { retryAfterSeconds: 1 }))
      this.#live.delete(run.current)
    }
    const stopped = (run.head?.stop() ?? Promise.resolve())
      .catch((error: unknown) => this.#deps.log.warn({ err: error }, 'an encode did not stop'))
      .finally(() => {
        run.slot?.release()
        this.#stopping.delete(stopped)
      })
    this.#stopping.add(stopped)
  }

  /** A segment that no head will make any more: whoever waits is told to ask again. */
  #failOrphans(): void {
    for (const [segment, live] of this.#live) {
      if ([...this.#runs].some((run) => segment >= run.current)) continue
      live.fail(new Problem('segment-late', undefined, { retryAfterSeconds: 1 }))
      this.#live.delete(segment)
    }
  }
}
