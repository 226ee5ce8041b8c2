// All checks in order, the quick ones first: types, lint, format, unused code, then every test; `npm test` runs this.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { globSync } from 'node:fs'
import { join } from 'node:path'
import { createLimiter } from '../server/platform/async.ts'
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
/** What it printed; null when all is well. */
async function faultsOf(command: string, args: readonly string[]): Promise<string | null> {
  const child = spawn(command, args, { shell: process.platform === 'win32' })
  const parts: Buffer[] = []
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part: Buffer) => parts.push(part))
  const [code] = (await once(child, 'close')) as [number | null]
  return code === 0 ? null : Buffer.concat(parts).toString()
}
// Most of them keep one core busy.
const limit = createLimiter(2)
await Promise.all(
  CHECKS.map(([name, command, ...args]) =>
    limit(async () => {
      const startedAtMs = Date.now()
      const faults = await faultsOf(command, args)
      console.log(
        `${faults === null ? 'ok  ' : 'FAIL'} ${name} (${((Date.now() - startedAtMs) / 1000).toFixed(1)} s)`,
      )
      if (faults === null) return
      failed.push(name)
      console.log(faults)
    }),
  ),
)

// A fresh process per file, two at a time: journeys start servers, and the machine may have two cores.
const browsers = globSync('tests/browser/*.browser.ts').toSorted()
const others = globSync(['tests/units.ts', '{tests,bench,scripts}/**/*.test.ts']).toSorted()
// Browsers play in real time, and two of them at once wait for each other's pictures: others come between them.
const between = Math.ceil(others.length / (browsers.length + 1))
const tests = [...browsers.flatMap((path) => [path, ...others.splice(0, between)]), ...others]
console.log(`${tests.length} test files`)
// Each of the processes compiles the same files.
const NODE_COMPILE_CACHE = join(import.meta.dirname, '../node_modules/.cache/compiled')
// One for all: each test that needs it makes a database of its own there.
await using postgres = lacking('postgres') ? null : await startPostgres()
const run = spawnSync(
  process.execPath,
  ['--test', '--test-concurrency=2', '--test-timeout=240000', '--test-reporter=spec', ...tests],
  {
    stdio: 'inherit',
    env: { ...process.env, NODE_COMPILE_CACHE, ...(postgres && { TEST_POSTGRES_URL: postgres.url }) },
  },
)
if (failed.length > 0) console.error(`Failed before the tests: ${failed.join(', ')}`)
process.exitCode = failed.length > 0 || run.status !== 0 ? 1 : 0
