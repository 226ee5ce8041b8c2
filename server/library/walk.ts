// Streams the media files and subtitle files below a folder, ignore rules applied, from a thread of its own.
import { Worker } from 'node:worker_threads'
import { type Pack, unpack } from './walk-pack.ts'
import type { Walked } from './walked.ts'

/** Batches on their way at most: a walk does not run ahead of who takes its files. */
export const WINDOW = 8
/** Changes come in bursts, and to start a thread takes longer than to walk a folder. */
const KEPT_MS = 60_000

/** A walk to begin, or that one more batch was taken. */
export type ToWalker = { root: string; subPath: string } | 'more'
export type WalkMessage = { pack: Pack } | { end: true }
/** In batches. A hanging network folder hangs the thread, never the server. */
export type Walk = (root: string, subPath?: string, signal?: AbortSignal) => AsyncGenerator<Walked[]>

/** A thread that has ended its walk waits a while for the next one; it keeps no process alive. */
export function createWalk(): Walk {
  let kept: Worker | null = null
  let keeping: NodeJS.Timeout | undefined

  function take(): Worker {
    const thread = kept ?? new Worker(new URL('./walk-thread.ts', import.meta.url), { env: {} })
    kept = null
    clearTimeout(keeping)
    thread.ref()
    return thread
  }
  async function giveBack(thread: Worker): Promise<void> {
    thread.removeAllListeners()
    if (kept) return void (await thread.terminate())
    kept = thread
    thread.unref()
    const forget = () => {
      if (kept === thread) kept = null
    }
    thread.on('error', forget).on('exit', forget)
    keeping = setTimeout(() => {
      forget()
      void thread.terminate()
    }, KEPT_MS).unref()
  }

  return async function* walk(root, subPath = '', signal) {
    signal?.throwIfAborted()
    const thread = take()
    const queue: (WalkMessage | Error)[] = []
    let wake = () => {}
    const put = (item: WalkMessage | Error) => {
      queue.push(item)
      wake()
    }
    const stop = () => put(new Error('The walk was stopped.', { cause: signal?.reason }))
    thread.removeAllListeners()
    thread.on('message', put).on('error', put)
    thread.on('exit', (code) => put(new Error(`The walk ended with code ${code}.`)))
    signal?.addEventListener('abort', stop)
    let isWhole = false
    thread.postMessage({ root, subPath } satisfies ToWalker)
    try {
      for (;;) {
        const item = queue.shift()
        if (!item) await new Promise<void>((go) => (wake = go))
        else if (item instanceof Error) throw signal?.aborted ? signal.reason : item
        else if ('end' in item) return void (isWhole = true)
        else {
          thread.postMessage('more' satisfies ToWalker)
          yield unpack(item.pack)
        }
      }
    } finally {
      signal?.removeEventListener('abort', stop)
      if (isWhole) await giveBack(thread)
      else await thread.terminate()
    }
  }
}
