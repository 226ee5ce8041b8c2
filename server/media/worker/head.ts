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
  rendition: Rendition,
  fromSegment: number,
  control: HeadControl,
  output: HeadOutput,
): Promise<void> {
  switch (rendition.kind) {
    case 'encoded-video':
      return (await import('./encode-video.ts')).encodeVideo(rendition, fromSegment, control, output)
    case 'encoded-audio':
      return (await import('./encode-audio.ts')).encodeAudio(rendition, fromSegment, control, output)
    case 'copied-video':
    case 'copied-audio':
      return (await import('./copy.ts')).copyTrack(rendition, fromSegment, control, output)
  }
}

export async function renditionInit(rendition: Rendition): Promise<Uint8Array> {
  switch (rendition.kind) {
    case 'encoded-video':
      return (await import('./encode-video.ts')).encodedVideoInit(rendition)
    case 'encoded-audio':
      return (await import('./encode-audio.ts')).encodedAudioInit(rendition)
    case 'copied-video':
    case 'copied-audio':
      return (await import('./copy.ts')).copiedInit(rendition)
  }
}
