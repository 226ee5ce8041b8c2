// Request to `Viewer` through a function handed in by `app.ts`; changing requests from other sites are refused.
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Access, Cost } from '#shared/endpoint.ts'
import type { Viewer } from '#shared/viewer.ts'
import { Problem } from '../platform/problem.ts'

/** Who this is, and the sign-in that says so. */
export type Identity = { viewer: Viewer; signInId: string | null }

export type Authenticate = (request: {
  headers: Headers
  cookies: Readonly<Record<string, string | undefined>>
}) => Promise<Identity | null>

declare module 'fastify' {
  interface FastifyRequest {
    viewer: Viewer | null
    signInId: string | null
    isLocal: boolean
  }
  interface FastifyContextConfig {
    /** Who may call this route; under `/api/` a route that says nothing is for members only. */
    access?: Access
    /** What is limited beside the number of requests. */
    cost?: Cost
  }
}

/**
 * By the route that was found, never by the address: `/%61pi/…` and `http://anything/api/…` lead to the same one. What
 * does not exist is no part of the interface, and answered as such to strangers, too.
 */
export const isApi = (request: FastifyRequest): boolean =>
  request.routeOptions.url?.startsWith('/api/') ?? false

/** Throws unless `viewer` may use a route of this access. */
function checkAccess(access: Access, viewer: Viewer | null): void {
  if (access === 'public') return
  if (viewer === null) throw new Problem('not-signed-in')
  if (access === 'member') return
  if (viewer.kind === 'guest') throw new Problem('not-allowed', 'Guests of a party see that party only.')
  if (access === 'admin' && viewer.role === 'viewer')
    throw new Problem('not-allowed', 'This is for administrators.')
}

const LOOPBACK = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1'])
const LOCAL_NAMES = new Set(['localhost', '127.0.0.1', '[::1]', '::1'])

/**
 * From this machine itself: a loopback peer that forwards for nobody (a proxy here speaks for the world), asking
 * for this machine by its own name (a page elsewhere whose name was made to point here does not; DNS rebinding).
 */
const isLocalRequest = (request: FastifyRequest): boolean =>
  LOOPBACK.has(request.socket.remoteAddress ?? '') &&
  LOCAL_NAMES.has(request.hostname) &&
  request.headers['x-forwarded-for'] === undefined &&
  request.headers.forwarded === undefined

export function headersOf(request: FastifyRequest): Headers {
  const headers = new Headers()
  for (const [name, value] of Object.entries(request.headers)) {
    if (value === undefined || name.startsWith(':')) continue
    for (const one of Array.isArray(value) ? value : [value]) headers.append(name, one)
  }
  return headers
}

/**
 * Browsers send `Origin` (or at least `Sec-Fetch-Site`) with every changing request; one that names another
 * site is refused. Programs without a browser send neither and pass: they carry no ambient cookies.
 */
export function isCrossSite(
  headers: Readonly<Record<string, string | string[] | undefined>>,
  host: string,
): boolean {
  const origin = headers['origin']
  if (typeof origin === 'string') return !URL.canParse(origin) || new URL(origin).host !== host
  const site = headers['sec-fetch-site']
  return typeof site === 'string' && site !== 'same-origin' && site !== 'none'
}

const CHANGING = new Set(['POST', 'PUT', 'PATCH', 'DELETE'])

export function authenticateRequests(http: FastifyInstance, authenticate: Authenticate): void {
  http.decorateRequest('viewer', null)
  http.decorateRequest('signInId', null)
  http.decorateRequest('isLocal', false)
  http.addHook('onRequest', async (request) => {
    request.isLocal = isLocalRequest(request)
    if (CHANGING.has(request.method) && isCrossSite(request.headers, request.host))
      throw new Problem('cross-site')
    // Media addresses carry their own ticket; the web app's files are public: neither needs a database look-up.
    if (!isApi(request)) return
    const identity = await authenticate({ headers: headersOf(request), cookies: request.cookies })
    request.viewer = identity?.viewer ?? null
    request.signInId = identity?.signInId ?? null
    checkAccess(request.routeOptions.config.access ?? 'member', request.viewer)
  })
}
