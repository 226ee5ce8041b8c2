// Sends spans to an OpenTelemetry collector: OTLP over HTTP as JSON, in batches; what it does not take is dropped and counted.
import type { Log } from './log.ts'
import type { Metrics } from './metrics.ts'
import type { FinishedSpan, SpanKind } from './tracing.ts'

export type OtlpOptions = {
  /** Where traces are taken, such as `http://collector:4318/v1/traces`. */
  url: string
  version: string
  /** Tells the processes of one server apart. */
  instance: string
  log: Log
  metrics: Metrics
}

const BATCH = 500
const MOST_KEPT = 5000
const EVERY_MS = 2000
const TIMEOUT_MS = 5000

// opentelemetry-proto, trace.proto: SpanKind and Status.
const KINDS: Record<SpanKind, number> = { internal: 1, server: 2, consumer: 5 }
const STATUS_ERROR = 2

const valueOf = (value: string | number | boolean) =>
  typeof value === 'string'
    ? { stringValue: value }
    : typeof value === 'boolean'
      ? { boolValue: value }
      : Number.isInteger(value)
        ? { intValue: String(value) }
        : { doubleValue: value }

const attributesOf = (attributes: FinishedSpan['attributes']) =>
  Object.entries(attributes).map(([key, value]) => ({ key, value: valueOf(value) }))

/** Microseconds are what the clock has; as a string, since nanoseconds do not fit a JSON number. */
const nanos = (ms: number): string => `${Math.round(ms * 1000)}000`

const otlpSpan = (span: FinishedSpan) => ({
  traceId: span.traceId,
  spanId: span.spanId,
  ...(span.parentSpanId !== null && { parentSpanId: span.parentSpanId }),
  name: span.name,
  kind: KINDS[span.kind],
  startTimeUnixNano: nanos(span.startMs),
  endTimeUnixNano: nanos(span.endMs),
  attributes: attributesOf(span.attributes),
  status: span.error === null ? {} : { code: STATUS_ERROR, message: span.error },
})

export function createOtlpExporter({ url, version, instance, log, metrics }: OtlpOptions) {
  let kept: FinishedSpan[] = []
  let sending: Promise<void> | null = null
  let isAway = false
  const counted = metrics.counter({
    name: 'mediaserver_trace_spans_total',
    help: 'Spans sent to the collector, and those it could not be given.',
    labels: ['outcome'],
  })
  const resource = {
    attributes: attributesOf({
      'service.name': 'mediaserver',
      'service.version': version,
      'service.instance.id': instance,
    }),
  }

  async function send(spans: readonly FinishedSpan[]): Promise<void> {
    try {
      const scopeSpans = [{ scope: { name: 'mediaserver', version }, spans: spans.map(otlpSpan) }]
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ resourceSpans: [{ resource, scopeSpans }] }),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      })
      await response.arrayBuffer()
      if (!response.ok) throw new Error(`the collector answered ${response.status}`)
      counted.inc({ outcome: 'sent' }, spans.length)
      isAway = false
    } catch (error) {
      counted.inc({ outcome: 'dropped' }, spans.length)
      if (!isAway) log.warn({ err: error }, 'traces cannot be sent')
      isAway = true
    }
  }

  async function flush(): Promise<void> {
    while (kept.length > 0) {
      const batch = kept.slice(0, BATCH)
      kept = kept.slice(BATCH)
      await send(batch)
    }
  }
  const flushOnce = (): Promise<void> => (sending ??= flush().finally(() => (sending = null)))
  const timer = setInterval(() => void flushOnce(), EVERY_MS).unref()

  return {
    add(span: FinishedSpan): void {
      if (kept.length >= MOST_KEPT) {
        counted.inc({ outcome: 'dropped' })
        return
      }
      kept.push(span)
      if (kept.length === BATCH) void flushOnce()
    },
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      await sending
      await flush()
    },
  }
}
