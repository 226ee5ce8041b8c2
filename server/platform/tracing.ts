// Spans: what took how long for whom, across requests, jobs and media work. Without an exporter nothing is counted or kept.
import { randomBytes } from 'node:crypto'
import { type Scope, type TraceContext, currentScope, within } from './scope.ts'

type Attributes = Readonly<Record<string, string | number | boolean>>

/** A span that is over, as an exporter takes it. */
export type FinishedSpan = {
  name: string
  kind: SpanKind
  traceId: string
  spanId: string
  parentSpanId: string | null
  startMs: number
  endMs: number
  attributes: Attributes
  /** Null when it went well. */
  error: string | null
}

/** OpenTelemetry's words: who called from outside, what was taken from a queue, what happens inside. */
export type SpanKind = 'server' | 'consumer' | 'internal'

export type SpanExporter = { add: (span: FinishedSpan) => void }

type SpanOptions = {
  kind?: SpanKind
  /** W3C `traceparent` from elsewhere; without it the span belongs to whatever runs now. */
  parent?: string | undefined
  attributes?: Attributes
}

export type Span = {
  /** To run what belongs to it in. */
  scope: Scope
  /** Idempotent. */
  end: (outcome?: { error?: string; attributes?: Attributes }) => void
}

const TRACE_PARENT = /^00-(?!0{32})([\da-f]{32})-(?!0{16})([\da-f]{16})-([\da-f]{2})$/

/** Null when it is none: then a new trace begins. */
export function parseTraceParent(text: string | undefined): TraceContext | null {
  const [, traceId, spanId, flags] = TRACE_PARENT.exec(text ?? '') ?? []
  if (traceId === undefined || spanId === undefined || flags === undefined) return null
  return { traceId, spanId, isSampled: (Number.parseInt(flags, 16) & 1) === 1 }
}

export const traceParentOf = ({ traceId, spanId, isSampled }: TraceContext): string =>
  `00-${traceId}-${spanId}-${isSampled ? '01' : '00'}`

const hex = (bytes: number): string => randomBytes(bytes).toString('hex')
const nowMs = (): number => performance.timeOrigin + performance.now()
const NOTHING: Span = { scope: {}, end: () => {} }

/** `share` of the traces that begin here is kept; one from elsewhere brings its own decision. */
export function createTracer(exporter: SpanExporter | null, share = 1) {
  function start(name: string, { kind = 'internal', parent, attributes = {} }: SpanOptions = {}): Span {
    if (exporter === null) return NOTHING
    const above = parseTraceParent(parent) ?? currentScope().trace
    const trace: TraceContext = {
      traceId: above?.traceId ?? hex(16),
      spanId: hex(8),
      isSampled: above?.isSampled ?? Math.random() < share,
    }
    const startMs = nowMs()
    let isOver = !trace.isSampled
    return {
      scope: { trace },
      end({ error, attributes: more } = {}) {
        if (isOver) return
        isOver = true
        exporter.add({
          name,
          kind,
          traceId: trace.traceId,
          spanId: trace.spanId,
          parentSpanId: above?.spanId ?? null,
          startMs,
          endMs: nowMs(),
          attributes: { ...attributes, ...more },
          error: error ?? null,
        })
      },
    }
  }

  return {
    start,
    /** A span as long as `run`. */
    async span<T>(name: string, options: SpanOptions, run: () => Promise<T>): Promise<T> {
      const span = start(name, options)
      try {
        const value = await within(span.scope, run)
        span.end()
        return value
      } catch (error) {
        span.end({ error: error instanceof Error ? error.message : 'failed' })
        throw error
      }
    },
  }
}
export type Tracer = ReturnType<typeof createTracer>
