// The engine over real worker processes: answers, refusals, crashes and heads that fail for good.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLogs } from '../platform/log.ts'
import { within } from '../platform/scope.ts'
import { createMediaEngine } from './engine.ts'
import { createRequests } from './requests.ts'
import { createWorkerPool } from './worker-pool.ts'

test('a file that is not there is refused in words', async () => {
  await using engine = createMediaEngine()
  await assert.rejects(engine.probe('/nonexistent/film.mkv'), { name: 'MediaRefused' })
})

test('a worker that crashes twice refuses the file and the pool still closes', async () => {
  const crashing = new URL('./worker/crash.fixture.ts', import.meta.url)
  const lines: { requestId?: string; workerPid?: number; msg?: string }[] = []
  const write = (line: string): void => void lines.push(JSON.parse(line))
  await using pool = createWorkerPool({
    log: createLogs({ level: 'debug', pretty: false, write }).log,
    warm: 1,
    max: 2,
    maxWaiting: 10,
    maxJobs: 10,
    maxRssBytes: 1e9,
    entry: crashing,
  })
  await within({ requestId: 'ask-2' }, () =>
    assert.rejects(createRequests(pool, 1)('probe', { path: '/x' }), /stopped the media worker twice/),
  )
  const deaths = lines.filter(({ msg }) => msg === 'a media worker died at work')
  assert.deepEqual(
    deaths.map(({ requestId }) => requestId),
    ['ask-2', 'ask-2'],
    'the log says for whom it worked',
  )
})

test('where no worker can start, whoever waits for one is told', async () => {
  const options = { warm: 1, max: 2, maxWaiting: 10, maxJobs: 10, maxRssBytes: 1e9 }
  const entry = new URL('./worker/nothing-here.ts', import.meta.url)
  await using pool = createWorkerPool({ ...options, entry })
  await assert.rejects(pool.acquire(), /did not start/)
})

test('a head tells its end exactly once, and stop is idempotent', async () => {
  await using engine = createMediaEngine()
  const { promise, resolve } = Promise.withResolvers<Error | null>()
  let ends = 0
  const head = engine.startHead(
    { kind: 'copied-video', path: '/nonexistent', trackIndex: 0, startSeconds: 0, startsSeconds: [0, 2] },
    0,
    {
      fragment() {},
      segmentEnd() {},
      ended: (error) => {
        ends++
        resolve(error)
      },
    },
  )
  assert.ok((await promise) instanceof Error)
  await Promise.all([head.stop(), head.stop()])
  assert.equal(ends, 1)
})
