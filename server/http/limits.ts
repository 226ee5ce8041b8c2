// How often accounts and addresses may ask: everything under `/api/`, and what an endpoint says it costs.
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Cost } from '#shared/endpoint.ts'
import { type RateLimit, type RateLimiter, type RateLimits, networkOf } from '../platform/rate-limit.ts'
import { isApi } from './authenticate.ts'

const MINUTE_MS = 60_000
/** A page that scrolls quickly asks ten times a second at most; a script has to slow down. */
const API_ACCOUNT = { limit: 1800, windowMs: MINUTE_MS }
/** Nobody is signed in: the door, a link, a code. A household shares an address. */
const API_ADDRESS = { limit: 600, windowMs: MINUTE_MS }
/** By account, and by address for all its accounts and guests together. */
const COSTLY: Record<Cost, { account: RateLimit; address: RateLimit }> = {
  search: { account: { limit: 180, windowMs: MINUTE_MS }, address: { limit: 720, windowMs: MINUTE_MS } },
  playback: { account: { limit: 60, windowMs: MINUTE_MS }, address: { limit: 240, windowMs: MINUTE_MS } },
}

/** Pictures are named by their bytes and kept by browsers; a wall of posters is no flood. */
const isFree = (request: FastifyRequest): boolean =>
  !isApi(request) || request.routeOptions.url === '/api/artwork/:hash'

/** After `authenticateRequests`: what counts is who asks. */
export function limitRequests(http: FastifyInstance, limits: RateLimits): void {
  const account = limits('api-account', API_ACCOUNT)
  const address = limits('api-address', API_ADDRESS)
  const costly = new Map<string, { account: RateLimiter; address: RateLimiter }>(
    Object.entries(COSTLY).map(([cost, by]) => [
      cost,
      { account: limits(`${cost}-account`, by.account), address: limits(`${cost}-address`, by.address) },
    ]),
  )
  http.addHook('onRequest', async (request) => {
    if (isFree(request)) return
    const { viewer } = request
    const network = networkOf(request.ip)
    if (viewer) await account.take(viewer.id)
    else await address.take(network)
    const cost = costly.get(request.routeOptions.config.cost ?? '')
    await cost?.account.take(viewer?.id ?? network)
    await cost?.address.take(network)
  })
}
