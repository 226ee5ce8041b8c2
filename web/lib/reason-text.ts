// What the server says of itself in the reader's language: problems, and why jobs wait or failed. Other words are left as they are.
import type { TFunction } from 'i18next'
import { jobReasonKey } from '#shared/job-reasons.ts'
import type { ProblemBody } from '#shared/problems.ts'

export const problemText = (t: TFunction, { type, title }: ProblemBody): string =>
  t(`problems.${type.slice('/problems/'.length)}`, { defaultValue: title })

export function jobReasonText(t: TFunction, reason: string): string {
  const key = jobReasonKey(reason)
  return key === null ? reason : t(key, { defaultValue: reason })
}
