// What may be kept of a request in the audit log: no secrets, no endless texts.
/** "Encodes" are no codes. */
const SECRET = /password|secret|token|key|(?<!en)code|cookie/i
const MOST_CHARACTERS = 2000

/** JSON of `value` with secret fields blotted out, cut to a bearable length (then it is a JSON string). */
export function auditDetail(value: unknown): string {
  const text = JSON.stringify(value, (name, inner: unknown) =>
    SECRET.test(name) && inner !== null && inner !== undefined ? '[redacted]' : inner,
  )
  return text.length <= MOST_CHARACTERS ? text : JSON.stringify(`${text.slice(0, MOST_CHARACTERS)}…`)
}
