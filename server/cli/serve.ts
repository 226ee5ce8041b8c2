// The serve command: checks, starts the app, says where it is, waits for a signal, stops in order.
import { once } from 'node:events'
import { type App, createApp } from '../app.ts'
import type { Config } from '../platform/config.ts'
import { createLogs } from '../platform/log.ts'
import { checkBeforeStart } from './checks.ts'
import { createScanLine } from './scan-line.ts'

/** A stop that takes longer than this is cut short: a service manager would kill the process anyway. */
const STOP_MS = 15_000
/** Connections of libraries that go on trying for a Redis that is away would keep the process for ever. */
const LINGER_MS = 500

function nextSignal(): Promise<string> {
  return Promise.race(
    (['SIGINT', 'SIGTERM', 'SIGHUP'] as const).map((signal) => once(process, signal).then(() => signal)),
  )
}

/** People open a web process; a worker has no pages. */
async function greeting(app: App, { role }: Config): Promise<string> {
  if (role === 'worker') return '  A worker of MediaServer is ready.\n'
  const code = await app.claimCode()
  return `  MediaServer is ready at ${app.url}\n${
    code === null
      ? ''
      : `  Open it on this machine to become its owner, or type this code elsewhere: ${code}\n`
  }`
}

export async function run(given: Config, { isDemo }: { isDemo: boolean }): Promise<number> {
  let config = given
  await checkBeforeStart(config)
  if (isDemo) {
    const { makeDemoLibrary } = await import('./demo.ts')
    const folders = await makeDemoLibrary(config.dataPath, (line) => process.stderr.write(`${line}\n`))
    config = { ...config, libraries: [...config.libraries, ...folders] }
  }
  const logs = createLogs(config.log)
  const { log } = logs
  const signal = nextSignal()
  const app = await createApp(config, { logs, onScan: createScanLine(process.stdout, log, Date.now) })
  process.stdout.write(`\n${await greeting(app, config)}\n`)

  log.info({ signal: await signal }, 'stopping')
  const timer = setTimeout(() => process.exit(1), STOP_MS)
  await app[Symbol.asyncDispose]()
  clearTimeout(timer)
  log.info('stopped')
  setTimeout(() => process.exit(0), LINGER_MS).unref()
  return 0
}
