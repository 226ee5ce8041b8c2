// The party's connection where the server goes away at a bad moment.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { connectPartySocket } from './socket.ts'

/** What a key is answered with (RFC 6455, section 4.2.2). */
const acceptOf = (key: string): string =>
  createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64')

test('a connection that ends before the server’s first word is made again at once', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  let count = 0
  const server = createServer().on('upgrade', (request, raw) => {
    count++
    const accept = acceptOf(request.headers['sec-websocket-key'] ?? '')
    raw.end(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    )
    raw.on('error', () => {}).resume()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const socket = connectPartySocket({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })
  t.after(() => {
    socket.close()
    server.close()
  })
  // Some seconds of the client's time, less than it waits for a server that says nothing.
  for (let i = 0; i < 1000 && count < 3; i++) {
    await nextTurn()
    if (i % 200 === 199) t.mock.timers.tick(1500)
  }
  assert.ok(count >= 2, `${count} connections`)
})
