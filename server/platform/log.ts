// JSON logger: one line per event, pretty in a terminal; child field `feature`, and the ids of whoever it is for.
import { type Logger, levels, pino } from 'pino'
import pretty from 'pino-pretty'
import type { LogLevel } from './config.ts'
import { type LogBook, createLogBook } from './log-book.ts'
import { currentScope } from './scope.ts'

export type Log = Logger

export type Logs = {
  log: Log
  /** Its last lines. */
  book: LogBook
  /** From now on, for all features at once. */
  setLevel: (level: LogLevel) => void
}

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

/** The texts of errors hold whatever somebody asked for: tickets, codes of parties, passwords in addresses. */
const SECRETS = [
  [/\/v\/[\w.-]{24,}/g, '/v/[redacted]'],
  [/\/w\/[\w-]+/g, '/w/[redacted]'],
  [/(\w:\/\/)[^\s/@"\\]+@/g, '$1[redacted]@'],
  [/([?&](?:api_key|key|token|code|secret)=)[^&\s"\\]+/gi, '$1[redacted]'],
  [/\b(Bearer) [\w.~+/=-]+/gi, '$1 [redacted]'],
] as const

export const redacted = (line: string): string =>
  SECRETS.reduce((text, [secret, instead]) => text.replace(secret, instead), line)

/** Whatever is logged says for whom the work was, without being told. */
function mixin(): object {
  const { requestId, jobId, trace } = currentScope()
  return {
    ...(requestId !== undefined && { requestId }),
    ...(jobId !== undefined && { jobId }),
    ...(trace && { traceId: trace.traceId }),
  }
}

/** Takes back what stands in a terminal's last line: the progress of a scan, which the next one draws again. */
export const CLEAR_LINE = '\r\u001b[2K'

function terminal() {
  const out = pretty({ colorize: true, translateTime: 'HH:MM:ss', singleLine: true, sync: true })
  return {
    write(line: string): void {
      if (process.stdout.isTTY) process.stdout.write(CLEAR_LINE)
      out.write(line)
    },
  }
}

const rankOf = (level: LogLevel): number => levels.values[level] ?? Number.POSITIVE_INFINITY

/** `write` takes the lines instead of the standard output. */
export function createLogs(options: {
  level: LogLevel
  pretty: boolean
  write?: (line: string) => void
}): Logs {
  let least = rankOf(options.level)
  const book = createLogBook()
  const out = options.write ? { write: options.write } : options.pretty ? terminal() : pino.destination(1)
  const log = pino(
    {
      // Children keep the level they were born with: what is too quiet is left out below, for all of them.
      level: 'trace',
      redact: { paths: REDACT, censor: '[redacted]' },
      base: null,
      mixin,
      ...(!options.pretty && { timestamp: pino.stdTimeFunctions.isoTime }),
      hooks: {
        logMethod(args, method, level) {
          if (level >= least) method.apply(this, args)
        },
      },
    },
    {
      write(given: string) {
        const line = redacted(given)
        book.write(line)
        out.write(line)
      },
    },
  )
  return { log, book, setLevel: (level) => (least = rankOf(level)) }
}

export const silentLog = (): Log => pino({ level: 'silent' })
