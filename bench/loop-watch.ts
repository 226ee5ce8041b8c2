// How long the event loop was held up, and which statement of SQLite took longest of it.
import { readFileSync } from 'node:fs'
import { StatementSync } from 'node:sqlite'

export type LoopReport = {
  /** The longest that a timer had to wait. */
  longestMs: number
  /** The same without waiting for a core that others had: what our own work took, with its waiting for the disk. */
  ownMs: number
  /** Of a single statement. */
  statementMs: number
  statement: string
}

const BEAT_MS = 5

/** How long this thread was ready to run and did not, so far (Linux; elsewhere 0). */
function waitedForCoreMs(): number {
  try {
    return Number(readFileSync('/proc/thread-self/schedstat', 'utf8').split(' ')[1]) / 1e6
  } catch {
    return 0
  }
}

/** Watches until it is asked for its report. */
export function watchLoop(): () => LoopReport {
  const report: LoopReport = { longestMs: 0, ownMs: 0, statementMs: 0, statement: '' }
  const { all, run } = StatementSync.prototype
  const timed = <Work extends typeof all | typeof run>(work: Work): Work =>
    new Proxy(work, {
      apply(target, statement: StatementSync, values: unknown[]): unknown {
        const started = performance.now()
        try {
          return Reflect.apply(target, statement, values)
        } finally {
          const took = performance.now() - started
          if (took > report.statementMs) {
            report.statementMs = took
            report.statement = statement.sourceSQL.replaceAll(/\s+/g, ' ').slice(0, 160)
          }
        }
      },
    })
  StatementSync.prototype.all = timed(all)
  StatementSync.prototype.run = timed(run)
  let last = performance.now()
  let waited = waitedForCoreMs()
  const beat = setInterval(() => {
    const [now, waitedNow] = [performance.now(), waitedForCoreMs()]
    const heldMs = now - last - BEAT_MS
    report.longestMs = Math.max(report.longestMs, heldMs)
    report.ownMs = Math.max(report.ownMs, heldMs - (waitedNow - waited))
    last = now
    waited = waitedNow
  }, BEAT_MS)
  return () => {
    clearInterval(beat)
    StatementSync.prototype.all = all
    StatementSync.prototype.run = run
    return report
  }
}
