// Every changing request to a route for administrators is written down before its answer leaves.
import type { FastifyInstance } from 'fastify'

export type AuditRecord = (deed: {
  person: { id: string; name: string }
  address: string
  action: string
  sent: unknown
  status: number
  requestId: string
}) => Promise<void>

/** In one place for all features: a new route cannot forget it. Call before the routes are added. */
export function auditAdministrators(http: FastifyInstance, record: AuditRecord): void {
  http.addHook('onSend', async (request, reply) => {
    const { viewer, method } = request
    if (method === 'GET' || request.routeOptions.config.access !== 'admin' || viewer === null) return
    await record({
      person: viewer,
      address: request.ip,
      action: `${method} ${request.routeOptions.url ?? ''}`,
      sent: { params: request.params, body: request.body ?? null },
      status: reply.statusCode,
      requestId: request.id,
    })
  })
}
