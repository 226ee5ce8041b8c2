// A member's connection at the least cost: Socket.IO's text frames over one TCP socket, nothing decoded that nobody asks for.
import { randomBytes } from 'node:crypto'
import { type Socket, connect } from 'node:net'

export type RawSocketOptions = {
  port: number
  cookie: string
  /** Loopback has many addresses: limits per address are not what is measured. */
  localAddress: string
  /** A message of the server's own accord, as it came: `["state_sync",{…}]`. */
  onEvent: (text: string) => void
  onClose?: () => void
}

const TEXT = 0x81
const CLOSE = 0x88

/** Masked with zeros: the same bytes on the wire, none of the work. */
function frame(text: string): Buffer {
  const body = Buffer.from(text)
  const isShort = body.length < 126
  const head = Buffer.alloc(isShort ? 6 : 8)
  head[0] = TEXT
  head[1] = 0x80 | (isShort ? body.length : 126)
  if (!isShort) head.writeUInt16BE(body.length, 2)
  return Buffer.concat([head, body])
}

export async function openRawSocket({ port, cookie, localAddress, onEvent, onClose }: RawSocketOptions) {
  const socket: Socket = connect({ port, host: '127.0.0.1', localAddress, noDelay: true })
  const answers = new Map<number, PromiseWithResolvers<unknown>>()
  let nextId = 0
  let unread: Buffer = Buffer.alloc(0)
  let isUpgraded = false
  let opened: () => void = () => {}
  let failed: (error: Error) => void = () => {}
  const ready = new Promise<void>((resolve, reject) => ([opened, failed] = [resolve, reject]))
  const write = (text: string): void => void socket.write(frame(text))

  /** engine.io: `0` open, `2` ping; Socket.IO inside `4`: `0` connected, `2` event, `3` acknowledgement, `4` refused. */
  function take(text: string): void {
    if (text.startsWith('42')) return onEvent(text.slice(2))
    if (text === '2') return write('3')
    if (text.startsWith('0')) return write('40')
    if (text.startsWith('40')) return opened()
    if (text.startsWith('44')) return failed(new Error(text))
    if (!text.startsWith('43')) return
    const from = text.indexOf('[')
    const id = Number(text.slice(2, from))
    const answer = answers.get(id)
    answers.delete(id)
    answer?.resolve((JSON.parse(text.slice(from)) as unknown[])[0])
  }

  function read(): void {
    if (!isUpgraded) {
      const end = unread.indexOf('\r\n\r\n')
      if (end < 0) return
      const status = unread.subarray(0, 12).toString()
      if (status !== 'HTTP/1.1 101') {
        failed(new Error(`The server answered ${status} to a socket.`))
        socket.destroy()
        return
      }
      isUpgraded = true
      unread = unread.subarray(end + 4)
    }
    while (unread.length >= 2) {
      const short = unread.readUInt8(1) & 0x7f
      const head = short < 126 ? 2 : short === 126 ? 4 : 10
      if (unread.length < head) return
      const length =
        short < 126 ? short : short === 126 ? unread.readUInt16BE(2) : Number(unread.readBigUInt64BE(2))
      if (unread.length < head + length) return
      const kind = unread.readUInt8(0)
      const text = unread.toString('utf8', head, head + length)
      unread = unread.subarray(head + length)
      if (kind === CLOSE) return void socket.destroy()
      if (kind === TEXT) take(text)
    }
  }

  socket.on('data', (bytes: Buffer) => {
    unread = unread.length === 0 ? bytes : Buffer.concat([unread, bytes])
    read()
  })
  socket.on('error', (error) => failed(error))
  socket.on('close', () => {
    const error = new Error('The server closed a socket.')
    failed(error)
    for (const answer of answers.values()) answer.reject(error)
    answers.clear()
    onClose?.()
  })
  socket.write(
    `GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\n` +
      `Connection: Upgrade\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\n` +
      `Sec-WebSocket-Version: 13\r\nCookie: ${cookie}\r\n\r\n`,
  )
  await ready
  return {
    tell: (event: string, payload: unknown): void => write(`42${JSON.stringify([event, payload])}`),
    /** The acknowledgement; rejects when the connection ends before it. */
    ask: async <T>(event: string, payload: unknown): Promise<T> => {
      if (socket.destroyed) throw new Error('The socket is closed.')
      const id = nextId++
      const answer = Promise.withResolvers<unknown>()
      answers.set(id, answer)
      write(`42${id}${JSON.stringify([event, payload])}`)
      return (await answer.promise) as T
    },
    /** A frame as it is, whatever it says. */
    say: write,
    pause: () => void socket.pause(),
    resume: () => void socket.resume(),
    close: () => void socket.destroy(),
  }
}
export type RawSocket = Awaited<ReturnType<typeof openRawSocket>>
