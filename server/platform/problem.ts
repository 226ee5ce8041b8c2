// `Problem`, the one error class a client may see; everything else becomes `internal`.
import { PROBLEMS, type ProblemBody, type ProblemCode, problemBody } from '#shared/problems.ts'

export class Problem extends Error {
  override name = 'Problem'
  readonly code: ProblemCode
  readonly detail: string | undefined
  /** Seconds for `Retry-After`, on 429 and 503. */
  readonly retryAfterSeconds: number | undefined

  constructor(
    code: ProblemCode,
    detail?: string,
    options: { cause?: unknown; retryAfterSeconds?: number } = {},
  ) {
    super(detail ?? PROBLEMS[code].title, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.detail = detail
    this.retryAfterSeconds = options.retryAfterSeconds
  }

  get status(): number {
    return PROBLEMS[this.code].status
  }

  body(requestId?: string): ProblemBody {
    return problemBody(this.code, this.detail, requestId)
  }
}
