// The thread that carries SQLite's log over into the database: it waits for the disk, so that the server does not.
import { DatabaseSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'

/** `passive` disturbs nobody and leaves what is written meanwhile; `truncate` takes all and empties the log. */
export type CheckpointMode = 'passive' | 'truncate'

/** For readers in other processes, a copy being made perhaps: writers stand in line as long. */
const READERS_MS = 100
/** As the server's own statements. */
const WRITERS_MS = 5000

const port = parentPort
if (!port) throw new Error('Checkpoints run only as a thread of the server')
const db = new DatabaseSync(String(workerData))
db.exec('pragma synchronous = normal')

port.on('message', (mode: CheckpointMode) => {
  db.exec(`pragma busy_timeout = ${READERS_MS}`)
  const isBusy = db.prepare(`pragma wal_checkpoint(${mode})`).get()?.['busy'] === 1
  // Whoever writes into an empty log first waits until its header is on disk: that is here, not in the server.
  if (mode === 'truncate' && !isBusy) db.exec(`pragma busy_timeout = ${WRITERS_MS}; pragma user_version = 0`)
  port.postMessage('done')
})
