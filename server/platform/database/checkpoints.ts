// Checkpoints of SQLite beside the server: they wait for the disk for as long as a film has frames to drop.
import { once } from 'node:events'
import { stat } from 'node:fs/promises'
import { Worker } from 'node:worker_threads'
import type { CheckpointMode } from './checkpoint-thread.ts'

/** Twice of what SQLite itself lets its log grow to. */
const LOG_BYTES = 8 * 2 ** 20
const LOOK_EVERY_MS = 500

export type CheckpointDeps = {
  /** Of the database; its log lies beside it. */
  path: string
  /** Runs `work` while nobody writes; whoever wants to waits for its end, without blocking anything. */
  pause: (work: () => Promise<void>) => Promise<void>
  /** Whether SQLite makes checkpoints by itself, in the midst of a commit. */
  setAutomatic: (isAutomatic: boolean) => void
}

/**
 * Most of the log is copied beside readers and writers, then the rest while writers stand in line. The thread is
 * started when the log first grows; should it fail, SQLite does as it does without it.
 */
export function keepCheckpointed({ path, pause, setAutomatic }: CheckpointDeps): AsyncDisposable {
  let thread: Worker | null = null
  let running: Promise<void> | null = null
  setAutomatic(false)

  const start = () => {
    const started = new Worker(new URL('./checkpoint-thread.ts', import.meta.url), {
      workerData: path,
      env: {},
    })
    started.unref()
    return started
  }
  const run = async (mode: CheckpointMode) => {
    thread ??= start()
    // `once` rejects on `error`, with which every end of the thread that nobody asked for begins.
    const done = once(thread, 'message')
    thread.postMessage(mode)
    await done
  }
  const look = async () => {
    const { size } = await stat(`${path}-wal`)
    if (size < LOG_BYTES) return
    await run('passive')
    await pause(() => run('truncate'))
  }
  const giveUp = () => {
    clearInterval(timer)
    setAutomatic(true)
  }
  const timer = setInterval(() => {
    running ??= look()
      .catch(giveUp)
      .finally(() => (running = null))
  }, LOOK_EVERY_MS).unref()

  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      await running
      await thread?.terminate()
    },
  }
}
