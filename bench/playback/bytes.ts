// Serving a file's bytes: this server's way beside `createReadStream().pipe()` (CPU time) and nginx (bytes a second).
import { fork, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createReadStream, createWriteStream, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { dirname, join } from 'node:path'
import Fastify from 'fastify'
import { serveFile } from '../../server/http/byte-range.ts'
import { ratio } from '../figures.ts'

const ROUNDS = 3
const LARGE_BYTES = 1024 * 1024 * 1024
const CLIENT_BUFFER_BYTES = 1024 * 1024
const NGINX_PORT = 18_099

type Served = { bytesPerCpuSecond: number; bytesPerSecond: number }

/** In a child process of its own: CPU time of the server alone. */
async function serveAs(how: string, path: string): Promise<void> {
  const http = Fastify()
  http.get('/large.mp4', async (request, reply) => {
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

/** Bytes that came, through one large buffer: a client cheap enough to let the server be the slow one. */
const drain = (port: number): Promise<number> =>
  new Promise((done, failed) => {
    let bytes = 0
    const count = (read: number): boolean => {
      bytes += read
      return true
    }
    const socket = connect({
      port,
      host: '127.0.0.1',
      onread: { buffer: Buffer.alloc(CLIENT_BUFFER_BYTES), callback: count },
    })
    socket.on('end', () => done(bytes)).on('error', failed)
    socket.write('GET /large.mp4 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')
  })

/** Bytes per second of wall clock, the best of a few rounds: the others were disturbed. */
async function rateOf(port: number, sizeBytes: number): Promise<number> {
  let best = 0
  for (let n = 0; n < ROUNDS; n++) {
    const from = performance.now()
    const bytes = await drain(port)
    // Headers come on top.
    if (bytes < sizeBytes) throw new Error(`the file came incomplete: ${bytes} of ${sizeBytes}`)
    best = Math.max(best, (bytes / (performance.now() - from)) * 1000)
  }
  return best
}

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
    const { size } = statSync(path)
    const bytesPerSecond = await rateOf(port, size)
    return { bytesPerSecond, bytesPerCpuSecond: (ROUNDS * size) / ((await asked()) - before) }
  } finally {
    child.kill()
  }
}

/** nginx with `sendfile`; null where it is not installed. */
async function measureNginx(home: string, path: string): Promise<number | null> {
  if (spawnSync('nginx', ['-v']).error) return null
  const port = NGINX_PORT
  const user = process.getuid?.() === 0 ? 'user root;' : ''
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${join(home, `nginx-${name}`)};`)
    .join(' ')
  writeFileSync(
    join(home, 'nginx.conf'),
    `${user} daemon off; worker_processes 1; pid ${home}/nginx.pid; error_log ${home}/nginx.log; events {}
     http { ${temporary} access_log off; sendfile on; server { listen 127.0.0.1:${port}; root ${dirname(path)}; } }`,
  )
  const child = spawn('nginx', ['-c', join(home, 'nginx.conf'), '-e', join(home, 'nginx.log')], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  try {
    for (let tries = 0; tries < 50; tries++) {
      const listens = await drain(port).then(
        () => true,
        () => false,
      )
      if (listens) return await rateOf(port, statSync(path).size)
      await new Promise((go) => setTimeout(go, 100))
    }
    throw new Error('nginx did not start')
  } finally {
    child.kill()
    await once(child, 'exit')
  }
}

async function makeLarge(path: string): Promise<void> {
  const file = createWriteStream(path)
  const part = Buffer.alloc(8 * 1024 * 1024, 'film')
  for (let n = 0; n < LARGE_BYTES; n += part.length) if (!file.write(part)) await once(file, 'drain')
  file.end()
  await once(file, 'finish')
}

export async function measureServing(home: string): Promise<Record<string, number>> {
  const path = join(home, 'large.mp4')
  await makeLarge(path)
  const [ours, pipe] = [await measure('ours', path), await measure('pipe', path)]
  const nginx = await measureNginx(home, path)
  return {
    bytes_per_cpu_vs_pipe: ratio(ours.bytesPerCpuSecond / pipe.bytesPerCpuSecond),
    bytes_per_s_vs_pipe: ratio(ours.bytesPerSecond / pipe.bytesPerSecond),
    ...(nginx !== null && { bytes_per_s_vs_nginx: ratio(ours.bytesPerSecond / nginx) }),
  }
}

const [how, path] = process.argv.slice(2)
if (process.send && how && path) await serveAs(how, path)
