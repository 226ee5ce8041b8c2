// How long the event loop was held up, and which statement of SQLite took longest of it.
import { StatementSync } from 'node:sqlite'

export type LoopReport = {
  /** The longest that a timer had to wait. */
  longestMs: number
  /** Of a single statement. */
  statementMs: number
  statement: string
}

const BEAT_MS = 5

/** Watches until it is asked for its report. */
export function watchLoop(): () => LoopReport {
  const report: LoopReport = { longestMs: 0, statementMs: 0, statement: '' }
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
  const beat = setInterval(() => {
    const now = performance.now()
    report.longestMs = Math.max(report.longestMs, now - last - BEAT_MS)
    last = now
  }, BEAT_MS)
  return () => {
    clearInterval(beat)
    StatementSync.prototype.all = all
    StatementSync.prototype.run = run
    return report
  }
}
