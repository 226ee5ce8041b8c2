// WebKitGTK drops sound that lies before the first it was given, so that a seek to there would never end.
import type Hls from 'hls.js'
import { readTiming, startTicks, type Timing } from './fragments.ts'

export function keepRewindsHeard(hls: Hls, events: typeof import('hls.js').Events): void {
  hls.on(events.BUFFER_CREATED, (_name, { tracks }) => {
    if (tracks.audio) beginAnewBeforeFirst(tracks.audio.buffer)
  })
}

type Appends = Pick<SourceBuffer, 'appendBuffer' | 'abort' | 'addEventListener'>

/** Has the parser begin anew, as with the first segment, where something is appended before all that came so far. */
export function beginAnewBeforeFirst(buffer: Appends): void {
  const append = buffer.appendBuffer.bind(buffer)
  let init = new Uint8Array()
  let timing: Timing | null = null
  let firstSeconds: number | null = null

  const forget = () => {
    try {
      buffer.abort()
    } catch {
      // After the last segment only another append opens it again. Nobody asked for this one, nor for its end.
      append(new Uint8Array())
      const hide = (event: Event) => event.stopImmediatePropagation()
      buffer.addEventListener('updateend', hide, { once: true, capture: true })
      buffer.abort()
    }
  }

  buffer.appendBuffer = (data) => {
    const bytes = ArrayBuffer.isView(data)
      ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
      : new Uint8Array(data)
    const begins = readTiming(bytes)
    if (begins) {
      timing = begins
      init = bytes.slice()
    }
    const ticks = startTicks(bytes)
    if (!timing || ticks === null) return append(data)
    const seconds = ticks / timing.timescale
    const isBefore = firstSeconds !== null && seconds < firstSeconds
    firstSeconds = Math.min(seconds, firstSeconds ?? seconds)
    if (!isBefore) return append(data)
    forget()
    const both = new Uint8Array(init.length + bytes.length)
    both.set(init)
    both.set(bytes, init.length)
    append(both)
  }
}
