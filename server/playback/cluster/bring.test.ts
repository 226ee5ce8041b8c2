// Who is asked for a segment: the process that encodes it, else the next; and what is said when nobody makes it.
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { Problem } from '../../platform/problem.ts'
import { LiveSegment } from '../live-segment.ts'
import { bring } from './bring.ts'
import type { Workers } from './workers.ts'

const QUESTION = {
  fileId: 'f',
  assetId: 'a',
  name: 'v-360p',
  key: 'k',
  segment: 0,
  viewerId: 'v',
  isPatient: false,
}

test('where no worker runs, that is what is said', async () => {
  let now = 0
  const nobody: Pick<Workers, 'alive' | 'choose' | 'isAlive'> = {
    alive: () => [],
    choose: () => null,
    isAlive: () => false,
  }
  const deps = {
    workers: nobody as Workers,
    holderOf: async () => null,
    secret: 's',
    nowMs: () => (now += 10_000),
  }
  await assert.rejects(bring(new LiveSegment(), QUESTION, deps, new AbortController().signal), {
    code: 'not-ready',
    message: /No process that converts films runs/,
  })
})

/** A process that says who encodes it: itself, or another one. */
async function startWorker(isHolder: () => boolean) {
  let asked = 0
  const server = createServer((_, response) => {
    asked++
    if (isHolder()) return response.end('whole')
    response.writeHead(409, { 'content-type': 'application/problem+json' })
    response.end(JSON.stringify(new Problem('conflict', 'Another process encodes this.').body('/')))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: () => asked,
    [Symbol.dispose]: () => server.close().closeAllConnections(),
  }
}

test(
  'who encoded it before and does not now is asked once, and then the others',
  { timeout: 10_000 },
  async (t) => {
    using former = await startWorker(() => false)
    using idle = await startWorker(() => idle.asked() > 1)
    using holder = await startWorker(() => holder.asked() > 1)
    const all = [former, idle, holder]
    const workers: Pick<Workers, 'alive' | 'choose' | 'isAlive'> = {
      alive: () => all.map(({ url }) => ({ url, load: 0, isBusy: false, encodes: [] })),
      choose: (avoid) => all.find(({ url }) => !avoid.has(url))?.url ?? null,
      isAlive: () => true,
    }
    const deps = {
      workers: workers as Workers,
      // What is remembered while the leases cannot be read.
      holderOf: async () => former.url,
      secret: 's',
      nowMs: () => 0,
    }
    const bytes = await bring(new LiveSegment(), QUESTION, deps, t.signal)
    assert.equal(Buffer.from(bytes).toString(), 'whole')
    // Nobody had it in the first round; in the second it had come to one of them.
    assert.deepEqual(
      all.map((worker) => worker.asked()),
      [2, 2, 1],
    )
  },
)
