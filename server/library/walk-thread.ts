// The thread that walks: posts what it finds in batches, a few ahead of who takes them.
import { once } from 'node:events'
import { parentPort, workerData } from 'node:worker_threads'
import { type WalkMessage, WINDOW } from './walk.ts'
import type { Walked } from './walked.ts'
import { pack } from './walk-pack.ts'
import { walkSync } from './walk-sync.ts'

const BATCH = 500

const port = parentPort
if (!port) throw new Error('The walk runs only as a thread of the server')
const { root, subPath } = workerData as { root: string; subPath: string }
const post = (message: WalkMessage, moved: ArrayBuffer[] = []) => port.postMessage(message, moved)
const send = (batch: readonly Walked[]) => {
  const packed = pack(batch)
  post({ pack: packed }, [packed.numbers.buffer])
}

let ahead = 0
port.on('message', () => (ahead -= 1))
let batch: Walked[] = []
for (const one of walkSync(root, subPath)) {
  batch.push(one)
  if (batch.length < BATCH) continue
  send(batch)
  batch = []
  ahead += 1
  while (ahead >= WINDOW) await once(port, 'message')
}
send(batch)
post({ end: true })
