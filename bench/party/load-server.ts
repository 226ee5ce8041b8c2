// The party server under load, in a process of its own so that its memory and its time are its own.
import { rmSync } from 'node:fs'
import { setTimeout as after } from 'node:timers/promises'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { type PartyServerOptions, createPartyServer } from '../../tests/support/socket-pair.ts'

export type Load = {
  /** After everything that is not needed was given back to the system. */
  rssBytes: number
  heapBytes: number
  /** With garbage, and with pages that V8 keeps for later. */
  rssAsItWasBytes: number
  cpuMs: number
  loopP99Ms: number
}

const loop = monitorEventLoopDelay({ resolution: 5 })
loop.enable()
const server = await createPartyServer(JSON.parse(process.argv[2] ?? '{}') as PartyServerOptions)
let cpu = process.cpuUsage()

/** What is left when nothing is garbage: several times, for what the first collection lets go of. */
async function load(): Promise<Load> {
  const { user, system } = process.cpuUsage(cpu)
  const loopP99Ms = loop.percentile(99) / 1e6
  const rssAsItWasBytes = process.memoryUsage.rss()
  for (let i = 0; i < 3; i++) {
    globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' })
    await after(200)
  }
  const { rss, heapUsed, external } = process.memoryUsage()
  cpu = process.cpuUsage()
  loop.reset()
  return {
    rssBytes: rss,
    heapBytes: heapUsed + external,
    rssAsItWasBytes,
    cpuMs: (user + system) / 1000,
    loopP99Ms,
  }
}

process.on('message', ({ id }: { id: number }) => {
  void load().then((result) => process.send?.({ id, result }))
})
process.on('disconnect', () => process.exit())
process.on('SIGTERM', () => process.exit())
// Thousands of sockets are not closed one by one; the folder is not left behind.
process.on('exit', () => rmSync(server.dataPath, { recursive: true, force: true }))
process.send?.({ id: -1, result: { port: server.port } })
