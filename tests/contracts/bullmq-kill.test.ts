// A worker process is killed outright in the middle of a job: another one does the job, once, and the job is told as done.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { openBullmqQueue } from '../../server/platform/jobs/bullmq-queue.ts'
import { silentLog } from '../../server/platform/log.ts'
import { slowJob } from '../support/bullmq-child.ts'
import { lacking, startRedis } from '../support/servers.ts'

const CHILD = fileURLToPath(new URL('../support/bullmq-child.ts', import.meta.url))

test('kill -9 of a worker in mid-job', { skip: lacking('redis'), timeout: 60_000 }, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'bullmq-kill-'))
  t.after(() => rm(folder, { recursive: true }))
  await using redis = await startRedis()
  const logFile = join(folder, 'log')
  writeFileSync(logFile, '')
  const said = (): string[] => readFileSync(logFile, 'utf8').split('\n').filter(Boolean)
  const until = async (line: RegExp): Promise<string> => {
    for (;;) {
      const found = said().find((one) => line.test(one))
      if (found !== undefined) return found
      await sleep(20)
    }
  }
  const start = async (name: string) => {
    const child = spawn(process.execPath, [CHILD, redis.url, logFile, name], { stdio: 'inherit' })
    t.after(() => child.kill('SIGKILL'))
    await until(new RegExp(`^ready ${name}$`))
    return child
  }
  const children = { a: await start('a'), b: await start('b') }
  await using queue = await openBullmqQueue({
    url: redis.url,
    installation: 'test',
    kinds: [slowJob],
    log: silentLog(),
  })
  const { id } = await queue.enqueue(slowJob, { n: 1 }, { key: '1' })
  const [, , victim = ''] = (await until(/^begun 1 /)).split(' ')
  const killedAtMs = performance.now()
  const child = victim === 'a' ? children.a : children.b
  child.kill('SIGKILL')
  await once(child, 'exit')
  const other = victim === 'a' ? 'b' : 'a'
  await until(new RegExp(`^done 1 ${other}$`))
  t.diagnostic(`done elsewhere ${((performance.now() - killedAtMs) / 1000).toFixed(1)} s after the kill`)
  assert.deepEqual(
    said().filter((line) => line.startsWith('begun')),
    [`begun 1 ${victim} 1`, `begun 1 ${other} 2`],
  )
  while ((await queue.get(id))?.state !== 'done') await sleep(20)
  assert.equal((await queue.enqueue(slowJob, { n: 2 }, { key: '1' })).isNew, true)
})
