// Documents that say what code says are current, and name only files that exist.
import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { DOCUMENTS } from '../scripts/docs.ts'

for (const [path, render] of Object.entries(DOCUMENTS))
  test(`${path} is current (npm run docs writes it)`, () =>
    assert.equal(readFileSync(path, 'utf8'), render()))

test('README, CONTRIBUTING and docs name only files that exist', () => {
  const missing = [...globSync('docs/**/*.md'), 'README.md', 'CONTRIBUTING.md'].flatMap((page) =>
    [
      ...readFileSync(page, 'utf8').matchAll(
        /`((?:server|shared|web|docs|tests|scripts|bench)\/[\w./-]+\.\w+)`/g,
      ),
    ]
      .map((m) => m[1]!)
      .filter((path) => !existsSync(path))
      .map((path) => `${page}: ${path}`),
  )
  assert.deepEqual(missing, [])
})
