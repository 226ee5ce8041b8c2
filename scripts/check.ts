// All checks in order, the quick ones first: types, lint, format, unused code, then every test; `npm test` runs this.
import { spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'
import { join } from 'node:path'
import { lacking, startPostgres } from '../tests/support/servers.ts'

const FOLDERS = ['server', 'shared', 'web', 'tests', 'bench', 'scripts']

const CHECKS: readonly (readonly [name: string, command: string, ...args: string[]])[] = [
  ['types of the server', 'tsc', '-p', 'server'],
  ['types of the web app', 'tsc', '-p', 'web'],
  ['types of the tests', 'tsc', '-p', 'tests'],
  ['lint', 'oxlint', '--type-aware', '--quiet', ...FOLDERS],
  ['format', 'oxfmt', '--check', ...FOLDERS, 'bin'],
  ['unused code', 'knip', '--no-progress'],
]

const failed: string[] = []
for (const [name, command, ...args] of CHECKS) {
  const startedAtMs = Date.now()
  const result = spawnSync(command, args, { encoding: 'utf8', shell: process.platform === 'win32' })
  const ok = result.status === 0
  console.log(`${ok ? 'ok  ' : 'FAIL'} ${name} (${((Date.now() - startedAtMs) / 1000).toFixed(1)} s)`)
  if (ok) continue
  failed.push(name)
  console.log(`${result.stdout}${result.stderr}`)
}

// A fresh process per file, two at a time: journeys start servers, and the machine may have two cores.
const tests = globSync(['{server,shared,web,tests,bench,scripts}/**/*.test.ts', 'tests/browser/*.browser.ts'])
console.log(`${tests.length} test files`)
// Each of the processes compiles the same files.
const NODE_COMPILE_CACHE = join(import.meta.dirname, '../node_modules/.cache/compiled')
// One for all: each test that needs it makes a database of its own there.
await using postgres = lacking('postgres') ? null : await startPostgres()
const run = spawnSync(
  process.execPath,
  ['--test', '--test-concurrency=2', '--test-timeout=240000', '--test-reporter=spec', ...tests.toSorted()],
  {
    stdio: 'inherit',
    env: { ...process.env, NODE_COMPILE_CACHE, ...(postgres && { TEST_POSTGRES_URL: postgres.url }) },
  },
)
if (failed.length > 0) console.error(`Failed before the tests: ${failed.join(', ')}`)
process.exitCode = failed.length > 0 || run.status !== 0 ? 1 : 0
