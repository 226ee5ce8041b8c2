// Counters, gauges, histograms in Prometheus' text format; each part asks for its own once, in its factory.
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client'

type Labels<L extends string> = { name: string; help: string; labels?: readonly L[] }

export function createMetrics() {
  const registry = new Registry()
  return {
    counter: <L extends string = never>(m: Labels<L>) =>
      new Counter<L>({ name: m.name, help: m.help, labelNames: m.labels ?? [], registers: [registry] }),
    /** `collect` is called at each scrape to set the value. */
    gauge: <L extends string = never>(m: Labels<L>, collect?: (gauge: Gauge<L>) => void | Promise<void>) =>
      new Gauge<L>({
        name: m.name,
        help: m.help,
        labelNames: m.labels ?? [],
        registers: [registry],
        ...(collect && {
          collect(this: Gauge<L>) {
            return collect(this)
          },
        }),
      }),
    histogram: <L extends string = never>(m: Labels<L> & { buckets: readonly number[] }) =>
      new Histogram<L>({
        name: m.name,
        help: m.help,
        labelNames: m.labels ?? [],
        buckets: [...m.buckets],
        registers: [registry],
      }),
    /** Event-loop delay, memory, garbage collection of this process. */
    observeProcess: () => {
      collectDefaultMetrics({ register: registry, prefix: 'mediaserver_' })
      // Gauges called `_total`, which Prometheus keeps for counters; each is the sum of one that stays.
      for (const what of ['handles', 'requests', 'resources'])
        registry.removeSingleMetric(`mediaserver_nodejs_active_${what}_total`)
    },
    render: () => registry.metrics(),
    contentType: registry.contentType,
  }
}
export type Metrics = ReturnType<typeof createMetrics>
