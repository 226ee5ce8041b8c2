// Binds a shared endpoint to a handler: checks access, validates the input, strips the reply to its schema.
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Access, Endpoint, Input, Reply } from '#shared/endpoint.ts'
import type { Guest, Person, Viewer } from '#shared/viewer.ts'

/** What routes are added to. Features name it without knowing the framework. */
export type Http = FastifyInstance

/** Who calls, by the endpoint's access: `member` may be a guest, `viewer` and `admin` are signed in. */
type CallerOf<A extends Access> = A extends 'public'
  ? Viewer | null
  : A extends 'member'
    ? Person | Guest
    : Person

export type Caller<A extends Access = Access> = {
  viewer: CallerOf<A>
  /** The address that the request came from, believed through trusted proxies only. */
  address: string
  /** Whether the request came from this very machine. */
  isLocal: boolean
  requestId: string
  /** Sign-in session of the viewer, for what must end with it; null for guests and strangers. */
  sessionId: string | null
  cookies: Readonly<Record<string, string | undefined>>
  userAgent: string | null
  /** Adds a reply header, such as `set-cookie`. */
  setHeader: (name: string, value: string | string[]) => void
}

export function callerOf(request: FastifyRequest, setHeader: Caller['setHeader']): Caller {
  return {
    // The access was checked before: `CallerOf` states what it guarantees.
    viewer: request.viewer as CallerOf<Access>,
    address: request.ip,
    isLocal: request.isLocal,
    requestId: request.id,
    sessionId: request.signInId,
    cookies: request.cookies,
    userAgent: request.headers['user-agent'] ?? null,
    setHeader,
  }
}

/** All endpoints bound so far, for the OpenAPI document. */
const bound = new WeakMap<Http, Endpoint[]>()
export const endpointsOf = (http: Http): readonly Endpoint[] => bound.get(http) ?? []

export function serve<E extends Endpoint>(
  http: Http,
  e: E,
  handler: (input: Input<E>, caller: Caller<E['access']>) => Promise<Reply<E>>,
): void {
  bound.set(http, [...(bound.get(http) ?? []), e])
  http.route({
    method: e.method,
    url: e.path,
    schema: {
      ...(e.params && { params: e.params }),
      ...(e.query && { querystring: e.query }),
      ...(e.body && { body: e.body }),
    },
    config: { access: e.access, ...(e.cost && { cost: e.cost }) },
    handler: async (request, reply) => {
      const answer = await handler(
        // Fastify has validated these against the endpoint's own schemas.
        { params: request.params, query: request.query, body: request.body } as Input<E>,
        callerOf(request, (name, value) => void reply.header(name, value)) as Caller<E['access']>,
      )
      // Compiled with the first reply: all endpoints' together would be most of what a start takes.
      void reply.type('application/json; charset=utf-8')
      return reply.serializeInput(answer, e.reply as unknown as Record<string, unknown>)
    },
  })
}
