// A process that enqueues and runs jobs until it is killed: `job-child.ts <database> <log> <first> <end>`.
import { appendFileSync } from 'node:fs'
import * as Type from 'typebox'
import { openDatabase } from '../../server/platform/database/database.ts'
import { defineJob, handle } from '../../server/platform/jobs/job.ts'
import { openSqliteQueue } from '../../server/platform/jobs/sqlite-queue.ts'
import { startWorker } from '../../server/platform/jobs/worker.ts'
import { silentLog } from '../../server/platform/log.ts'

const [path = '', logFile = '', first, end] = process.argv.slice(2)
const kind = defineJob('test.count', Type.Object({ n: Type.Number() }), { concurrency: 2, attempts: 20 })
const { db } = await openDatabase({ kind: 'sqlite', path }, Date.now)
const queue = await openSqliteQueue({ db, nowMs: Date.now })
startWorker({
  queue,
  kinds: [kind],
  log: silentLog(),
  handlers: [
    handle(kind, async ({ payload }) => {
      appendFileSync(logFile, `ran ${payload.n}\n`)
      await new Promise((resolve) => setTimeout(resolve, 2))
    }),
  ],
})
for (let n = Number(first); n < Number(end); n++) {
  await queue.enqueue(kind, { n }, { key: `${n}` })
  appendFileSync(logFile, `stored ${n}\n`)
}
