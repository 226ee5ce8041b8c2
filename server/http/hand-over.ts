// Hands files over to nginx, which sends their bytes (`X-Accel-Redirect`); this process only says which.
import { sep } from 'node:path'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { onDisk } from '../platform/path-text.ts'

/** `files` is followed by a file's whole path, `blobs` by a blob's key; nginx maps both to folders. */
type Place = { in: 'files' | 'blobs'; path: string }
type About = { contentType: string; cacheControl: string }

export type HandOver = {
  /**
   * Whether the bytes of this request can be left to the proxy: only one that is trusted, and that says for whom it
   * asks, is told a path. Whoever comes without a proxy gets bytes.
   */
  isPossible: (request: FastifyRequest, where: Place['in']) => boolean
  send: (reply: FastifyReply, place: Place, about: About) => FastifyReply
}

/** Byte by byte: a name need not be UTF-8. */
const encoded = (part: string): string =>
  Buffer.from(onDisk(part))
    .toString('latin1')
    .replace(/[^\w.~-]/g, (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`)

/** Percent-encoded part by part, as nginx decodes it: a name may hold `?`, `#`, `%`, quotes, line breaks, any script. */
export const accelAddress = (prefix: string, place: Place): string => {
  const parts = place.path.split(sep).filter((part) => part !== '')
  return [prefix, place.in, ...parts.map(encoded)].join('/')
}

export type HandOverDeps = {
  /** Begins the internal addresses; null where no nginx is told anything. */
  prefix: string | null
  /** Blobs are files that nginx can reach, too. */
  hasBlobFiles: boolean
}

export const createHandOver = ({ prefix, hasBlobFiles }: HandOverDeps): HandOver => ({
  isPossible: (request, where) =>
    // More than one address: the connection's own is that of a trusted proxy.
    prefix !== null && (where === 'files' || hasBlobFiles) && (request.ips?.length ?? 0) > 1,
  send: (reply, place, { contentType, cacheControl }) =>
    reply
      .header('x-accel-redirect', accelAddress(prefix ?? '', place))
      .header('cache-control', cacheControl)
      .type(contentType)
      .send(),
})
