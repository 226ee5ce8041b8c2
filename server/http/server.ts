// Fastify: limits, request ids, security headers, cookies, one log line per request.
import cookie from '@fastify/cookie'
import helmet from '@fastify/helmet'
import { type TypeBoxTypeProvider, TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox'
import Fastify, { type FastifyRequest, LogController } from 'fastify'
import type { Log } from '../platform/log.ts'
import type { Metrics } from '../platform/metrics.ts'
import { newId } from '../platform/ids.ts'
import { type Authenticate, authenticateRequests } from './authenticate.ts'
import type { Http } from './endpoint.ts'
import { replyWithProblems } from './problem-reply.ts'

export type HttpServerDeps = {
  log: Log
  metrics: Metrics
  authenticate: Authenticate
  trustedProxies: readonly string[]
}

/** Request ids from outside are kept when they are harmless in a log line. */
const REQUEST_ID = /^[\w.:-]{1,64}$/

/** Never the address itself: it may hold a ticket or a guest's code. */
const routeOf = (request: FastifyRequest): string => request.routeOptions.url ?? '(none)'

export async function createHttpServer({
  log,
  metrics,
  authenticate,
  trustedProxies,
}: HttpServerDeps): Promise<Http> {
  const seconds = metrics.histogram({
    name: 'mediaserver_http_request_seconds',
    help: 'Time to answer HTTP requests, by route.',
    labels: ['method', 'route', 'status'],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
  })
  const http = Fastify({
    loggerInstance: log.child({ feature: 'http' }),
    trustProxy: trustedProxies.length > 0 ? [...trustedProxies] : false,
    genReqId: (request) => {
      const given = request.headers['x-request-id']
      return typeof given === 'string' && REQUEST_ID.test(given) ? given : newId()
    },
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    bodyLimit: 256 * 1024,
    // A request that trickles in byte by byte must not hold its connection for ever.
    requestTimeout: 30_000,
    routerOptions: { maxParamLength: 1024 },
    forceCloseConnections: true,
    ajv: { customOptions: { removeAdditional: false } },
  })
    .withTypeProvider<TypeBoxTypeProvider>()
    .setValidatorCompiler(TypeBoxValidatorCompiler) as unknown as Http

  await http.register(cookie)
  await http.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        // JASSUB compiles WebAssembly.
        scriptSrc: ["'self'", "'wasm-unsafe-eval'"],
        workerSrc: ["'self'", 'blob:'],
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:', 'blob:'],
        mediaSrc: ["'self'", 'blob:'],
        connectSrc: ["'self'"],
        fontSrc: ["'self'", 'data:'],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'self'"],
      },
    },
    // Plain HTTP in a home network is the normal case: the proxy that adds TLS adds HSTS.
    strictTransportSecurity: false,
    referrerPolicy: { policy: 'no-referrer' },
    crossOriginEmbedderPolicy: false,
    crossOriginOpenerPolicy: { policy: 'same-origin' },
  })
  replyWithProblems(http)
  authenticateRequests(http, authenticate)

  http.addHook('onSend', async (request, reply) => {
    void reply.header('x-request-id', request.id)
    if (request.url.startsWith('/api/') && !reply.hasHeader('cache-control'))
      void reply.header('cache-control', 'private, no-cache')
  })
  http.addHook('onResponse', async (request, reply) => {
    const labels = { method: request.method, route: routeOf(request), status: String(reply.statusCode) }
    seconds.observe(labels, reply.elapsedTime / 1000)
    const level = reply.statusCode >= 500 ? 'warn' : 'debug'
    request.log[level]({ ...labels, ms: Math.round(reply.elapsedTime) }, 'request')
  })
  return http
}
