// Generated artwork must not change between visits and must tell titles apart.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gradientOf } from './placeholder.ts'

test('the same id gives the same picture, ids made one after the other do not', () => {
  const id = '0199f3a0-0000-7000-8000-000000000001'
  assert.equal(gradientOf(id), gradientOf(id))
  assert.notEqual(gradientOf(id), gradientOf(id.replace(/1$/, '2')))
})
