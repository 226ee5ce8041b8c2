// JSON logger: one line per event, pretty in a terminal; child field `feature`, and the ids of whoever it is for.
import { type Logger, pino } from 'pino'
import pretty from 'pino-pretty'
import { currentScope } from './scope.ts'

export type Log = Logger

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent'

/** Tickets and secrets never reach a log line: addresses are logged by route, and these fields are blotted out. */
const REDACT = [
  'password',
  'token',
  'cookie',
  'authorization',
  '*.password',
  '*.token',
  '*.cookie',
  '*.authorization',
]

/** Whatever is logged says for whom the work was, without being told. */
function mixin(): object {
  const { requestId, jobId, trace } = currentScope()
  return {
    ...(requestId !== undefined && { requestId }),
    ...(jobId !== undefined && { jobId }),
    ...(trace && { traceId: trace.traceId }),
  }
}

/** `write` takes the lines instead of the standard output. */
export function createLog(options: {
  level: LogLevel
  pretty: boolean
  write?: (line: string) => void
}): Log {
  const base = { level: options.level, redact: { paths: REDACT, censor: '[redacted]' }, base: null, mixin }
  if (options.write)
    return pino({ ...base, timestamp: pino.stdTimeFunctions.isoTime }, { write: options.write })
  if (!options.pretty) return pino({ ...base, timestamp: pino.stdTimeFunctions.isoTime })
  return pino(base, pretty({ colorize: true, translateTime: 'HH:MM:ss', singleLine: true, sync: true }))
}

export const silentLog = (): Log => pino({ level: 'silent' })
