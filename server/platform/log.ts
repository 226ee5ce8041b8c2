// JSON logger: one line per event, pretty in a terminal; child fields `feature`, `requestId`, `jobId`.
import { type Logger, pino } from 'pino'
import pretty from 'pino-pretty'

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

export function createLog(options: { level: LogLevel; pretty: boolean }): Log {
  const base = { level: options.level, redact: { paths: REDACT, censor: '[redacted]' }, base: null }
  if (!options.pretty) return pino({ ...base, timestamp: pino.stdTimeFunctions.isoTime })
  return pino(base, pretty({ colorize: true, translateTime: 'HH:MM:ss', singleLine: true, sync: true }))
}

export const silentLog = (): Log => pino({ level: 'silent' })
