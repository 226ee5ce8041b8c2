// Every row of docs/continuity.md names a test that exists.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

const ROOT = join(import.meta.dirname, '..')

test('each fault that others have has its test', () => {
  const rows = readFileSync(join(ROOT, 'docs/continuity.md'), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| ') && !/^\| (elsewhere|---)/.test(line))
  assert.ok(rows.length >= 12)
  for (const row of rows) {
    const [, file, title] = /\| `([^`|]+\.test\.ts)`: ([^|]+?) \|$/.exec(row) ?? []
    assert.ok(file && title, `no test in: ${row}`)
    assert.ok(readFileSync(join(ROOT, file), 'utf8').includes(title), `${file} has no test "${title}"`)
  }
})
