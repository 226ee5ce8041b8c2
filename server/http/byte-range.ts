// Replies with whole bytes, or with a file or a part of it (RFC 9110 §14), read through a few large buffers that are used again.
import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { onDisk } from '../platform/path-text.ts'
import { Problem } from '../platform/problem.ts'
import { unreachable } from '../platform/unreachable.ts'

export type ByteRange = { start: number; end: number }

/**
 * The part that a `Range` header asks for: null for the whole (no header, another unit, several ranges, nonsense:
 * RFC 9110 §14.2 lets a server ignore all these), `unsatisfiable` when nothing of it exists.
 */
export function parseRange(
  header: string | undefined,
  sizeBytes: number,
): ByteRange | null | 'unsatisfiable' {
  const [, from, to] = /^bytes\s*=\s*(\d{0,16})-(\d{0,16})$/i.exec(header?.trim() ?? '') ?? []
  if (from === undefined || to === undefined || (from === '' && to === '')) return null
  if (from === '') {
    const length = Number(to)
    if (length === 0 || sizeBytes === 0) return 'unsatisfiable'
    return { start: Math.max(0, sizeBytes - length), end: sizeBytes - 1 }
  }
  const start = Number(from)
  if (to !== '' && Number(to) < start) return null
  if (start >= sizeBytes) return 'unsatisfiable'
  return { start, end: to === '' ? sizeBytes - 1 : Math.min(Number(to), sizeBytes - 1) }
}

/** `If-Range` lets a range through only for the very same bytes: a strong tag (RFC 9110 §13.1.5), or the exact date. */
export const ifRangeHolds = (header: string | undefined, etag: string, lastModified: string): boolean =>
  header === undefined || header === lastModified || (header === etag && !etag.startsWith('W/'))

const BUFFER_BYTES = 1024 * 1024
/** So that the first picture does not wait for a full buffer. */
const FIRST_BYTES = 256 * 1024
const BUFFERS_PER_REPLY = 3
/** Idle buffers kept for the next reply. */
const MOST_POOLED = 64
const pool: Buffer[] = []

const takeBuffer = (): Buffer => pool.pop() ?? Buffer.allocUnsafeSlow(BUFFER_BYTES)
const giveBuffer = (buffer: Buffer): void => {
  if (pool.length < MOST_POOLED) pool.push(buffer)
}

/** Segments in memory are sent to many: their tags are made once for each copy of the bytes. */
const tags = new WeakMap<Uint8Array, string>()

function tagOf(body: Uint8Array | string): string {
  const known = typeof body === 'string' ? undefined : tags.get(body)
  if (known !== undefined) return known
  const tag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"`
  if (typeof body !== 'string') tags.set(body, tag)
  return tag
}

/** Bytes at hand, which nobody changes any more: with a strong tag, and 304 for who has them. */
export function sendBytes(
  request: FastifyRequest,
  reply: FastifyReply,
  body: Uint8Array | string,
  about: { contentType: string; cacheControl: string },
): FastifyReply {
  const etag = tagOf(body)
  void reply.header('etag', etag).header('cache-control', about.cacheControl)
  if (request.headers['if-none-match'] === etag) return reply.code(304).send()
  const bytes = typeof body === 'string' ? body : Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  return reply.type(about.contentType).send(bytes)
}

export type ServedFile = { path: string; contentType: string; cacheControl: string }

export async function serveFile(
  request: FastifyRequest,
  reply: FastifyReply,
  file: ServedFile,
): Promise<void> {
  await using handle = await openRegular(file.path)
  const stat = await handle.stat({ bigint: true })
  const sizeBytes = Number(stat.size)
  const etag = `"${stat.size.toString(36)}-${stat.mtimeNs.toString(36)}"`
  const lastModified = new Date(Number(stat.mtimeMs)).toUTCString()
  const headers = request.headers
  void reply
    .header('accept-ranges', 'bytes')
    .header('etag', etag)
    .header('last-modified', lastModified)
    .header('cache-control', file.cacheControl)
  const known = headers['if-none-match']
  if (
    known !== undefined &&
    (known.trim() === '*' || known.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag))
  ) {
    await reply.code(304).send()
    return
  }

  // Ranges are defined for GET alone (RFC 9110 §14.2).
  const ranged = request.method === 'GET' && ifRangeHolds(oneOf(headers['if-range']), etag, lastModified)
  const range = ranged ? parseRange(headers.range, sizeBytes) : null
  if (range === 'unsatisfiable') {
    void reply.header('content-range', `bytes */${sizeBytes}`)
    throw new Problem('range-not-satisfiable')
  }
  const { start, end } = range ?? { start: 0, end: sizeBytes - 1 }
  reply.hijack()
  for (const [name, value] of Object.entries(reply.getHeaders()))
    if (value !== undefined) reply.raw.setHeader(name, value)
  reply.raw.setHeader('content-type', file.contentType)
  reply.raw.setHeader('content-length', end - start + 1)
  if (range) reply.raw.setHeader('content-range', `bytes ${start}-${end}/${sizeBytes}`)
  reply.raw.writeHead(range ? 206 : 200)
  if (request.method === 'HEAD' || end < start) {
    reply.raw.end()
    return
  }
  await pump(handle, reply.raw, start, end).catch((error: unknown) => {
    request.log.warn({ err: error, requestId: request.id }, 'a file could not be read to its end')
  })
}

const oneOf = (header: string | string[] | undefined): string | undefined =>
  Array.isArray(header) ? header[0] : header

async function openRegular(path: string): Promise<FileHandle> {
  // Without O_NONBLOCK the opening of a FIFO would wait for a writer for ever.
  const handle = await open(onDisk(path), constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)).catch(
    (error: unknown) => {
      throw unreachable(error)
    },
  )
  if ((await handle.stat()).isFile()) return handle
  await handle.close()
  throw new Problem('file-not-found')
}

/** Throws what `serveFile` would throw of a file that somebody else sends. */
export async function checkRegular(path: string): Promise<void> {
  await using _ = await openRegular(path)
}

/** Reads the next piece while the one before is being sent; a client that leaves ends it. */
async function pump(handle: FileHandle, sink: ServerResponse, start: number, end: number): Promise<void> {
  const free = Array.from({ length: BUFFERS_PER_REPLY }, takeBuffer)
  const returned: (() => void)[] = []
  let unsent = 0
  const gone = new AbortController()
  const leave = (): void => {
    gone.abort()
    for (const go of returned.splice(0)) go()
  }
  sink.once('close', leave)
  // Gone while the file was being opened: no `close` comes any more.
  if (sink.destroyed) leave()
  try {
    let position = start
    while (position <= end && !gone.signal.aborted) {
      const buffer = free.pop()
      if (!buffer) {
        await new Promise<void>((go) => returned.push(go))
        continue
      }
      const wanted = Math.min(position === start ? FIRST_BYTES : BUFFER_BYTES, end - position + 1)
      const { bytesRead } = await handle.read(buffer, 0, wanted, position)
      if (bytesRead === 0 || gone.signal.aborted) {
        // The file became shorter than its promised length: a cut connection says so, an end would lie.
        free.push(buffer)
        sink.destroy()
        return
      }
      position += bytesRead
      unsent++
      sink.write(buffer.subarray(0, bytesRead), () => {
        unsent--
        free.push(buffer)
        returned.shift()?.()
      })
    }
    if (gone.signal.aborted) return
    sink.end()
    if (!sink.writableFinished) await once(sink, 'finish', { signal: gone.signal }).catch(() => undefined)
  } catch (error) {
    sink.destroy()
    throw error
  } finally {
    sink.off('close', leave)
    // A buffer still in the socket's hands must not be filled for somebody else.
    if (unsent === 0) for (const buffer of free) giveBuffer(buffer)
    else for (const buffer of free.slice(0, BUFFERS_PER_REPLY - unsent)) giveBuffer(buffer)
  }
}
