// Any thrown error to `application/problem+json`. What was not foreseen says nothing but its request id.
import type { FastifyError, FastifyInstance, FastifyReply } from 'fastify'
import { isAway } from '../platform/engine-away.ts'
import { Problem } from '../platform/problem.ts'
import { refusalOf } from './refusal.ts'

/** Fastify's own refusals, in our words. */
const FASTIFY_CODES: Record<string, () => Problem> = {
  FST_ERR_CTP_BODY_TOO_LARGE: () => new Problem('too-large'),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: () =>
    new Problem('invalid-request', 'Send JSON (content-type: application/json).'),
  FST_ERR_CTP_EMPTY_JSON_BODY: () => new Problem('invalid-request', 'The body is empty.'),
  FST_ERR_CTP_INVALID_JSON_BODY: () => new Problem('invalid-request', 'The body is not JSON.'),
}

/** SQLite's own words (sqlite.org/rescode.html): what passes is no fault of the server. */
const SQLITE_BUSY = 5
const SQLITE_FULL = 13
const RETRY_SECONDS = 5

function databaseFault(error: Error): Problem | null {
  const { errcode } = error as { errcode?: unknown }
  const primary = typeof errcode === 'number' ? errcode & 0xff : null
  if (primary === SQLITE_FULL) return new Problem('disk-full', undefined, { cause: error })
  if (primary === SQLITE_BUSY)
    return new Problem('not-ready', undefined, { cause: error, retryAfterSeconds: RETRY_SECONDS })
  return null
}

/** The problem that a client may see for this error. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error
  if (!(error instanceof Error)) return new Problem('internal', undefined, { cause: error })
  const { code, statusCode, validation } = error as Partial<FastifyError>
  if (validation) return new Problem('invalid-request', refusalOf(validation))
  const known = code === undefined ? undefined : FASTIFY_CODES[code]
  if (known) return known()
  if (isAway(error))
    return new Problem('not-ready', 'Something that this server needs does not answer. Try again soon.', {
      cause: error,
      retryAfterSeconds: 5,
    })
  const database = databaseFault(error)
  if (database) return database
  if (statusCode === 400) return new Problem('invalid-request')
  return new Problem('internal', undefined, { cause: error })
}

export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  if (problem.retryAfterSeconds !== undefined) void reply.header('retry-after', problem.retryAfterSeconds)
  return reply
    .code(problem.status)
    .header('cache-control', 'no-store')
    .type('application/problem+json')
    .send(JSON.stringify(problem.body(reply.request.id)))
}

export function replyWithProblems(http: FastifyInstance): void {
  http.setErrorHandler((error, request, reply) => {
    if (reply.raw.destroyed) {
      // Nobody is there to be answered: what broke off because of that is no fault.
      request.log.debug({ err: error, requestId: request.id }, 'the client left')
      return reply.hijack()
    }
    const problem = problemOf(error)
    if (problem.code === 'internal')
      request.log.error({ err: error, requestId: request.id }, 'unforeseen error')
    else if (problem.status >= 500) request.log.warn({ err: error, requestId: request.id }, problem.code)
    return sendProblem(reply, problem)
  })
}
