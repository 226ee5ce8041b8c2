// Streams the media files and subtitle files below a folder, ignore rules applied, from a thread of its own.
import { Worker } from 'node:worker_threads'
import { type Pack, unpack } from './walk-pack.ts'
import type { Walked } from './walked.ts'

/** Batches on their way at most: a walk does not run ahead of who takes its files. */
export const WINDOW = 8

export type WalkMessage = { pack: Pack } | { end: true }

/** In batches. A hanging network folder hangs the thread, never the server. */
export async function* walk(root: string, subPath = '', signal?: AbortSignal): AsyncGenerator<Walked[]> {
  signal?.throwIfAborted()
  const thread = new Worker(new URL('./walk-thread.ts', import.meta.url), {
    workerData: { root, subPath },
    env: {},
  })
  const queue: (WalkMessage | Error)[] = []
  let wake = () => {}
  const put = (item: WalkMessage | Error) => {
    queue.push(item)
    wake()
  }
  const stop = () => put(new Error('The walk was stopped.', { cause: signal?.reason }))
  thread.on('message', put).on('error', put)
  thread.on('exit', (code) => put(new Error(`The walk ended with code ${code}.`)))
  signal?.addEventListener('abort', stop)
  try {
    for (;;) {
      const item = queue.shift()
      if (!item) await new Promise<void>((go) => (wake = go))
      else if (item instanceof Error) throw signal?.aborted ? signal.reason : item
      else if ('end' in item) return
      else {
        thread.postMessage('more')
        yield unpack(item.pack)
      }
    }
  } finally {
    signal?.removeEventListener('abort', stop)
    await thread.terminate()
  }
}
