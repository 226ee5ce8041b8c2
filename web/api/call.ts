// Calls a shared endpoint; problem replies become `ApiProblem`.
import type { Endpoint, Input, Reply } from '#shared/endpoint.ts'
import type { ProblemBody, ProblemCode } from '#shared/problems.ts'

export class ApiProblem extends Error {
  readonly body: ProblemBody
  constructor(body: ProblemBody) {
    super(body.detail ?? body.title)
    this.body = body
  }
  /** The stable word for the failure; `unreachable` when no server answered at all. */
  get code(): ProblemCode | 'unreachable' {
    return this.body.type.slice('/problems/'.length) as ProblemCode | 'unreachable'
  }
}

const unreachable = (): ApiProblem =>
  new ApiProblem({ type: '/problems/unreachable', title: 'The server cannot be reached', status: 0 })

/** Proxies answer failures with pages of their own: those become a problem, too. */
async function problemOf(response: Response): Promise<ApiProblem> {
  const body = (await response.json().catch(() => null)) as ProblemBody | null
  if (body?.type) return new ApiProblem(body)
  return new ApiProblem({
    type: '/problems/internal',
    title: `The server answered ${response.status}`,
    status: response.status,
  })
}

/** Path and query of a call: parameters filled in, absent ones left out. */
export function addressOf(
  path: string,
  params: Record<string, unknown> = {},
  query: Record<string, unknown> = {},
): string {
  const filled = path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(params[name])))
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null)
  const search = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString()
  return search ? `${filled}?${search}` : filled
}

export async function call<E extends Endpoint>(
  e: E,
  input: Input<E>,
  signal?: AbortSignal,
): Promise<Reply<E>> {
  const { params, query, body } = input as {
    params?: Record<string, unknown>
    query?: Record<string, unknown>
    body?: unknown
  }
  const response = await fetch(addressOf(e.path, params, query), {
    method: e.method,
    ...(body !== undefined && {
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    }),
    ...(signal && { signal }),
  }).catch((error: unknown) => {
    if (signal?.aborted) throw error
    throw unreachable()
  })
  if (!response.ok) throw await problemOf(response)
  return (await response.json()) as Reply<E>
}
