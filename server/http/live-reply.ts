// Replies with bytes while they are made. The caller resets the connection of a reply that fails: half must not end cleanly.
import { once } from 'node:events'
import type { FastifyReply } from 'fastify'

export async function sendLive(
  reply: FastifyReply,
  fragments: AsyncIterable<Uint8Array>,
  about: { contentType: string; cacheControl: string },
  gone: AbortSignal,
): Promise<void> {
  const sink = reply.raw
  reply.hijack()
  for (const [header, value] of Object.entries(reply.getHeaders()))
    if (value !== undefined) sink.setHeader(header, value)
  sink.writeHead(200, {
    'content-type': about.contentType,
    'cache-control': about.cacheControl,
    'server-timing': 'enc',
  })
  for await (const bytes of fragments) if (!sink.write(bytes)) await once(sink, 'drain', { signal: gone })
  sink.end()
}
