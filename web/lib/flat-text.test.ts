// JSON as people read it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { flatText } from './flat-text.ts'

test('leaves by their own names; empty ones are left out; lists in one; long texts by their first line', () => {
  assert.equal(
    flatText('{"params":{"id":"7"},"body":{"name":"Eve","folders":["/a","/b"],"more":null,"on":false}}'),
    'id: 7 · name: Eve · folders: /a, /b · on: false',
  )
  assert.equal(
    flatText(JSON.stringify({ err: { message: 'broken', stack: 'Error: broken\n at x' } })),
    'message: broken · stack: Error: broken',
  )
  assert.equal(flatText('{"params":{},"body":null}'), '')
})

test('what is no JSON, or a text, stays as it is', () => {
  assert.equal(flatText('{"cut":'), '{"cut":')
  assert.equal(flatText('"{\\"cut\\":…"'), '{"cut":…')
})
