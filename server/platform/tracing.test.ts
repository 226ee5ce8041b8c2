// W3C Trace Context: what is taken, what is refused, and who decides about sampling.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { within } from './scope.ts'
import { type FinishedSpan, createTracer, parseTraceParent, traceParentOf } from './tracing.ts'

const PARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'

test('a traceparent is read and written alike; anything else begins anew', () => {
  const read = parseTraceParent(PARENT)
  assert.ok(read)
  assert.equal(traceParentOf(read), PARENT)
  const wrong = [
    undefined,
    '',
    'nonsense',
    PARENT.replace('00-', 'ff-'),
    PARENT.toUpperCase(),
    `00-${'0'.repeat(32)}-b7ad6b7169203331-01`,
    `00-0af7651916cd43dd8448eb211c80319c-${'0'.repeat(16)}-01`,
    `${PARENT}-more`,
  ]
  for (const text of wrong) assert.equal(parseTraceParent(text), null, String(text))
})

test('spans nest by where they run; a share of nothing keeps nothing, unless the caller wants it', async () => {
  const spans: FinishedSpan[] = []
  const exporter = { add: (span: FinishedSpan) => void spans.push(span) }
  const tracer = createTracer(exporter)
  await assert.rejects(
    tracer.span('outer', {}, () =>
      tracer.span('inner', { attributes: { n: 1 } }, async () => {
        throw new Error('no')
      }),
    ),
  )
  const [inner, outer] = spans
  assert.deepEqual([inner?.name, inner?.parentSpanId, inner?.error], ['inner', outer?.spanId, 'no'])
  assert.equal(outer?.parentSpanId, null)

  const rare = createTracer(exporter, 0)
  spans.length = 0
  await rare.span('nobody asked', {}, async () => {})
  await rare.span('asked for', { parent: PARENT }, async () => {})
  assert.deepEqual(
    spans.map(({ name }) => name),
    ['asked for'],
  )
  const off = createTracer(null).start('nothing')
  assert.deepEqual(off.scope, {})
  within(off.scope, () => off.end())
})
