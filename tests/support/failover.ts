// How long an installation takes to go on when a process of each kind is killed, as its viewers and members see it.
import { getStatus } from '../../shared/api/admin.ts'
import { listLibraries, scanLibrary } from '../../shared/api/library.ts'
import { startPlayback } from '../../shared/api/playback.ts'
import type { Client } from './app.ts'
import type { Cluster, Member } from './cluster.ts'
import { createHlsViewer } from './hls-viewer.ts'

const RETRY_MS = 50

/** As a player does: again until it works. Seconds from the first try to the end of the first success. */
export async function untilWorks<T>(work: () => Promise<T>): Promise<{ result: T; seconds: number }> {
  const beganAtMs = performance.now()
  for (;;)
    try {
      const result = await work()
      return { result, seconds: (performance.now() - beganAtMs) / 1000 }
    } catch {
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
    }
}

/** Somebody whose browser plays nothing as it is: addresses of a video rendition's segments. */
export async function watch(client: Client, titleId: string) {
  const capabilities = { mse: [], direct: [], maxWidth: 1920, maxHeight: 1080 }
  const { id, hlsUrl } = await client.call(startPlayback, { body: { titleId, capabilities } })
  const hls = createHlsViewer((path) => client.request(path))
  const { segments } = await hls.media((await hls.master(hlsUrl ?? '')).video[0] ?? '')
  return { id, client, segments, bytes: (n: number) => hls.bytes(segments[n]?.uri ?? '') }
}
export type Watcher = Awaited<ReturnType<typeof watch>>

export const metricOf = async ({ url }: Member, name: string): Promise<number> => {
  const text = await (await fetch(`${url}/metrics`)).text()
  return text
    .split('\n')
    .filter((line) => line.startsWith(name) && !line.startsWith('#'))
    .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)
}

/** The worker that encodes most of what is encoded now. */
async function busiest(workers: readonly Member[]): Promise<Member> {
  const loads = await Promise.all(workers.map((worker) => metricOf(worker, 'mediaserver_transcodes_active')))
  const found = workers[loads.indexOf(Math.max(...loads))]
  if (!found) throw new Error('there is no worker')
  return found
}

/** A job is taken by the queue and done by a worker. */
async function scanned(client: Client): Promise<void> {
  const [library] = (await client.call(listLibraries, {})).items
  const id = library?.id ?? ''
  const before = library?.scan?.finishedAtMs ?? 0
  await client.call(scanLibrary, { params: { id }, body: {} })
  for (;;) {
    const now = (await client.call(listLibraries, {})).items[0]?.scan
    if (now?.finishedAtMs && now.finishedAtMs > before) return
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
  }
}

export type Failover = { web: number; worker: number; redis: number }

/**
 * Kills a web process, the worker that encodes, and Redis, one after the other, and starts each again.
 * web: until requests through nginx work, whichever process they reach. worker: until a segment is whole that nobody
 * had made. redis: with a second of absence, until a segment is whole that nobody had made, and, once it is back,
 * until a job has run; the longer of both.
 */
export async function measureFailover(cluster: Cluster, owner: Client, watcher: Watcher): Promise<Failover> {
  let next = 0
  /** Far behind everything encoded so far. */
  const unmade = (): number => (next += Math.floor(watcher.segments.length / 6))
  await watcher.bytes(0)

  const [web] = cluster.webs
  await web?.kill()
  const { seconds: webSeconds } = await untilWorks(async () => {
    // One for each process that nginx may choose.
    for (let n = 0; n < 2 * cluster.webs.length; n++) await owner.call(getStatus, {})
    await watcher.bytes(1)
  })
  await web?.start()

  await watcher.bytes(unmade())
  const worker = await busiest(cluster.workers)
  await worker.kill()
  const place = unmade()
  const { seconds: workerSeconds } = await untilWorks(() => watcher.bytes(place))
  await worker.start()

  await cluster.redis.kill()
  const back = new Promise((resolve) => setTimeout(resolve, 1000)).then(() => cluster.redis.start())
  const other = unmade()
  const { seconds: playing } = await untilWorks(() => watcher.bytes(other))
  await back
  const { seconds: working } = await untilWorks(() => scanned(owner))
  return { web: webSeconds, worker: workerSeconds, redis: Math.max(playing, working) }
}
