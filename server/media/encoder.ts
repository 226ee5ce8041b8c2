// One head: a worker that encodes or copies a rendition from a segment on, with pause, resume, stop, one retry, and software where hardware fails.
import type { HardwareEncoder } from './hardware-plan.ts'
import type { Hardware } from './hardware.ts'
import type { Head, HeadSink, Rendition } from './media-engine.ts'
import { faultError, WorkerCrashed, type Lease, type WorkerPool } from './worker-pool.ts'
import type { HeadStart } from './worker/messages.ts'

/** A running head that says nothing for so long hangs. Long enough for a pre-roll of minutes of video. */
const SILENCE_MS = 60_000

let lastId = 0

export function startHead(
  pool: WorkerPool,
  rendition: Rendition,
  fromSegment: number,
  sink: HeadSink,
  hardware: Pick<Hardware, 'choose' | 'failed'>,
): Head {
  const isAnyEncoders = rendition.kind === 'encoded-video' && rendition.encoder === 'any'
  const id = ++lastId
  const done = Promise.withResolvers<void>()
  let lease: Lease | null = null
  let silence: NodeJS.Timeout | undefined
  let paused = false
  let stopped = false
  let over = false
  let crashes = 0
  let segment = fromSegment
  let encoder: HardwareEncoder | null = null
  /** Hardware is not asked for the segment that it failed at. */
  let hardwareFrom = fromSegment
  // What the viewer already has of the segment: a retry makes the same bytes again, which are skipped; bytes of any
  // encoder would differ, so there a retry goes on behind them.
  let fragmentsSent = 0
  let fragmentsToSkip = 0

  function watch(): void {
    clearTimeout(silence)
    if (paused || over) return
    silence = setTimeout(() => {
      lease?.release('kill')
      crashed(new WorkerCrashed(`No part of segment ${segment} came for ${SILENCE_MS / 1000} s`))
    }, SILENCE_MS)
  }

  function finish(error: Error | null): void {
    if (over) return
    over = true
    clearTimeout(silence)
    lease = null
    if (!stopped) sink.ended(error)
    done.resolve()
  }

  function crashed(error: WorkerCrashed): void {
    clearTimeout(silence)
    lease = null
    if (over) return
    if (encoder !== null && segment >= hardwareFrom) hardwareFailed(encoder, error)
    else crashes++
    if (stopped || crashes > 1) return finish(error)
    fragmentsToSkip = isAnyEncoders ? 0 : fragmentsSent
    run().catch(finish)
  }

  /** Whatever takes a worker down that uses hardware is held against the hardware: mostly it is. */
  function hardwareFailed(failing: HardwareEncoder, { message }: Error): void {
    hardware.failed(failing, message)
    hardwareFrom = segment + 1
  }

  async function run(): Promise<void> {
    const taken = await pool.acquire()
    if (stopped) {
      taken.release()
      return finish(null)
    }
    lease = taken
    taken.onCrash = crashed
    taken.onMessage = (message) => {
      if (!('id' in message) || message.id !== id) return
      watch()
      if (message.kind === 'fragment') {
        if (fragmentsToSkip > 0) {
          fragmentsToSkip--
          return
        }
        fragmentsSent++
        if (!stopped) sink.fragment(message.segment, message.bytes)
      } else if (message.kind === 'segmentEnd') {
        segment = message.segment + 1
        fragmentsSent = 0
        crashes = 0
        if (!stopped) sink.segmentEnd(message.segment)
      } else if (message.kind === 'fault' && message.fault.of === 'hardware') {
        // Its driver may be in any state.
        taken.release('kill')
        crashed(new WorkerCrashed(message.fault.message))
      } else {
        taken.release()
        finish(message.kind === 'fault' ? faultError(message.fault) : null)
      }
    }
    encoder = isAnyEncoders ? hardware.choose(rendition) : null
    const from: HeadStart = {
      segment,
      fragments: isAnyEncoders ? fragmentsSent : 0,
      hardware: encoder && { encoder, fromSegment: hardwareFrom },
    }
    taken.send({ id, kind: 'head', rendition, from })
    if (paused) taken.send({ id, kind: 'pause' })
    watch()
  }

  run().catch(finish)

  return {
    pause() {
      paused = true
      lease?.send({ id, kind: 'pause' })
      watch()
    },
    resume() {
      paused = false
      lease?.send({ id, kind: 'resume' })
      watch()
    },
    stop() {
      if (!stopped) {
        stopped = true
        paused = false
        lease?.send({ id, kind: 'stop' })
        if (lease) watch()
      }
      return done.promise
    },
  }
}
