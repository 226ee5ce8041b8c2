// Every numbered rule of the party protocol is named by a test, and tests name no rule that does not exist.
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { test } from 'node:test'

const namesIn = (text: string): string[] => [...text.matchAll(/\[(P[A-Z]\d+)\]/g)].map((m) => m[1]!)

test('every rule of SPEC.md is proved by a test that names it', () => {
  const rules = new Set(namesIn(readFileSync('shared/party/SPEC.md', 'utf8')))
  const tests = globSync('{shared,server,web,tests}/**/*.test.ts').filter((path) => /party/.test(path))
  const named = new Set(tests.flatMap((path) => namesIn(readFileSync(path, 'utf8'))))
  assert.ok(rules.size > 20)
  assert.deepEqual([...rules.difference(named)], [], 'rules without a test')
  assert.deepEqual([...named.difference(rules)], [], 'tests of rules that do not exist')
})
