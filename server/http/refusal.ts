// What a schema refused, as one sentence that names the field (pure): validators speak of JSON pointers.
import type { FastifySchemaValidationError } from 'fastify/types/schema.js'

type Fault = Pick<FastifySchemaValidationError, 'keyword' | 'instancePath' | 'params'>

/** Of these a union has one for each of its parts, whatever the true fault is. */
const OF_UNIONS = new Set(['const', 'anyOf', 'oneOf', 'enum'])

const NOTHING: Fault = { keyword: '', instancePath: '', params: {} }
/** Something that can be seen. */
const VISIBLE = String.raw`\S`

/** `/folders/0` is about `folders`: the last name of the way, without places in lists. */
const fieldAt = (pointer: string): string =>
  pointer
    .split('/')
    .filter((step) => step !== '' && !/^\d+$/.test(step))
    .at(-1) ?? 'body'

const numberOf = (value: unknown): number => (typeof value === 'number' ? value : 0)
const listOf = (value: unknown): unknown[] =>
  Array.isArray(value) ? value : value === undefined ? [] : [value]

/** The first of several faults; each sentence is also said in the app's other languages. */
export function refusalOf(faults: readonly Fault[]): string {
  const fault = faults.find(({ keyword }) => !OF_UNIONS.has(keyword)) ?? faults[0]
  const { keyword, instancePath, params } = fault ?? NOTHING
  const field = fieldAt(instancePath)
  const limit = numberOf(params['limit'])
  switch (keyword) {
    case 'required':
      return `“${String(listOf(params['requiredProperties'] ?? params['missingProperty'])[0])}” is missing.`
    case 'minLength':
    case 'minItems':
      return limit > 1 ? `“${field}” is too short: at least ${limit}.` : `“${field}” must not be empty.`
    case 'pattern':
      return params['pattern'] === VISIBLE
        ? `“${field}” must not be empty.`
        : `“${field}” is not written as it should be.`
    case 'maxLength':
    case 'maxItems':
      return `“${field}” is too long: at most ${limit}.`
    case 'minimum':
      return `“${field}” must be at least ${limit}.`
    case 'maximum':
      return `“${field}” must be at most ${limit}.`
    case 'type':
      return `“${field}” must be of the kind ${String(params['type'])}.`
    default: {
      const allowed = faults
        .filter((one) => one.instancePath === instancePath)
        .flatMap((one) => listOf(one.params['allowedValue'] ?? one.params['allowedValues']))
      return allowed.length > 0
        ? `“${field}” must be one of ${allowed.map(String).join(', ')}.`
        : `“${field}” is not as it should be.`
    }
  }
}
