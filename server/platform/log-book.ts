// The last lines of this process's log, kept in memory so that they can be read without a terminal; bounded.
import { levels } from 'pino'

export type LogLine = {
  /** Counts up in this process. */
  number: number
  atMs: number
  level: string
  feature: string | null
  message: string
  requestId: string | null
  jobId: string | null
  /** Everything else the line says, as JSON; empty when that is nothing. */
  detail: string
}

export type LogQuestion = {
  /** This and everything graver. */
  level?: string
  feature?: string
  /** Of a request or of a job. */
  id?: string
  /** Anywhere in the line, in any case of letters. */
  text?: string
  limit: number
}

export const MOST_LINES = 2000
/** An error with its stack and cause; a line beyond it says so little more that it is cut. */
const MOST_CHARACTERS = 4000

const textOr = (value: unknown): string | null => (typeof value === 'string' ? value : null)

/** A line that was cut is no JSON any more: it is shown as it is. */
function parse(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    return { msg: text }
  }
}

function lineOf({ number, text }: { number: number; text: string }): LogLine {
  const { level, time, feature, msg, requestId, jobId, ...rest } = parse(text)
  return {
    number,
    atMs: typeof time === 'number' ? time : Date.parse(String(time)),
    level: levels.labels[Number(level)] ?? 'info',
    feature: textOr(feature),
    message: textOr(msg) ?? '',
    requestId: textOr(requestId),
    jobId: textOr(jobId),
    detail: Object.keys(rest).length > 0 ? JSON.stringify(rest) : '',
  }
}

export function createLogBook() {
  /** A ring: the oldest line is overwritten. */
  const ring: string[] = []
  let written = 0

  return {
    write(line: string): void {
      ring[written % MOST_LINES] = line.length <= MOST_CHARACTERS ? line : cut(line)
      written++
    },
    /** The newest first. */
    lines({ level, feature, id, text, limit }: LogQuestion): LogLine[] {
      const least = levels.values[level ?? 'trace'] ?? 0
      const wanted = text?.toLowerCase()
      const found: LogLine[] = []
      const oldest = Math.max(0, written - MOST_LINES)
      for (let number = written - 1; number >= oldest && found.length < limit; number--) {
        const raw = ring[number % MOST_LINES] ?? ''
        if (wanted !== undefined && !raw.toLowerCase().includes(wanted)) continue
        const line = lineOf({ number, text: raw })
        if ((levels.values[line.level] ?? 0) < least) continue
        if (feature !== undefined && line.feature !== feature) continue
        if (id !== undefined && line.requestId !== id && line.jobId !== id) continue
        found.push(line)
      }
      return found
    },
  }
}
export type LogBook = ReturnType<typeof createLogBook>

/** The long fields go, so that what is left can still be filtered and read. */
function cut(line: string): string {
  const short = Object.entries(parse(line)).map(([name, value]) => {
    const text = typeof value === 'string' ? value : JSON.stringify(value)
    return [name, text.length > 1000 ? `${text.slice(0, 1000)}…` : value]
  })
  return JSON.stringify(Object.fromEntries(short)).slice(0, MOST_CHARACTERS)
}
