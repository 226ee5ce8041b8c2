// PostgreSQL, Redis or S3 cannot be reached: how that is told from other errors (pure).

const NETWORK = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
])
/**
 * PostgreSQL (appendix A of its manual): 08 the connection, 25006 only reading is allowed, 53300 no connection is
 * left, 55P03 and 57014 it took too long, 57P it stops or starts.
 */
const SQL_STATES = /^(08...|25006|53300|55P03|57014|57P0[1-5])$/
/** What Redis says when it takes nothing, and `pg` and ioredis without a code. */
const MESSAGES =
  /^(OOM |READONLY |LOADING |MISCONF |MASTERDOWN |Connection terminated|timeout exceeded when trying to connect|Query read timeout|Client has encountered a connection error|Connection is closed|Command timed out|Reached the max retries per request)/

const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : ''

/** Somebody should try again soon. */
export function isAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const code = codeOf(error)
  // Libraries wrap what the connection said.
  return NETWORK.has(code) || SQL_STATES.test(code) || MESSAGES.test(error.message) || isAway(error.cause)
}

/** The shortest that says why. */
export function causeOf(error: unknown): string {
  if (NETWORK.has(codeOf(error))) return codeOf(error)
  // Both addresses of a name, each with its own error.
  const first: unknown = error instanceof AggregateError ? error.errors[0] : undefined
  if (first !== undefined) return causeOf(first)
  return error instanceof Error ? error.message : String(error)
}

/** An address as it may be shown: without its password and without parameters. */
export function withoutSecrets(url: string): string {
  if (!URL.canParse(url)) return 'the given address'
  const shown = new URL(url)
  shown.password = ''
  shown.search = ''
  return shown.href
}
