// Everything the server answers is in the OpenAPI document, or here with the reason why not; and guards its reader.
import assert from 'node:assert/strict'
import { subscribe } from 'node:diagnostics_channel'
import { test } from 'node:test'
import type { Http } from '../../server/http/endpoint.ts'
import { createTestApp } from '../support/app.ts'

/** Reasons by the addresses they are for. */
const UNDOCUMENTED: readonly [addresses: RegExp, reason: string][] = [
  [/^GET \/(health|ready|metrics)$/, 'for machines that watch over it: docs/operations.md'],
  [
    /^GET \/v\/:ticket\/:asset\//,
    'HLS and files: addresses are given by the playlist and by starting playback',
  ],
  [/^GET \/api\/artwork\/:hash$/, 'a picture: its address is given with each title'],
  [/^GET \/api\/admin\/review\/picture$/, 'a picture: its path is given with each candidate'],
  [/^GET \/api\/openapi\.json$/, 'the document itself'],
  [/^GET \/api\/docs(\/|$)/, 'the page to read it'],
]

test('every route is in the OpenAPI document, or left out for a reason that still holds', async () => {
  const routes = new Set<string>()
  subscribe('fastify.initialization', (message) =>
    (message as { fastify: Http }).fastify.addHook('onRoute', ({ method, url }) => {
      for (const name of [method].flat()) routes.add(`${name} ${url}`)
    }),
  )
  // Files of the web app are routes, too, and no part of the interface.
  await using server = await createTestApp({ webFolder: '/nowhere' })
  const { paths } = (await (await server.client().request('/api/openapi.json')).json()) as {
    paths: Record<string, Record<string, unknown>>
  }
  const documented = new Set(
    Object.entries(paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`),
    ),
  )
  assert.ok(documented.size > 50)
  assert.deepEqual([...documented.difference(routes)], [], 'documented, but nothing answers')
  // HEAD is answered wherever GET is.
  const others = [...routes.difference(documented)].filter((route) => !route.startsWith('HEAD '))
  assert.deepEqual(
    others.filter((route) => !UNDOCUMENTED.some(([addresses]) => addresses.test(route))),
    [],
    'neither documented nor left out for a reason',
  )
  for (const [addresses, reason] of UNDOCUMENTED)
    assert.ok(
      others.some((route) => addresses.test(route)),
      `nothing is left out because: ${reason}`,
    )
})

test('pages run nothing but the own files, and tell nobody where they were', async () => {
  await using server = await createTestApp({ webFolder: '/nowhere' })
  for (const path of ['/api/session', '/', '/nowhere']) {
    const { headers } = await server.client().request(path)
    const policy = new Map(
      (headers.get('content-security-policy') ?? '').split(';').map((directive) => {
        const [name = '', ...sources] = directive.trim().split(' ')
        return [name, sources]
      }),
    )
    assert.deepEqual(policy.get('default-src'), ["'self'"], path)
    assert.deepEqual(policy.get('script-src'), ["'self'", "'wasm-unsafe-eval'"])
    assert.deepEqual([policy.get('object-src'), policy.get('base-uri')], [["'none'"], ["'none'"]])
    assert.deepEqual(policy.get('frame-ancestors'), ["'self'"])
    assert.equal(headers.get('referrer-policy'), 'no-referrer')
    assert.equal(headers.get('x-content-type-options'), 'nosniff')
  }
})
