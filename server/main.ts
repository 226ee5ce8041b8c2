// Command line: which command, settings, signals, exit code.
import { parseArgs } from 'node:util'
import { VERSION } from './version.ts'
import { ConfigFaults, type Overrides, environment, parseConfig } from './platform/config.ts'
import { HELP } from './cli/help.ts'
import { run } from './cli/serve.ts'

const OPTIONS = {
  port: { type: 'string', short: 'p' },
  host: { type: 'string' },
  data: { type: 'string', short: 'd' },
  role: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' },
} as const

/** What the shell called from: npm changes the directory to the package's own, people mean theirs. */
const env = environment()
const cwd = env['INIT_CWD'] ?? process.cwd()

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({ options: OPTIONS, allowPositionals: true })
  if (values.help) {
    process.stdout.write(HELP)
    return 0
  }
  if (values.version) {
    process.stdout.write(`${VERSION}\n`)
    return 0
  }
  const [command] = positionals
  const isDemo = command === 'demo'
  const folders = isDemo ? positionals.slice(1) : positionals
  const overrides: Overrides = {
    folders,
    ...(values.port !== undefined && { port: values.port }),
    ...(values.host !== undefined && { host: values.host }),
    ...(values.data !== undefined && { data: values.data }),
    ...(values.role !== undefined && { role: values.role }),
  }
  const config = parseConfig(env, overrides, { isTerminal: process.stdout.isTTY === true, cwd })
  return run(config, { isDemo })
}

try {
  process.exitCode = await main()
} catch (error) {
  const isUsage =
    error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')
  if (error instanceof ConfigFaults) process.stderr.write(error.faults.map((fault) => `${fault}\n`).join(''))
  else if (isUsage) process.stderr.write(`${error.message}\nTry: npm start -- --help\n`)
  else if (error instanceof Error && 'isForPeople' in error) process.stderr.write(`${error.message}\n`)
  else throw error
  process.exitCode = 1
}
