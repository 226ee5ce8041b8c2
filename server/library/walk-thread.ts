// The thread that walks: posts what it finds in batches, a few ahead of who takes them.
import { once } from 'node:events'
import { parentPort } from 'node:worker_threads'
import { type ToWalker, type WalkMessage, WINDOW } from './walk.ts'
import type { Walked } from './walked.ts'
import { pack } from './walk-pack.ts'
import { walkSync } from './walk-sync.ts'

const BATCH = 500

if (!parentPort) throw new Error('The walk runs only as a thread of the server')
const port = parentPort
let ahead = 0
const post = (message: WalkMessage, moved: ArrayBuffer[] = []) => port.postMessage(message, moved)
const send = (batch: readonly Walked[]) => {
  const packed = pack(batch)
  post({ pack: packed }, [packed.numbers.buffer])
  ahead += 1
}

async function walkAll({ root, subPath }: Exclude<ToWalker, 'more'>): Promise<void> {
  let batch: Walked[] = []
  for (const one of walkSync(root, subPath)) {
    batch.push(one)
    if (batch.length < BATCH) continue
    send(batch)
    batch = []
    while (ahead >= WINDOW) await once(port, 'message')
  }
  send(batch)
  post({ end: true })
}

port.on('message', (message: ToWalker) => {
  if (message === 'more') ahead -= 1
  // A fault ends the thread, which whoever waits for the walk is told.
  else void walkAll(message)
})
