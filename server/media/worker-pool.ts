// Warm media workers: started ahead, one job each, killed when they hang, replaced when they crash or grow old.
import { fork, type ChildProcess } from 'node:child_process'
import { getPriority, setPriority } from 'node:os'
import type { Log } from '../platform/log.ts'
import { forNobody, keepScope } from '../platform/scope.ts'
import { MediaRefused } from './media-engine.ts'
import type { FromWorker, ToWorker, WorkerFault } from './worker/messages.ts'

/** The worker died under its job: worth one more try in a fresh one. */
export class WorkerCrashed extends Error {
  override name = 'WorkerCrashed'
}

export type PoolOptions = {
  /** Workers kept running while idle. */
  warm: number
  /** Workers at most; further jobs wait in line. */
  max: number
  /** Jobs waiting at most; beyond, asking fails at once. */
  maxWaiting: number
  /** A worker is replaced after so many jobs, or when it has grown beyond this: leaks in native code stay bounded. */
  maxJobs: number
  maxRssBytes: number
  log?: Log
  env?: Readonly<Record<string, string>>
  /** The program to fork; tests pass their own. */
  entry?: URL
}

/** One worker in the hands of one job. */
export type Lease = {
  send(message: ToWorker): void
  onMessage: (message: FromWorker) => void
  onCrash: (error: WorkerCrashed) => void
  /** Gives the worker back; `kill` when its state is unknown. Idempotent. */
  release(how?: 'kill'): void
}

type Worker = {
  child: ChildProcess
  /** It has loaded its libraries. */
  isReady: boolean
  lease: Lease | null
  /** Runs in the name of whoever holds the lease. */
  forHolder: <T>(run: () => T) => T
  jobs: number
  rssBytes: number
  stderr: string
}

const STDERR_TAIL = 2000
/** Loading the libraries; beyond, it hangs. */
const START_MS = 30_000
/** Starting a process takes a core for a moment: not in the one in which somebody waits for a first picture. */
const SPARE_AFTER_MS = 5000
const MOST_QUICK_DEATHS = 3
/** A lull between two jobs ends no worker: to start another one takes half a second of a core. */
const IDLE_MS = 10_000
/** Twice below the server's weight. */
const WORKER_NICENESS = 3

export function createWorkerPool(options: PoolOptions) {
  const entry = options.entry ?? new URL('./worker/main.ts', import.meta.url)
  const workers = new Set<Worker>()
  const waiting: {
    give: (lease: Lease) => void
    fail: (error: Error) => void
    forHolder: Worker['forHolder']
  }[] = []
  let closed = false
  let quickDeaths = 0
  let spareTimer: NodeJS.Timeout | undefined
  let trimTimer: NodeJS.Timeout | undefined

  // A worker outlives the request that it was started for: its events are not that request's.
  const start = (): Worker => forNobody(startWorker)

  function startWorker(): Worker {
    const child = fork(entry, [], {
      serialization: 'advanced',
      execArgv: [],
      // Hardly anything of the server's environment: it holds secrets, and a film must not be able to read them.
      env: options.env ?? {},
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    })
    const worker: Worker = {
      child,
      isReady: false,
      lease: null,
      forHolder: (run) => run(),
      jobs: 0,
      rssBytes: 0,
      stderr: '',
    }
    workers.add(worker)
    yieldToServer(child)
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      worker.stderr = (worker.stderr + text).slice(-STDERR_TAIL)
      say(worker, text)
    })
    child.on('message', (message) => receive(worker, message as FromWorker))
    child.on('error', () => child.kill('SIGKILL'))
    const starting = setTimeout(() => worker.isReady || child.kill('SIGKILL'), START_MS)
    child.once('exit', (code, signal) => {
      clearTimeout(starting)
      gone(worker, `${signal ?? `exit code ${code}`} ${worker.stderr.trim()}`)
    })
    return worker
  }

  /** Whoever waits for an answer of the server, or shows what was made before, comes before the next picture. */
  function yieldToServer({ pid }: ChildProcess): void {
    try {
      if (pid !== undefined) setPriority(pid, Math.min(19, getPriority() + WORKER_NICENESS))
    } catch {
      // It ended already, which `exit` tells.
    }
  }

  /** What FFmpeg's libraries say, in the log of whoever they work for. */
  function say(worker: Worker, text: string): void {
    if (!options.log?.isLevelEnabled('debug')) return
    const pid = worker.child.pid
    for (const line of text.split('\n').filter((part) => part.trim() !== ''))
      worker.forHolder(() => options.log?.debug({ workerPid: pid }, line.trim()))
  }

  function receive(worker: Worker, message: FromWorker): void {
    if ('rssBytes' in message) worker.rssBytes = message.rssBytes
    if (message.kind === 'ready') {
      worker.isReady = true
      quickDeaths = 0
      refill()
    } else worker.forHolder(() => worker.lease?.onMessage(message))
  }

  function gone(worker: Worker, why: string): void {
    if (!workers.delete(worker)) return
    // Workers that die before their first job would be restarted for ever: wait for the next job instead.
    if (worker.jobs === 0) quickDeaths++
    const { lease } = worker
    worker.lease = null
    worker.forHolder(() => {
      if (lease)
        options.log?.warn({ workerPid: worker.child.pid, why: why.trim() }, 'a media worker died at work')
      lease?.onCrash(new WorkerCrashed(`A media worker stopped: ${why.trim()}`))
    })
    // Where workers cannot even start, nobody waits for ever.
    if (!worker.isReady)
      waiting.shift()?.fail(new WorkerCrashed(`A media worker did not start: ${why.trim()}`))
    refill()
  }

  const all = (is: (worker: Worker) => boolean): Worker[] => [...workers].filter(is)

  function refill(): void {
    if (closed) return
    for (const worker of all(({ isReady, lease }) => isReady && lease === null)) {
      const next = waiting.shift()
      if (!next) break
      worker.forHolder = next.forHolder
      next.give(lend(worker))
    }
    // Whoever still waits takes the first worker to be free: a new one, or one that is given back before.
    for (let lacking = waiting.length - all(({ isReady }) => !isReady).length; lacking > 0; lacking--)
      if (workers.size < options.max) start()
    if (all(({ lease }) => lease !== null).length === 0) keepSpares()
    else spareTimer ??= setTimeout(keepSpares, SPARE_AFTER_MS).unref()
  }

  /** One spare beyond the busy ones, so that the next viewer finds a warm worker too. */
  function keepSpares(): void {
    clearTimeout(spareTimer)
    spareTimer = undefined
    const busy = all(({ lease }) => lease !== null).length
    const wanted = Math.min(options.max, Math.max(options.warm, busy + 1))
    while (quickDeaths < MOST_QUICK_DEATHS && workers.size < wanted) start()
  }

  function lend(worker: Worker): Lease {
    worker.jobs++
    const lease: Lease = {
      // A message to a worker that just died is answered by `onCrash`.
      send: (message) => void (worker.child.connected && worker.child.send(message, () => {})),
      onMessage: () => {},
      onCrash: () => {},
      release(how) {
        if (worker.lease !== lease) return
        worker.lease = null
        worker.forHolder = (run) => run()
        const old = worker.jobs >= options.maxJobs || worker.rssBytes > options.maxRssBytes
        if (how === 'kill' || old) {
          workers.delete(worker)
          worker.child.kill('SIGKILL')
        }
        trimTimer ??= setTimeout(trim, IDLE_MS).unref()
        refill()
      },
    }
    worker.lease = lease
    return lease
  }

  /** Ends idle workers beyond what is kept warm. */
  function trim(): void {
    trimTimer = undefined
    const idle = all(({ isReady, lease }) => isReady && lease === null)
    for (const worker of idle.slice(Math.max(1, options.warm))) {
      workers.delete(worker)
      worker.child.kill('SIGKILL')
    }
  }

  function acquire(): Promise<Lease> {
    if (closed) return Promise.reject(new Error('The media engine is closed'))
    if (waiting.length >= options.maxWaiting) {
      return Promise.reject(new Error('Too much media work is waiting already'))
    }
    return new Promise((give, fail) => {
      waiting.push({ give, fail, forHolder: keepScope() })
      refill()
    })
  }

  return {
    start: refill,
    acquire,
    async [Symbol.asyncDispose](): Promise<void> {
      closed = true
      clearTimeout(spareTimer)
      clearTimeout(trimTimer)
      for (const { fail } of waiting.splice(0)) fail(new Error('The media engine is closed'))
      const exits = [...workers].map(async ({ child }) => {
        if (child.exitCode !== null || child.signalCode !== null) return
        const exit = new Promise((resolve) => child.once('exit', resolve))
        child.kill('SIGKILL')
        await exit
      })
      await Promise.all(exits)
    },
  }
}
export type WorkerPool = ReturnType<typeof createWorkerPool>

/** The worker's word about a failed job, as the error it stands for. */
export function faultError(fault: WorkerFault): Error {
  return fault.of === 'file' ? new MediaRefused(fault.message) : new Error(fault.message)
}
