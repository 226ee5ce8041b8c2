// Why a job waits or was given up, in words that this program chose; by a code, so that pages can say it in other languages.
import { PROBLEMS } from './problems.ts'

export const JOB_REASONS = {
  'no-key': 'TMDB is not asked: there is no key.',
  'key-refused': 'TMDB refuses the key: check MEDIASERVER_TMDB_KEY.',
  'key-changed': 'The key of TMDB was just changed.',
  'asked-to-wait': 'The metadata service asked to wait.',
  'no-answer': 'The metadata service does not answer.',
  'too-many-waiting': 'Too many requests wait already.',
  'somebody-watches': 'Somebody watches what has to be encoded.',
  'wrong-payload': 'The payload does not fit the schema of its kind.',
  'process-died': 'The process died each time this job ran.',
  'did-not-stop': 'The job did not stop when told to.',
} as const satisfies Record<string, string>

/** The key of the page's text for a reason; null for what a library or the system said. */
export function jobReasonKey(reason: string): string | null {
  const [own] = Object.entries(JOB_REASONS).find(([, text]) => text === reason) ?? []
  if (own) return `jobs.reasons.${own}`
  const [problem] = Object.entries(PROBLEMS).find(([, { title }]) => title === reason) ?? []
  return problem ? `problems.${problem}` : null
}
