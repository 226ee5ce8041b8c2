// Which processes encode just now, and how busy each is: they say so twice a second.
import type { Coordination } from '../../platform/coordination/coordination.ts'
import type { Log } from '../../platform/log.ts'
import type { EncodeView } from '../sessions.ts'

const CHANNEL = 'encode-workers'
const SAY_MS = 500
/** A process unheard of so long has died, or is cut off. */
const SILENT_MS = 2_500
const MOST_WORKERS = 1000
/** What an administrator looks at; a signal is no place for more. */
const MOST_ENCODES = 50

export type WorkerReport = {
  url: string
  /** Video encodes that run or wait, for each one that may run. */
  load: number
  /** Somebody waits for what it encodes now. */
  isBusy: boolean
  encodes: EncodeView[]
}

export type WorkersDeps = { coordination: Coordination; nowMs: () => number; log: Log }

export async function createWorkers({ coordination, nowMs, log }: WorkersDeps) {
  const heard = new Map<string, WorkerReport & { atMs: number }>()
  const ears = await coordination.onSignal(CHANNEL, (message) => {
    const report = JSON.parse(message) as WorkerReport | { gone: string }
    if ('gone' in report) heard.delete(report.gone)
    else if (heard.has(report.url) || heard.size < MOST_WORKERS)
      heard.set(report.url, { ...report, atMs: nowMs() })
  })

  /** Against the newest word of any: when none comes through, the messenger is away and not all workers. */
  function alive(): (WorkerReport & { atMs: number })[] {
    const newest = Math.max(0, ...[...heard.values()].map(({ atMs }) => atMs))
    for (const [url, { atMs }] of heard) if (atMs < newest - SILENT_MS) heard.delete(url)
    return [...heard.values()]
  }

  return {
    alive: (): readonly WorkerReport[] => alive(),
    isAlive: (url: string): boolean => alive().some((worker) => worker.url === url),
    /** It does not answer: as good as gone until it is heard again. */
    forget: (url: string): void => void heard.delete(url),
    /** The least busy one but these. A choice counts at once: the next report is half a second away. */
    choose(avoid: ReadonlySet<string>): string | null {
      const [best] = alive()
        .filter(({ url }) => !avoid.has(url))
        .toSorted((a, b) => a.load - b.load || (a.url < b.url ? -1 : 1))
      const chosen = best && heard.get(best.url)
      if (!chosen) return null
      chosen.load += 0.1
      return chosen.url
    },
    /** This process's own reports, until disposed. */
    report(own: () => WorkerReport): AsyncDisposable {
      let isAway = false
      const say = (): void =>
        void coordination
          .signal(CHANNEL, JSON.stringify({ ...own(), encodes: own().encodes.slice(0, MOST_ENCODES) }))
          .then(
            () => (isAway = false),
            (err: unknown) => {
              if (!isAway) log.warn({ err }, 'other processes are not told that this one encodes')
              isAway = true
            },
          )
      say()
      const timer = setInterval(say, SAY_MS)
      return {
        async [Symbol.asyncDispose]() {
          clearInterval(timer)
          await coordination.signal(CHANNEL, JSON.stringify({ gone: own().url })).catch(() => undefined)
        },
      }
    },
    [Symbol.asyncDispose]: () => ears[Symbol.asyncDispose](),
  }
}
export type Workers = Awaited<ReturnType<typeof createWorkers>>
