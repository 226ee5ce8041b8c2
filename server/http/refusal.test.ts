// What schemas refuse is a sentence with the field's name, never a pointer.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox'
import * as Type from 'typebox'
import { refusalOf } from './refusal.ts'

const schema = Type.Object({
  name: Type.String({ minLength: 1, maxLength: 64, pattern: String.raw`\S` }),
  role: Type.Union([Type.Literal('admin'), Type.Literal('viewer')]),
  level: Type.Optional(Type.Enum(['low', 'high'])),
  folders: Type.Optional(Type.Array(Type.String({ minLength: 1 }), { minItems: 1 })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
})
const check = TypeBoxValidatorCompiler({ schema, method: 'POST', url: '/', httpPart: 'body' })

test('a refusal names the field and what is wrong with it', () => {
  const role = 'viewer'
  for (const [body, says] of [
    [{ role }, '“name” is missing.'],
    [{ name: '', role }, '“name” must not be empty.'],
    [{ name: ' ', role }, '“name” must not be empty.'],
    [{ name: 'x'.repeat(65), role }, '“name” is too long: at most 64.'],
    [{ name: 7, role }, '“name” must be of the kind string.'],
    [{ name: 'Eve', role: 'king' }, '“role” must be one of admin, viewer.'],
    [{ name: 'Eve', role, level: 'loud' }, '“level” must be one of low, high.'],
    [{ name: 'Eve', role, folders: [] }, '“folders” must not be empty.'],
    [{ name: 'Eve', role, folders: [''] }, '“folders” must not be empty.'],
    [{ name: 'Eve', role, limit: 0 }, '“limit” must be at least 1.'],
    [{ name: 'Eve', role, limit: 900 }, '“limit” must be at most 200.'],
    [[], '“body” must be of the kind object.'],
  ] as const) {
    const verdict = check(body)
    assert.ok(typeof verdict === 'object' && 'error' in verdict && Array.isArray(verdict.error))
    assert.equal(refusalOf(verdict.error), says)
  }
  assert.equal(refusalOf([]), '“body” is not as it should be.')
})
