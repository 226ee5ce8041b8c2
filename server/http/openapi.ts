// Endpoints to an OpenAPI 3.1 document at `/api/openapi.json`, and a page to read it at `/api/docs`.
import apiReference from '@scalar/fastify-api-reference'
import type { Endpoint } from '#shared/endpoint.ts'
import { type Http, endpointsOf } from './endpoint.ts'

type Schema = { properties?: Record<string, unknown>; required?: readonly string[] }

const PROBLEM_REPLY = {
  description: 'A problem (RFC 9457)',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
}

const parametersOf = (place: 'path' | 'query', schema: Schema | undefined) =>
  Object.entries(schema?.properties ?? {}).map(([name, property]) => ({
    name,
    in: place,
    required: place === 'path' || (schema?.required?.includes(name) ?? false),
    schema: property,
  }))

function operationOf(e: Endpoint) {
  return {
    operationId: `${e.method.toLowerCase()}${e.path.replace(/[^a-zA-Z0-9]+(.)?/g, (_, c: string | undefined) => c?.toUpperCase() ?? '')}`,
    summary: e.summary,
    description: `Access: ${e.access}.${e.cost ? ' Limited in number: a reply 429 says in `Retry-After` when to ask again.' : ''}`,
    tags: [e.path.split('/')[2] ?? 'api'],
    parameters: [
      ...parametersOf('path', e.params as Schema | undefined),
      ...parametersOf('query', e.query as Schema | undefined),
    ],
    ...(e.body && { requestBody: { required: true, content: { 'application/json': { schema: e.body } } } }),
    responses: {
      200: { description: 'OK', content: { 'application/json': { schema: e.reply } } },
      default: PROBLEM_REPLY,
    },
    ...(e.access !== 'public' && { security: [{ session: [] }] }),
  }
}

export function openApiDocument(endpoints: readonly Endpoint[], version: string) {
  const paths: Record<string, Record<string, unknown>> = {}
  for (const e of endpoints)
    (paths[e.path.replace(/:(\w+)/g, '{$1}')] ??= {})[e.method.toLowerCase()] = operationOf(e)
  return {
    openapi: '3.1.0',
    info: {
      title: 'MediaServer',
      version,
      license: { name: 'AGPL-3.0-or-later', identifier: 'AGPL-3.0-or-later' },
    },
    paths,
    components: {
      securitySchemes: { session: { type: 'apiKey', in: 'cookie', name: 'mediaserver.session_token' } },
      schemas: {
        Problem: {
          type: 'object',
          required: ['type', 'title', 'status'],
          properties: {
            type: { type: 'string' },
            title: { type: 'string' },
            status: { type: 'integer' },
            detail: { type: 'string' },
            instance: { type: 'string', description: 'The request id to look for in the log.' },
          },
        },
      },
    },
  }
}

export async function openApi(http: Http, version: string): Promise<void> {
  let document: string | undefined
  http.get('/api/openapi.json', { config: { access: 'public' } }, async (_, reply) => {
    document ??= JSON.stringify(openApiDocument(endpointsOf(http), version))
    return reply.type('application/json').send(document)
  })
  await http.register(async (scope) => {
    scope.addHook('onRoute', (route) => {
      route.config = { ...route.config, access: 'public' }
    })
    // The reference page brings an inline script; it shows nothing but this document, so it alone may run it.
    scope.addHook('onSend', async (_, reply) => {
      void reply.header(
        'content-security-policy',
        "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:",
      )
    })
    await scope.register(apiReference, {
      routePrefix: '/api/docs',
      configuration: { url: '/api/openapi.json', withDefaultFonts: false },
    })
  })
}
