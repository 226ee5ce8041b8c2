// Runs one head inside the worker: chooses what makes the rendition, and holds its pause and stop.
import type { Rendition } from '../media-engine.ts'

export type HeadOutput = {
  fragment(segment: number, bytes: Uint8Array): Promise<void>
  segmentEnd(segment: number): Promise<void>
}

export function createHeadControl() {
  let gate: PromiseWithResolvers<void> | null = null
  let stopped = false
  return {
    pause() {
      if (!stopped) gate ??= Promise.withResolvers<void>()
    },
    resume() {
      gate?.resolve()
      gate = null
    },
    stop() {
      stopped = true
      gate?.resolve()
      gate = null
    },
    get stopped() {
      return stopped
    },
    /** Waits while paused. */
    async turn(): Promise<void> {
      while (gate) await gate.promise
    },
  }
}
export type HeadControl = ReturnType<typeof createHeadControl>

export async function runRendition(
  _rendition: Rendition,
  _fromSegment: number,
  _control: HeadControl,
  _output: HeadOutput,
): Promise<void> {
  throw new Error('Not there yet')
}

export async function renditionInit(_rendition: Rendition): Promise<Uint8Array> {
  throw new Error('Not there yet')
}
