// Command line: which command, settings, signals, exit code.
import { enableCompileCache } from 'node:module'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { VERSION } from './version.ts'
import { type Config, ConfigFaults, type Overrides, environment, parseConfig } from './platform/config.ts'
import { HELP } from './cli/help.ts'

/** Of all that is imported below: half a second less for each start after the first. Where nothing may be written, none. */
enableCompileCache(join(import.meta.dirname, '../node_modules/.cache/compiled'))

const OPTIONS = {
  port: { type: 'string', short: 'p' },
  host: { type: 'string' },
  data: { type: 'string', short: 'd' },
  role: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' },
  'with-artwork': { type: 'boolean' },
} as const

/** What the shell called from: npm changes the directory to the package's own, people mean theirs. */
const env = environment()
const cwd = env['INIT_CWD'] ?? process.cwd()

/** First words that are commands; a folder of that name is given as `./scan`. */
const COMMANDS = ['doctor', 'backup', 'restore', 'user', 'scan', 'migrate-to'] as const
type Command = (typeof COMMANDS)[number]
/** Words after the command; what is one too many is a mistake, not to be passed over. */
const MOST_WORDS: Readonly<Record<Command, number>> = {
  doctor: 0,
  backup: 1,
  restore: 1,
  user: 3,
  scan: 1,
  'migrate-to': 1,
}

/** Loaded when asked for: each needs little of the others, and all of it takes seconds. */
async function runCommand(
  command: Command,
  config: Config,
  args: readonly string[],
  withArtwork: boolean,
): Promise<number> {
  if (command === 'doctor') return (await import('./cli/doctor.ts')).doctor(config)
  if (command === 'user') return (await import('./cli/user.ts')).user(config, args)
  if (command === 'scan') return (await import('./cli/scan.ts')).scan(config, args)
  const { backup, migrateTo, restore } = await import('./cli/backup.ts')
  if (command === 'backup') return backup(config, args, { cwd, withArtwork })
  return command === 'restore' ? restore(config, args, cwd) : migrateTo(config, args, cwd)
}

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
  const known = COMMANDS.find((name) => name === command)
  const folders = known ? [] : isDemo ? positionals.slice(1) : positionals
  const overrides: Overrides = {
    folders,
    ...(values.port !== undefined && { port: values.port }),
    ...(values.host !== undefined && { host: values.host }),
    ...(values.data !== undefined && { data: values.data }),
    ...(values.role !== undefined && { role: values.role }),
  }
  const config = parseConfig(env, overrides, { isTerminal: process.stdout.isTTY === true, cwd })
  const tooMany = known && positionals[1 + MOST_WORDS[known]]
  if (tooMany !== undefined) {
    process.stderr.write(`${known} does not take "${tooMany}". Try: npm start -- --help\n`)
    return 1
  }
  if (known) return runCommand(known, config, positionals.slice(1), values['with-artwork'] === true)
  const { run } = await import('./cli/serve.ts')
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
