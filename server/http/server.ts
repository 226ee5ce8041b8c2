// Fastify: limits, request ids, security headers, cookies, one log line per request.
import cookie from '@fastify/cookie'
import helmet from '@fastify/helmet'
import { type TypeBoxTypeProvider, TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox'
import Fastify, { type FastifyRequest, LogController } from 'fastify'
import type { GiveWay } from '../platform/give-way.ts'
import type { Log } from '../platform/log.ts'
import type { Metrics } from '../platform/metrics.ts'
import type { RateLimits } from '../platform/rate-limit.ts'
import { newId } from '../platform/ids.ts'
import { type Scope, within } from '../platform/scope.ts'
import { type Tracer, createTracer, traceParentOf } from '../platform/tracing.ts'
import { type Authenticate, authenticateRequests, isApi } from './authenticate.ts'
import type { Http } from './endpoint.ts'
import { limitRequests } from './limits.ts'
import { replyWithProblems } from './problem-reply.ts'

export type HttpServerDeps = {
  log: Log
  metrics: Metrics
  authenticate: Authenticate
  trustedProxies: readonly string[]
  /** Without them everybody may ask as often as they like. */
  limits?: RateLimits
  tracer?: Tracer
  giveWay?: Pick<GiveWay, 'opened'>
}

declare module 'fastify' {
  interface FastifyRequest {
    scope: Scope
  }
}

/** What waits for an answer is bounded by it; members of parties have a lower bound of their own. */
const MOST_CONNECTIONS = 30_000

/** Request ids from outside are kept when they are harmless in a log line. */
const REQUEST_ID = /^[\w.:-]{1,64}$/

/** Node takes some forty methods: whoever tries them all makes one series, not forty. */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])
const methodOf = ({ method }: FastifyRequest): string => (METHODS.has(method) ? method : '(other)')

/** Compiled with the first request: those of all endpoints together would be much of a start. */
const compileLate: typeof TypeBoxValidatorCompiler = (schema) => {
  let validate: ReturnType<typeof TypeBoxValidatorCompiler> | undefined
  return (value) => (validate ??= TypeBoxValidatorCompiler(schema))(value)
}

/** Never the address itself: it may hold a ticket or a guest's code. */
const routeOf = (request: FastifyRequest): string => request.routeOptions.url ?? '(none)'

export async function createHttpServer({
  log,
  metrics,
  authenticate,
  trustedProxies,
  tracer = createTracer(null),
  limits,
  giveWay,
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
    logController: new LogController({ disableRequestLogging: true }),
    // The request's id is in every line by its scope.
    childLoggerFactory: (logger) => logger,
    bodyLimit: 256 * 1024,
    // A request that trickles in byte by byte must not hold its connection for ever.
    requestTimeout: 30_000,
    routerOptions: { maxParamLength: 1024 },
    forceCloseConnections: true,
    ajv: { customOptions: { removeAdditional: false } },
  })
    .withTypeProvider<TypeBoxTypeProvider>()
    .setValidatorCompiler(compileLate) as unknown as Http

  http.server.maxConnections = MOST_CONNECTIONS
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
  if (giveWay)
    http.addHook('onRequest', (_request, reply, next) => {
      reply.raw.once('close', giveWay.opened())
      next()
    })
  scopeRequests(http, tracer)
  authenticateRequests(http, authenticate)
  if (limits) limitRequests(http, limits)

  http.addHook('onSend', async (request, reply) => {
    void reply.header('x-request-id', request.id)
    if (isApi(request) && !reply.hasHeader('cache-control'))
      void reply.header('cache-control', 'private, no-cache')
  })
  http.addHook('onResponse', async (request, reply) => {
    const labels = { method: methodOf(request), route: routeOf(request), status: String(reply.statusCode) }
    seconds.observe(labels, reply.elapsedTime / 1000)
    const level = reply.statusCode >= 500 ? 'warn' : 'debug'
    request.log[level]({ requestId: request.id, ...labels, ms: Math.round(reply.elapsedTime) }, 'request')
  })
  return http
}

/** Everything done for a request knows its id; what people wait for is a span. */
function scopeRequests(http: Http, tracer: Tracer): void {
  http.decorateRequest('scope')
  http.addHook('onRequest', (request, reply, next) => {
    const { traceparent } = request.headers
    request.scope = { requestId: request.id }
    if (/^\/(api|v)\//.test(request.routeOptions.url ?? '')) {
      const span = tracer.start(`${request.method} ${routeOf(request)}`, {
        kind: 'server',
        ...(typeof traceparent === 'string' && { parent: traceparent }),
        attributes: {
          'http.request.method': request.method,
          'http.route': routeOf(request),
          'request.id': request.id,
        },
      })
      Object.assign(request.scope, span.scope)
      const { trace } = span.scope
      // https://www.w3.org/TR/trace-context-2/: who asked finds the trace.
      if (trace) void reply.header('traceresponse', traceParentOf(trace))
      reply.raw.once('close', () => {
        const { statusCode } = reply.raw
        const isBroken = !reply.raw.writableFinished
        span.end({
          attributes: { 'http.response.status_code': statusCode },
          ...(statusCode >= 500 && { error: `status ${statusCode}` }),
          ...(isBroken && { error: 'the connection ended before the answer' }),
        })
      })
    }
    within(request.scope, next)
  })
  // A body is read in the context of its connection: from here on it is the request's own again.
  http.addHook('preValidation', (request, _reply, next) => within(request.scope, next))
}
