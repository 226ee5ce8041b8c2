// A process that runs jobs from Redis until it is killed: `bullmq-child.ts <redis> <log> <name>`. The first run of a job never ends.
import { appendFileSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import * as Type from 'typebox'
import { openBullmqQueue } from '../../server/platform/jobs/bullmq-queue.ts'
import { defineJob, handle } from '../../server/platform/jobs/job.ts'
import { startWorker } from '../../server/platform/jobs/worker.ts'
import { silentLog } from '../../server/platform/log.ts'

export const slowJob = defineJob('test.slow', Type.Object({ n: Type.Number() }), { attempts: 5 })

if (import.meta.main) {
  const [url = '', logFile = '', name = ''] = process.argv.slice(2)
  const queue = await openBullmqQueue({ url, installation: 'test', kinds: [slowJob], log: silentLog() })
  startWorker({
    queue,
    kinds: [slowJob],
    log: silentLog(),
    handlers: [
      handle(slowJob, async ({ payload, attempt }) => {
        const isFirst = !readFileSync(logFile, 'utf8').includes(`begun ${payload.n} `)
        appendFileSync(logFile, `begun ${payload.n} ${name} ${attempt}\n`)
        if (isFirst) await sleep(600_000)
        appendFileSync(logFile, `done ${payload.n} ${name}\n`)
      }),
    ],
  })
  appendFileSync(logFile, `ready ${name}\n`)
}
