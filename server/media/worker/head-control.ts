// A running head's pause and stop, and where its fragments go.
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
