// Serving a file's bytes: CPU time of this server's way beside `createReadStream().pipe()`.
import { fork } from 'node:child_process'
import { createReadStream, statSync } from 'node:fs'
import { createServer, get } from 'node:http'
import type { AddressInfo } from 'node:net'
import Fastify from 'fastify'
import { serveFile } from '../../server/http/byte-range.ts'

const ROUNDS = 3

type Served = { bytesPerCpuSecond: number }

/** In a child process of its own: CPU time of the server alone. */
async function serveAs(how: string, path: string): Promise<void> {
  const http = Fastify()
  http.get('/', async (request, reply) => {
    await serveFile(request, reply, { path, contentType: 'video/mp4', cacheControl: 'no-cache' })
    return reply
  })
  const server =
    how === 'ours' ? http.server : createServer((_, reply) => void createReadStream(path).pipe(reply))
  if (how === 'ours') await http.listen({ port: 0, host: '127.0.0.1' })
  else await new Promise<void>((go) => server.listen(0, '127.0.0.1', go))
  const cpu = process.cpuUsage()
  process.on('message', () => {
    const { user, system } = process.cpuUsage(cpu)
    process.send?.({ cpuSeconds: (user + system) / 1e6 })
  })
  process.send?.({ port: (server.address() as AddressInfo).port })
}

const drain = (port: number): Promise<number> =>
  new Promise((done, failed) => {
    get({ port, host: '127.0.0.1' }, (reply) => {
      let bytes = 0
      reply.on('data', (part: Buffer) => (bytes += part.length))
      reply.on('end', () => done(bytes))
    }).on('error', failed)
  })

async function measure(how: 'ours' | 'pipe', path: string): Promise<Served> {
  const child = fork(new URL(import.meta.url), [how, path])
  const next = () =>
    new Promise<{ port: number; cpuSeconds: number }>((go) => child.once('message', go as () => void))
  try {
    const { port } = await next()
    await drain(port)
    const asked = async () => {
      const answer = next()
      child.send('cpu')
      return (await answer).cpuSeconds
    }
    const before = await asked()
    let bytes = 0
    for (let n = 0; n < ROUNDS; n++) bytes += await drain(port)
    if (bytes !== ROUNDS * statSync(path).size) throw new Error('the file came incomplete')
    return { bytesPerCpuSecond: bytes / ((await asked()) - before) }
  } finally {
    child.kill()
  }
}

/** Ours over theirs. */
export async function bytesPerCpu(path: string): Promise<number> {
  const [ours, pipe] = [await measure('ours', path), await measure('pipe', path)]
  return ours.bytesPerCpuSecond / pipe.bytesPerCpuSecond
}

const [how, path] = process.argv.slice(2)
if (process.send && how && path) await serveAs(how, path)
