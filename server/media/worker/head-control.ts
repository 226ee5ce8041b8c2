// A running head's pause and stop, and where its fragments go.
export type HeadOutput = {
  fragment(segment: number, bytes: Uint8Array): Promise<void>
  segmentEnd(segment: number): Promise<void>
}

/** Silence and copies are made without waiting for anything: a pause or a stop must be heard all the same. */
const LISTEN_EVERY_MS = 10

export function createHeadControl() {
  let listenedAtMs = performance.now()
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
      if (performance.now() - listenedAtMs > LISTEN_EVERY_MS) {
        await new Promise((go) => setImmediate(go))
        listenedAtMs = performance.now()
      }
      while (gate) await gate.promise
    },
  }
}
export type HeadControl = ReturnType<typeof createHeadControl>
