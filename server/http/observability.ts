// `/health`: the process lives; `/ready`: what it needs answers; `/metrics`: Prometheus' text, to this machine or with a token.
import { timingSafeEqual } from 'node:crypto'
import type { Metrics } from '../platform/metrics.ts'
import { Problem } from '../platform/problem.ts'
import type { Http } from './endpoint.ts'

export type ObservabilityDeps = {
  metrics: Metrics
  metricsToken: string | null
  /** Name of a part and how to ask whether it answers. */
  checks: Readonly<Record<string, () => Promise<void>>>
}

const CHECK_MS = 2000

const withDeadline = (check: () => Promise<void>): Promise<void> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no answer within ${CHECK_MS} ms`)), CHECK_MS)
    check()
      .then(resolve, reject)
      .finally(() => clearTimeout(timer))
  })

function isToken(given: string | undefined, token: string): boolean {
  const [a, b] = [Buffer.from(given ?? ''), Buffer.from(`Bearer ${token}`)]
  return a.length === b.length && timingSafeEqual(a, b)
}

export function observability(http: Http, { metrics, metricsToken, checks }: ObservabilityDeps): void {
  http.get('/health', async () => ({ status: 'ok' }))

  http.get('/ready', async (_, reply) => {
    const names = Object.keys(checks)
    const results = await Promise.allSettled(Object.values(checks).map(withDeadline))
    const parts = Object.fromEntries(
      results.map((r, n) => [names[n] ?? '', r.status === 'fulfilled' ? 'ok' : 'failing']),
    )
    const ready = results.every((r) => r.status === 'fulfilled')
    return reply.code(ready ? 200 : 503).send({ status: ready ? 'ready' : 'not ready', parts })
  })

  http.get('/metrics', async (request, reply) => {
    const allowed =
      metricsToken === null ? request.isLocal : isToken(request.headers.authorization, metricsToken)
    if (!allowed && !(metricsToken !== null && request.isLocal))
      throw new Problem(
        'not-allowed',
        'Metrics are read from this machine, or with MEDIASERVER_METRICS_TOKEN as bearer token.',
      )
    return reply.type(metrics.contentType).send(await metrics.render())
  })
}
