// What the log is narrowed by, as it stands in the address: unknown values are dropped, never an error.
export const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const

export type LogSearch = {
  level?: (typeof LEVELS)[number]
  feature?: string
  text?: string
}

const MOST_CHARACTERS = 100
const word = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value.slice(0, MOST_CHARACTERS) : undefined

export function parseLogSearch(raw: Record<string, unknown>): LogSearch {
  const level = LEVELS.find((known) => known === raw['level'])
  const [feature, text] = [word(raw['feature']), word(raw['text'])]
  return { ...(level && { level }), ...(feature && { feature }), ...(text && { text }) }
}
