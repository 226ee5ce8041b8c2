// A bad path for one member: bytes arrive in order, late by a jittered delay, and now and then after a retransmission.
import { type AddressInfo, type Socket, connect, createServer } from 'node:net'
import { setTimeout as after } from 'node:timers/promises'
import { randomOf } from '../../tests/support/seeded.ts'

export type Path = { minMs: number; maxMs: number; loss: number }
/** The path that the targets are stated for; each way. */
export const BAD_PATH: Path = { minMs: 20, maxMs: 80, loss: 0.01 }
/** Linux' shortest retransmission timeout: what a lost segment costs in time. */
const RETRANSMIT_MS = 200

function pipe(from: Socket, to: Socket, path: Path, random: () => number): void {
  let lastMs = 0
  let queue = Promise.resolve()
  const late = (): number => {
    const jittered = path.minMs + random() * (path.maxMs - path.minMs)
    const lost = random() < path.loss ? RETRANSMIT_MS + jittered : 0
    // TCP keeps the order: what comes after a lost segment waits for it.
    lastMs = Math.max(lastMs, performance.now() + jittered + lost)
    return lastMs
  }
  const inTurn = (atMs: number, run: () => void): void => {
    queue = queue.then(async () => {
      const leftMs = atMs - performance.now()
      if (leftMs > 0) await after(leftMs)
      run()
    })
  }
  from.on('data', (bytes) => {
    inTurn(late(), () => void to.write(bytes))
    if (from.isPaused() || to.writableLength < 4e6) return
    from.pause()
    to.once('drain', () => from.resume())
  })
  from.on('end', () => inTurn(late(), () => to.end()))
  from.on('error', () => to.destroy())
  from.on('close', () => inTurn(late(), () => to.destroy()))
}

/** The same seed gives the same row of delays. */
export async function createProxy(port: number, seed: number, path: Path = BAD_PATH) {
  const random = randomOf(seed)
  const open = new Set<Socket>()
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1')
    for (const socket of [near, far]) {
      socket.setNoDelay(true)
      open.add(socket)
      socket.once('close', () => open.delete(socket))
    }
    pipe(near, far, path, random)
    pipe(far, near, path, random)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
